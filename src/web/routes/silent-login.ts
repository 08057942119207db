import type { OAuthErrorCause } from "../../errors/index.ts";

/** What an issuer says where a login cannot do without a page of its own (OpenID Connect Core section 3.1.2.6). */
const codes = ["login_required", "consent_required", "interaction_required", "account_selection_required"];

/** The code by which an issuer refused to log anybody in without showing a page; `undefined` for every other error. */
export function silentRefusal(error: unknown): string | undefined {
  const { cause } = error as { cause?: Partial<OAuthErrorCause> };
  return codes.find((code) => code === cause?.error);
}

/** By joining, not resolving: a path may begin with two slashes, and `//` alone is no URL. */
function urlOf(path: string): URL {
  return new URL(`https://app.invalid${path}`);
}

/** A page's path with that code in its query, where the page finds it. */
export function withRefusal(path: string, code: string): string {
  const url = urlOf(path);
  url.searchParams.set("error", code);
  return url.pathname + url.search + url.hash;
}

/** A page's path and query without such a code, so that another login does not come back to what the last one said. */
export function withoutRefusal(path: string): string {
  const url = urlOf(path);
  if (!codes.includes(url.searchParams.get("error") ?? "")) return path;
  url.searchParams.delete("error");
  return url.pathname + url.search;
}
