/**
 * The code of the seed document ("Examples" of `@auth0/auth0-server-js`), section by section, against ours. Changed are the name
 * of the package and what the document leaves out with an ellipsis: `required`, types of `appState`, placeholders. Compiled, never
 * run; `docs/contract.md` names the tests that run.
 */
import type { CookieSerializeOptions } from "@fastify/cookie";
import {
  type CookieHandler,
  CookieTransactionStore,
  type DomainResolver,
  type DomainResolverContext,
  ServerClient,
  type ServerClientOptions,
  type SessionStore,
  StatefulStateStore,
  StatelessStateStore,
} from "auth0-edge";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { importPKCS8 } from "jose";
import { Agent } from "undici";

export interface StoreOptions {
  request: FastifyRequest;
  reply: FastifyReply;
}

declare const options: { secret: string };
declare const myStateStore: StatelessStateStore<StoreOptions>;
declare const myTransactionStore: CookieTransactionStore<StoreOptions>;
declare const mySessionStore: SessionStore<StoreOptions>;
declare const fastify: FastifyInstance;
declare const url: URL;
declare function resolveRedirectUri(request: FastifyRequest): string;
declare function resolveBaseUrl(request: FastifyRequest): string;
declare function resolveReturnTo(request: FastifyRequest): string;

/** What every client needs, and the document does not repeat. */
const required: ServerClientOptions<StoreOptions> = {
  domain: "<AUTH0_DOMAIN>",
  clientId: "<AUTH0_CLIENT_ID>",
  clientSecret: "<AUTH0_CLIENT_SECRET>",
  stateStore: myStateStore,
  transactionStore: myTransactionStore,
};
const serverClient = new ServerClient<StoreOptions>(required);

// # Configuration
// ## Configuring the Store
// ### Stateless Store

export class FastifyCookieHandler implements CookieHandler<StoreOptions> {
  setCookie(
    name: string,
    value: string,
    options?: CookieSerializeOptions,
    storeOptions?: StoreOptions,
  ): void {
    // Handle storeOptions being undefined if needed.
    storeOptions!.reply.setCookie(name, value, options || {});
  }

  getCookie(name: string, storeOptions?: StoreOptions): string | undefined {
    // Handle storeOptions being undefined if needed.
    return storeOptions!.request.cookies?.[name];
  }

  getCookies(storeOptions?: StoreOptions): Record<string, string> {
    // Handle storeOptions being undefined if needed.
    return storeOptions!.request.cookies as Record<string, string>;
  }

  deleteCookie(name: string, storeOptions?: StoreOptions): void {
    // Handle storeOptions being undefined if needed.
    storeOptions!.reply.clearCookie(name);
  }
}

export const stateless = new ServerClient<StoreOptions>({
  ...required,
  transactionStore: new CookieTransactionStore({ secret: options.secret }, new FastifyCookieHandler()),
  stateStore: new StatelessStateStore({ secret: options.secret }, new FastifyCookieHandler()),
});

// ### Stateful Store

export const stateful = new ServerClient<StoreOptions>({
  ...required,
  transactionStore: new CookieTransactionStore({ secret: options.secret }, new FastifyCookieHandler()),
  stateStore: new StatefulStateStore(
    { secret: options.secret, store: mySessionStore },
    new FastifyCookieHandler(),
  ),
});

fastify.get("/auth/login", async (request, reply) => {
  const storeOptions = { request, reply };
  const authorizationUrl = await serverClient.startInteractiveLogin({}, storeOptions);

  reply.redirect(authorizationUrl.href);
});

// ## Configuring Cookies Secret Rotation

export const rotating = new ServerClient<StoreOptions>({
  ...required,
  transactionStore: new CookieTransactionStore(
    {
      secret: ["new-secret-key", "old-secret-key"],
    },
    new FastifyCookieHandler(),
  ),
  stateStore: new StatelessStateStore(
    {
      secret: ["new-secret-key", "old-secret-key"],
    },
    new FastifyCookieHandler(),
  ),
});
export const rotated = new ServerClient<StoreOptions>({
  ...required,
  transactionStore: new CookieTransactionStore(
    {
      secret: "new-secret-key", // or ['new-secret-key'] - both work
    },
    new FastifyCookieHandler(),
  ),
  stateStore: new StatelessStateStore(
    {
      secret: "new-secret-key",
    },
    new FastifyCookieHandler(),
  ),
});

