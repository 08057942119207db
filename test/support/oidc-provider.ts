import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";
import type { TestProject } from "vitest/node";
import type { ProvidedOidcProvider } from "./provided.ts";

const REDIRECT_URI = "http://localhost:8787/auth/callback";
const POST_LOGOUT_REDIRECT_URI = "http://localhost:8787/";
const RESOURCE = "https://api.example/";
const SECRET = "a-client-secret-that-only-tests-know";

/** A provider that runs; `close` stops it. */
export interface RunningOidcProvider extends ProvidedOidcProvider {
  close(): Promise<void>;
}

export interface OidcProviderOptions {
  /** Redirect URIs in addition to `http://localhost:8787/auth/callback`. */
  redirectUris?: string[];
  /** Seconds an access token of the clients `confidential` and `public` lives; 600 if left out. */
  accessTokenLifetime?: number;
}

/**
 * Starts a real OpenID provider on a free loopback port: PKCE is required, refresh tokens rotate, people log in
 * through its development forms (see `oidc-browser.ts`), and logout tokens are kept in a mailbox for the test to fetch.
 */
export async function startOidcProvider(options: OidcProviderOptions = {}): Promise<RunningOidcProvider> {
  const mailbox: string[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  const server = createServer((request, response) => {
    if (request.url === "/test/logout-tokens") return serveMailbox(mailbox, request, response);
    return answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const logoutTokensUrl = `${issuer}/test/logout-tokens`;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const clientKey = { ...publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig" };
  answer = quietly(() => createProvider(issuer, logoutTokensUrl, clientKey, options)).callback();

  return {
    issuer,
    port,
    redirectUri: REDIRECT_URI,
    postLogoutRedirectUri: POST_LOGOUT_REDIRECT_URI,
    logoutTokensUrl,
    resource: RESOURCE,
    clients: {
      confidential: { clientId: "confidential", clientSecret: SECRET },
      brief: { clientId: "brief", clientSecret: SECRET },
      public: { clientId: "public" },
      signing: {
        clientId: "signing",
        clientAssertionSigningKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
        clientAssertionSigningAlg: "ES256",
      },
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** vitest's global setup: one provider for all tests of a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { close, ...provided } = await startOidcProvider();
  project.provide("oidcProvider", provided);
  return close;
}

function createProvider(
  issuer: string,
  logoutTokensUrl: string,
  clientKey: object,
  options: OidcProviderOptions,
): Provider {
  const client = (id: string, authentication: Record<string, unknown>) => ({
    client_id: id,
    redirect_uris: [REDIRECT_URI, ...(options.redirectUris ?? [])],
    post_logout_redirect_uris: [POST_LOGOUT_REDIRECT_URI],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    backchannel_logout_uri: logoutTokensUrl,
    backchannel_logout_session_required: true,
    ...authentication,
  });
  const withSecret = { client_secret: SECRET, token_endpoint_auth_method: "client_secret_post" };
  const lifetime = (_ctx: unknown, _token: unknown, { clientId }: { clientId: string }) =>
    ["brief", "signing"].includes(clientId) ? 1 : (options.accessTokenLifetime ?? 600);

  const provider = new Provider(issuer, {
    clients: [
      client("confidential", withSecret),
      client("brief", withSecret),
      client("public", { token_endpoint_auth_method: "none" }),
      client("signing", { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [clientKey] } }),
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: ["a key that only tests know"] },
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    // As Auth0 does: the claims of the requested scopes stand in the ID token.
    conformIdTokenClaims: false,
    findAccount: (_ctx: unknown, login: string) => ({ accountId: login, claims: () => claimsOf(login) }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // As Auth0 does: `offline_access` is enough. (This provider would also want prompt=consent and drops the scope
    // silently without it, so the scope itself cannot decide here.)
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: lifetime,
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      IdToken: 3600,
      RefreshToken: 3600,
    },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: logoutPage },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx: unknown, _resource: string, { clientId }: { clientId: string }) => ({
          scope: "read:things write:things",
          audience: RESOURCE,
          accessTokenFormat: "jwt",
          accessTokenTTL: lifetime(undefined, undefined, { clientId }),
        }),
        useGrantedResource: () => true,
      },
    },
    // Its own dispatcher refuses loopback addresses, and without a word: logout tokens would never arrive.
    fetch: (url: URL, { dispatcher: _, ...init }: RequestInit & { dispatcher?: unknown }) => fetch(url, init),
  });
  // Failures of the provider itself never reach the client, which only reads `server_error`.
  provider.on("server_error", (_ctx, error) => console.error("oidc-provider:", error));
  provider.on("backchannel.error", (_ctx, error) => console.error("oidc-provider:", error));
  return provider;
}

function claimsOf(login: string): Record<string, unknown> {
  return { sub: login, name: `${login} Example`, email: `${login}@example.com`, email_verified: true };
}

function signingKey(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: "provider-key-1", alg: "RS256", use: "sig" };
}

/** The confirmation page without its styling; `oidc-browser.ts` answers the form in it. */
function logoutPage(ctx: { body: string }, form: string): void {
  ctx.body = `<!doctype html>${form}<button form="op.logoutForm" name="logout" value="yes">Log out</button>`;
}

function serveMailbox(mailbox: string[], request: IncomingMessage, response: ServerResponse): void {
  if (request.method === "GET") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(mailbox));
    return;
  }
  if (request.method === "DELETE") mailbox.length = 0;
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const token = new URLSearchParams(body).get("logout_token");
    if (token) mailbox.push(token);
    response.end();
  });
}

/** Runs `create` without the provider's reminders that it is set up for development, which is what is wanted here. */
function quietly<T>(create: () => T): T {
  const { warn, info } = console;
  console.warn = console.info = () => {};
  try {
    return create();
  } finally {
    Object.assign(console, { warn, info });
  }
}
