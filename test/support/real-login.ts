import {
  allowInsecureLoopback,
  type HeadersStoreOptions,
  type ServerClientOptions,
  type StartInteractiveLoginOptions,
  type TokenSet,
} from "auth0-edge";
import { expect, inject } from "vitest";
import { type OidcBrowser, oidcBrowser } from "./oidc-browser.ts";
import "./provided.ts";
import { type ClientBench, clientBench, comeBack } from "./server-client.ts";

/** The provider that runs beside the tests; see `oidc-provider.ts`. */
export const provider = inject("oidcProvider");

/** Options that make a client one of that provider. */
export const atProvider = { issuer: provider.issuer, [allowInsecureLoopback]: true } as const;

/** A client of the real provider, with the credentials of one that is registered there. */
export function realBench(options: Partial<ServerClientOptions<HeadersStoreOptions>>): ClientBench {
  return clientBench({ ...atProvider, ...options });
}

/** Starts a login; the transaction goes into the jar. */
export async function start(bench: ClientBench, options: StartInteractiveLoginOptions = {}): Promise<URL> {
  const storeOptions = bench.request();
  const url = await bench.client.startInteractiveLogin(options, storeOptions);
  bench.keep(storeOptions);
  return url;
}

/** A whole login by a fresh browser, or the one given; answers what `completeInteractiveLogin` did. */
export async function logIn(
  bench: ClientBench,
  login: string,
  options: StartInteractiveLoginOptions & { browser?: OidcBrowser } = {},
): Promise<unknown> {
  const { browser = oidcBrowser(), ...rest } = options;
  const url = await start(bench, rest);
  return await comeBack(bench, await browser.logIn(url, { login }));
}

/** An access token; a new session goes into the jar. */
export async function accessToken(bench: ClientBench, options: object = {}): Promise<TokenSet> {
  const storeOptions = bench.request();
  try {
    return await bench.client.getAccessToken(options, storeOptions);
  } finally {
    bench.keep(storeOptions);
  }
}

/** The session in the jar, which has to be there. */
export async function session(bench: ClientBench) {
  return (await bench.client.getSession(bench.request()))!;
}

/** Waits until the access tokens of brief clients have expired: they live one second. */
export async function untilBriefTokensExpire(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1100));
}

/** An error with this code, and the provider's own error in its cause. */
export function refused(code: string, error?: string): Error {
  return expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });
}
