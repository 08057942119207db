import type { IssuerFetch } from "./server.ts";

/** Labels of at most 63 characters, 253 together (RFC 1035 section 2.3.4); letters of every language (RFC 5890). */
const hostName = /^(?=.{4,253}$)([\p{L}\p{M}\d-]{1,63}\.)+[\p{L}\p{M}\d-]{1,63}$/u;

/** Where Auth0 says whether an email domain is federated (RFC 7033 section 4); `undefined` where that is no domain. */
export function webFingerUrl(auth0Host: string, emailDomain: string): string | undefined {
  const host = emailDomain.trim().toLowerCase();
  if (!hostName.test(host)) return undefined;
  const url = new URL("/.well-known/webfinger", `https://${auth0Host}/`);
  url.searchParams.set("resource", `urn:auth0:discovery:domain:${host}`);
  url.searchParams.set("rel", "http://openid.net/specs/connect/1.0/issuer");
  return url.href;
}

/** What is there; `undefined` where the answer says neither yes nor no. */
export async function askWebFinger(url: string, fetch: IssuerFetch): Promise<boolean | undefined> {
  const { ok, status } = await fetch(url);
  return ok || status === 404 ? ok : undefined;
}
