import { AuthClient, EdgeAuthError, type HeadersStoreOptions, type ServerClientOptions } from "auth0-edge";
import { oidcBrowser } from "../oidc-browser.ts";
import { type ClientBench, clientBench, comeBack } from "../server-client.ts";

/** Web APIs only: the same round runs in Node, in Deno and in workerd. */
export interface MtlsParty {
  issuer: string;
  clientId: string;
  /** Presents a client certificate, or not. */
  customFetch: typeof fetch;
  /** How the person's browser, which has no certificate, reaches the provider. */
  browserFetch: typeof fetch;
}

/** What a whole round came to, as JSON. */
export interface MtlsRound {
  /** `sub` of the session after the login. */
  user: unknown;
  /** Whether a refresh brought another access token and another refresh token. */
  refreshed: boolean;
  /** `email` of the UserInfo endpoint, asked with the access token that is bound to the certificate. */
  email: unknown;
  /** What a back-channel login hears before anybody has decided. */
  pending: unknown;
  /** What a refresh hears after the revocation. */
  revoked: unknown;
  /** `sub` of the session after the logout. */
  afterLogout: unknown;
}

/** What became of a login that cannot succeed, as JSON. */
export interface MtlsFailure {
  /** `name`, `code` and the cause's `error` of what was thrown. */
  error: [name: string, code: string, cause: unknown];
  /** Whether it is one of the SDK's own errors. */
  isOwn: boolean;
  /** The cookies that were left. */
  cookies: string[];
}

/** Login with a pushed request, refresh, UserInfo, back-channel login, revocation, logout. */
async function wholeRound(party: MtlsParty): Promise<MtlsRound> {
  const { bench, client } = benchOf(party);
  const url = await start(bench, true);
  await comeBack(bench, await oidcBrowser(party.browserFetch).logIn(url, { login: "alice" }));
  const session = (await bench.client.getSession(bench.request()))!;

  const refreshing = bench.request();
  // Another audience than the login's is asked for at the issuer.
  const { accessToken } = await bench.client.getAccessToken({ audience: "https://api.example/" }, refreshing);
  bench.keep(refreshing);
  const { refreshToken } = (await bench.client.getSession(bench.request()))!;
  const { email } = await client.getUserInfo({ accessToken, expectedSubject: "alice" });

  const asked = {
    bindingMessage: "Order 4711",
    loginHint: { sub: "alice" },
    parameters: { scope: "openid" },
  };
  const pending = await client.initiateBackchannelAuthentication(asked);
  const decision = await client.backchannelAuthenticationGrant(pending).catch(causeOf);

  await bench.client.revokeRefreshToken({}, bench.request());
  const revoked = await client.getTokenByRefreshToken({ refreshToken: refreshToken! }).catch(causeOf);

  const leaving = bench.request();
  await bench.client.logout({}, leaving);
  bench.keep(leaving);
  return {
    user: session.user?.sub,
    refreshed: accessToken !== session.tokenSets[0]!.accessToken && refreshToken !== session.refreshToken,
    email,
    pending: decision,
    revoked,
    afterLogout: (await bench.client.getUser(bench.request()))?.sub ?? null,
  };
}

/** A login whose certificate is missing or wrong: the person logs in all the same, and then the code is exchanged. */
async function failedLogin(party: MtlsParty): Promise<MtlsFailure> {
  const { bench } = benchOf(party);
  const callback = await oidcBrowser(party.browserFetch).logIn(await start(bench, false));
  return await failureOf(bench, () => comeBack(bench, callback));
}

/** The same where the request would be pushed: the login does not even begin. */
async function failedStart(party: MtlsParty): Promise<MtlsFailure> {
  const { bench } = benchOf(party);
  return await failureOf(bench, () => start(bench, true));
}

/** What can be played, by name. */
export const plays = { wholeRound, failedLogin, failedStart };
export type PlayName = keyof typeof plays;

function benchOf({ issuer, clientId, customFetch }: MtlsParty) {
  const options = { issuer, clientId, customFetch, useMtls: true };
  const bench = clientBench(options satisfies Partial<ServerClientOptions<HeadersStoreOptions>>);
  return { bench, client: new AuthClient(options) };
}

async function start(bench: ClientBench, pushedAuthorizationRequests: boolean): Promise<URL> {
  const options = bench.request();
  try {
    return await bench.client.startInteractiveLogin({ pushedAuthorizationRequests }, options);
  } finally {
    bench.keep(options);
  }
}

async function failureOf(bench: ClientBench, attempt: () => Promise<unknown>): Promise<MtlsFailure> {
  const error = await attempt().then(
    () => new Error("It went well."),
    (thrown: unknown) => thrown,
  );
  const { name, code } = error as EdgeAuthError;
  return {
    error: [name, code, causeOf(error)],
    isOwn: error instanceof EdgeAuthError,
    cookies: [...bench.jar.keys()],
  };
}

function causeOf(error: unknown): unknown {
  return (error as { cause?: { error?: unknown } }).cause?.error;
}