// ## Configuring the Store Identifier

export const withIdentifiers = new ServerClient({
  ...required,
  transactionIdentifier: "__my_tx",
  stateIdentifier: "__my_session",
});

// ## Configuring the Scopes

export const withScopes = new ServerClient({
  ...required,
  authorizationParams: {
    scope: "scope_a openid profile email offline_access",
  },
});

// ## Configuring PrivateKeyJwt

export async function privateKeyJwt() {
  const clientPrivateKey = `-----BEGIN PRIVATE KEY-----
....................REMOVED FOR BREVITY.........................
-----END PRIVATE KEY-----`;
  const clientAssertionSigningKey = await importPKCS8(clientPrivateKey, "RS256");
  return new ServerClient({
    ...required,
    clientId: "<client_id>",
    clientAssertionSigningKey,
  });
}

// ## Configuring mTLS (Mutual TLS)

export async function mutualTls() {
  const serverClient = new ServerClient({
    domain: "<AUTH0_DOMAIN>",
    clientId: "<AUTH0_CLIENT_ID>",
    useMtls: true,
    customFetch: (url, options) => {
      return fetch(url, {
        ...options,
        dispatcher: new Agent({
          connect: {
            key: "...",
            cert: "...",
            ca: "...",
          },
        }),
        // The types of the DOM know no `dispatcher`, those of Node do.
      } as RequestInit);
    },
    stateStore: myStateStore,
    transactionStore: myTransactionStore,
  });

  // Example usage: Start interactive login with mTLS
  const authorizationUrl = await serverClient.startInteractiveLogin();
  return authorizationUrl;
}

// ## Configuring the `authorizationParams` globally

export const withParams = new ServerClient({
  ...required,
  authorizationParams: {
    scope: "openid profile email",
    audience: "urn:custom:api",
    foo: "bar",
  },
});

// ## Configuring a `customFetch` implementation

export const withFetch = new ServerClient({
  ...required,
  customFetch: async (input, init) => {
    // Custom fetch implementation
    return await fetch(input, init);
  },
});

// ## Configuring discovery cache

export const withCache = new ServerClient({
  ...required,
  discoveryCache: {
    ttl: 900,
    maxEntries: 200,
  },
});

// # Multiple Custom Domains (MCD)
// ## Static Domain (Single Issuer): listed in the document's table of contents, without a section
// ## Dynamic Domain Resolver
// #### Scenario 1: Host-based resolver with default fallback

type HostOptions = { request: { headers: Record<string, string | undefined> } };
declare const stateStore: StatelessStateStore<HostOptions>;
declare const transactionStore: CookieTransactionStore<HostOptions>;
const defaultAuth0Domain = "default-tenant.us.auth0.com";

const domainResolver: DomainResolver<HostOptions> = async ({
  storeOptions,
}: DomainResolverContext<HostOptions>) => {
  const host = storeOptions?.request?.headers.host;
  if (!host) return defaultAuth0Domain;
  if (host === "brand-1.my-app.com") return "custom-domain-1.auth0.com";
  if (host === "brand-2.my-app.com") return "custom-domain-2.auth0.com";
  return defaultAuth0Domain;
};

export const auth0 = new ServerClient<HostOptions>({
  domain: domainResolver,
  clientId: "<client_id>",
  clientSecret: "<client_secret>",
  transactionStore,
  stateStore,
});

// #### Scenario 2: Host-to-domain map

const hostToAuth0Domain: Record<string, string> = {
  "brand-1.my-app.com": "custom-domain-1.auth0.com",
  "brand-2.my-app.com": "custom-domain-2.auth0.com",
};

export const byHost: DomainResolver<HostOptions> = ({ storeOptions }) => {
  const host = storeOptions?.request?.headers.host;
  if (!host) return "default-tenant.us.auth0.com";
  return hostToAuth0Domain[host] ?? "default-tenant.us.auth0.com";
};

