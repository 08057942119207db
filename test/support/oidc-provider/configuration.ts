import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";
import { accessTokenLifetime, type ClientMetadata } from "./clients.ts";
import { richAuthorization } from "./rich-authorization.ts";

/** A resource indicator for which access tokens are JWTs. */
export const resource = "https://api.example/";

/** What one provider of these tests has of its own. */
export interface ProviderSettings {
  issuer: string;
  clients: ClientMetadata[];
  /** Seconds access tokens live, except those of clients that want theirs brief. */
  tokenLifetime: number;
  /** Replaces settings of the provider. */
  settings?: Record<string, unknown>;
  /** Adds features of the provider, or replaces them. */
  features?: Record<string, unknown>;
}

/** Makes a provider: PKCE is required, refresh tokens rotate, and people log in through its development forms. */
export function createProvider(options: ProviderSettings): Provider {
  const { issuer, clients, tokenLifetime, settings, features } = options;
  const lifetimeFor = ({ clientId }: { clientId: string }) => accessTokenLifetime(clientId, tokenLifetime);
  const configuration = {
    clients,
    jwks: { keys: [signingKey(issuer)] },
    cookies: { keys: ["a key that only tests know"] },
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    // As Auth0 does: the claims of the requested scopes stand in the ID token.
    conformIdTokenClaims: false,
    findAccount: (_ctx: unknown, login: string) => accountOf(login),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // As Auth0 does: `offline_access` is enough. (This provider would also want prompt=consent and drops the scope
    // silently without it, so the scope itself cannot decide here.)
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: (_ctx: unknown, _token: unknown, client: { clientId: string }) => lifetimeFor(client),
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      IdToken: 3600,
      RefreshToken: 3600,
      BackchannelAuthenticationRequest: ({ oidc }: { oidc: { params: { requested_expiry?: string } } }) =>
        Number(oidc.params.requested_expiry ?? 600),
    },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: logoutPage },
      richAuthorizationRequests: richAuthorization,
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx: unknown, _resource: string, client: { clientId: string }) => ({
          scope: "read:things write:things",
          audience: resource,
          accessTokenFormat: "jwt",
          accessTokenTTL: lifetimeFor(client),
        }),
        useGrantedResource: () => true,
      },
      ...features,
    },
    // Its own dispatcher refuses loopback addresses, and without a word: logout tokens would never arrive.
    fetch: (url: URL, { dispatcher: _, ...init }: RequestInit & { dispatcher?: unknown }) => fetch(url, init),
    ...settings,
  };
  const provider = quietly(() => new Provider(issuer, configuration));
  // Failures of the provider itself never reach the client, which only reads `server_error`.
  provider.on("server_error", (_ctx, error) => console.error("oidc-provider:", error));
  provider.on("backchannel.error", (_ctx, error) => console.error("oidc-provider:", error));
  return provider;
}

/** Everybody has an account, except `nobody`. */
function accountOf(login: string): object | undefined {
  if (login === "nobody") return undefined;
  const claims = {
    sub: login,
    name: `${login} Example`,
    email: `${login}@example.com`,
    email_verified: true,
  };
  return { accountId: login, claims: () => claims };
}

function signingKey(issuer: string): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: `key of ${issuer}`, alg: "RS256", use: "sig" };
}

/** The confirmation page without its styling; `oidc-browser.ts` answers the form in it. */
function logoutPage(ctx: { body: string }, form: string): void {
  ctx.body = `<!doctype html>${form}<button form="op.logoutForm" name="logout" value="yes">Log out</button>`;
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