// #### Scenario 3: Tenant-id-to-domain map (trusted tenant identifier in request context)

const tenantToAuth0Domain: Record<string, string> = {
  tenant_a: "tenant-a.auth0.com",
  tenant_b: "tenant-b.auth0.com",
};

export const byTenant: DomainResolver<HostOptions> = ({ storeOptions }) => {
  const tenantId = storeOptions?.request?.headers["x-tenant-id"];
  if (!tenantId) return "default-tenant.us.auth0.com";
  return tenantToAuth0Domain[tenantId] ?? "default-tenant.us.auth0.com";
};

// ## Resolver Mode: Per-request Store Options

fastify.get("/auth/login", async (request, reply) => {
  const storeOptions = { request, reply };
  const redirectUri = resolveRedirectUri(request); // Implement in your app with safe host/scheme validation.
  const authorizationUrl = await serverClient.startInteractiveLogin(
    {
      authorizationParams: {
        redirect_uri: redirectUri,
      },
    },
    storeOptions,
  );
  reply.redirect(authorizationUrl.href);
});

fastify.get("/auth/callback", async (request, reply) => {
  const storeOptions = { request, reply };
  const callbackUrl = new URL(request.url, resolveBaseUrl(request)); // Implement in your app.
  await serverClient.completeInteractiveLogin(callbackUrl, storeOptions);
  reply.redirect("/");
});

fastify.get("/auth/logout", async (request, reply) => {
  const storeOptions = { request, reply };
  const returnTo = resolveReturnTo(request); // Implement in your app.
  const logoutUrl = await serverClient.logout({ returnTo }, storeOptions);
  reply.redirect(logoutUrl.href);
});

// ## Redirect URI Requirements

fastify.get("/auth/login", async (request, reply) => {
  const authorizationUrl = await serverClient.startInteractiveLogin(
    {
      authorizationParams: {
        redirect_uri: "https://brand-1.my-app.com/auth/callback",
      },
    },
    { request, reply },
  );
  reply.redirect(authorizationUrl.href);
});

// ## Session and Issuer Behavior in Resolver Mode: listed in the table of contents, without a section
// ## Legacy Sessions and Migration: no code

// # Starting Interactive Login

export async function startingInteractiveLogin(storeOptions: StoreOptions) {
  const serverClient = new ServerClient({
    ...required,
    authorizationParams: {
      redirect_uri: "http://localhost:3000/auth/callback",
    },
  });
  await serverClient.startInteractiveLogin();

  // ## Passing `authorizationParams`

  await serverClient.startInteractiveLogin({
    authorizationParams: {
      scope: "openid profile email",
      audience: "urn:custom:api",
      foo: "bar",
    },
  });

  // ## Passing `appState` to track state during login

  await serverClient.startInteractiveLogin({ appState: { myKey: "myValue" } });

  // ## Using Pushed Authorization Requests

  await serverClient.startInteractiveLogin({ pushedAuthorizationRequests: true });

  // ## Using Pushed Authorization Requests and Rich Authorization Requests

  await serverClient.startInteractiveLogin({
    pushedAuthorizationRequests: true,
    authorizationParams: {
      authorization_details: JSON.stringify([
        {
          type: "<type>",
          // additional fields here
        },
      ]),
    },
  });
  const { authorizationDetails } = await serverClient.completeInteractiveLogin(url);
  console.log(authorizationDetails?.[0]?.type);

  // ## Passing `StoreOptions`

  await serverClient.startInteractiveLogin({}, storeOptions);
}

// # Completing Interactive Login

export async function completingInteractiveLogin(storeOptions: StoreOptions) {
  await serverClient.completeInteractiveLogin(url);

  // ## Retrieving `appState`

  const { appState } = await serverClient.completeInteractiveLogin<{ myKey: string }>(url);
  console.log(appState?.myKey); // Logs 'myValue'

  // ## Passing `StoreOptions`

  await serverClient.completeInteractiveLogin(url, storeOptions);
}

// # Starting Link User

export async function startingLinkUser(storeOptions: StoreOptions) {
  await serverClient.startLinkUser();

  // ## Passing `authorizationParams`

  await serverClient.startLinkUser({
    authorizationParams: {
      audience: "urn:custom:api",
      foo: "bar",
    },
  });

  // ## Passing `appState` to track state during login

  await serverClient.startLinkUser({ appState: { myKey: "myValue" } });

  // ## Passing `StoreOptions`

  await serverClient.startLinkUser({}, storeOptions);
}

// # Completing Link User

export async function completingLinkUser(storeOptions: StoreOptions) {
  await serverClient.completeLinkUser(url);

  // ## Retrieving `appState`

  const { appState } = await serverClient.completeLinkUser<{ myKey: string }>(url);
  console.log(appState?.myKey); // Logs 'myValue'

  // ## Passing `StoreOptions`

  await serverClient.completeLinkUser(url, storeOptions);
}

// # Login using Client-Initiated Backchannel Authentication

export async function backchannelLogin(storeOptions: StoreOptions) {
  const person = {
    bindingMessage: "",
    loginHint: {
      sub: "auth0|123456789",
    },
  };
  await serverClient.loginBackchannel(person);

  // ## Using Rich Authorization Requests

  const { authorizationDetails } = await serverClient.loginBackchannel({
    bindingMessage: "<binding_message>",
    loginHint: {
      sub: "auth0|123456789",
    },
    authorizationParams: {
      authorization_details: JSON.stringify([
        {
          type: "<type>",
          // additional fields here
        },
      ]),
    },
  });
  console.log(authorizationDetails);

  // ## Passing `StoreOptions`

  await serverClient.loginBackchannel({ ...person }, storeOptions);
}

// # Retrieving the logged-in User

export async function retrieving(storeOptions: StoreOptions) {
  await serverClient.getUser();

  // ## Passing `StoreOptions`

  const user = await serverClient.getUser(storeOptions);
  console.log(user?.name);

  // # Retrieving the Session Data

  const session = await serverClient.getSession();
  console.log(session?.tokenSets);

  // ## Passing `StoreOptions`

  await serverClient.getSession(storeOptions);
}

// # Retrieving an Access Token

export async function accessToken(storeOptions: StoreOptions) {
  await serverClient.getAccessToken();

  // ## Using Multi-Resource Refresh Tokens (MRRT)

  await serverClient.getAccessToken({
    audience: "https://another-api.example.com",
  });
  await serverClient.getAccessToken({
    audience: "https://another-api.example.com",
    scope: "read:users write:users",
  });

  // ## Modifying Token Scopes

  await serverClient.getAccessToken({
    scope: "read:profile",
  });
  await serverClient.getAccessToken({
    scope: "read:profile write:profile delete:profile",
  });

  // ## Passing `StoreOptions`

  await serverClient.getAccessToken({}, storeOptions);
  const options = {
    audience: "https://api.example.com",
    scope: "read:users",
  };
  const accessToken = await serverClient.getAccessToken(options, storeOptions);
  console.log(accessToken.accessToken);
}

// # Retrieving an Access Token for a Connection

export async function accessTokenForConnection(storeOptions: StoreOptions) {
  const accessTokenForGoogle = await serverClient.getAccessTokenForConnection({
    connection: "google-oauth2",
  });
  console.log(accessTokenForGoogle.accessToken);

  // ## Passing `StoreOptions`

  await serverClient.getAccessTokenForConnection({ connection: "google-oauth2" }, storeOptions);
}

// # Logout

export async function loggingOut(storeOptions: StoreOptions) {
  await serverClient.logout({});

  // ## Passing the `returnTo` parameter

  await serverClient.logout({ returnTo: "http://localhost:3000" });

  // ## Passing `StoreOptions`

  await serverClient.logout({}, storeOptions);
}

// # Handle Backchannel Logout

export async function backchannelLogout(storeOptions: StoreOptions) {
  const logoutToken = "";
  await serverClient.handleBackchannelLogout(logoutToken);

  // ## Passing `StoreOptions`

  await serverClient.handleBackchannelLogout(logoutToken, storeOptions);
}
