import { type Connection, resolveConnections } from "./connection-options.ts";
import {
  DEFAULT_APIS,
  DEFAULT_APP_NAME,
  DEFAULT_CLIENTS,
  DEFAULT_PASSWORD,
  DEFAULT_USERS,
} from "./defaults.ts";
import { DEV_TENANT_GRANT_TYPES } from "./grant-types.ts";
import { isLoopback } from "./loopback.ts";
import { atLeastOne, byKey, seconds } from "./option-checks.ts";
import type { DevTenantApi, DevTenantClient, DevTenantOptions, DevTenantUser } from "./options.ts";
import { type Organization, resolveOrganizations } from "./organization-options.ts";
import {
  type DevTenantTokenExchangeProfile,
  resolveTokenExchangeProfiles,
} from "./token-exchange-options.ts";

/** Host of the issuer: a loopback name (RFC 6761 §6.3), so that it can never belong to anyone else. */
export const DOMAIN = "dev.localhost";
/** The API by which people manage their own second factors (Auth0: "MFA API"). Every tenant has it. */
const MFA_API: Api = {
  audience: `https://${DOMAIN}/mfa/`,
  name: "Second factors",
  scopes: ["enroll", "read:authenticators", "remove:authenticators"],
  authorizationDetailsTypes: [],
  requireMfa: false,
};
/** The issuer; with the trailing slash that Auth0's issuers have. */
export const ISSUER: string = `https://${DOMAIN}/`;

/** A {@link DevTenantClient} with its defaults filled in. */
export interface Client
  extends Required<Omit<DevTenantClient, OptionalInClient | "backchannelLogoutUri">>,
    Pick<DevTenantClient, OptionalInClient> {
  backchannelLogoutUri?: string;
}
type OptionalInClient = "clientSecret" | "jwks" | "publicKeyPem" | "initiateLoginUri";
/** A {@link DevTenantUser} with its defaults filled in. */
export interface User extends DevTenantUser {
  email_verified: boolean;
  nickname: string;
  picture: string;
  updated_at: string;
}
/** A {@link DevTenantApi} with its defaults filled in. */
export type Api = Required<Omit<DevTenantApi, "anonymousScopes">> & Pick<DevTenantApi, "anonymousScopes">;

/** Auth0's name of the connection that people with a password come by. */
export const DATABASE_CONNECTION = "Username-Password-Authentication";

/** Whether a client can prove who it is (RFC 6749 §2.1). */
export function isConfidential(client: DevTenantClient): boolean {
  return [client.clientSecret, client.jwks, client.publicKeyPem].some(
    (credential) => credential !== undefined,
  );
}

/** The options of a tenant, checked and with defaults filled in. */
export interface Configuration {
  /** The app's base URL without trailing slash, or `undefined` when the tenant lives at its issuer. */
  appBaseUrl: string | undefined;
  /** Where browsers reach the tenant, without trailing slash. */
  browserBase: string;
  clients: ReadonlyMap<string, Client>;
  users: ReadonlyMap<string, User>;
  apis: ReadonlyMap<string, Api>;
  /** By name. */
  connections: ReadonlyMap<string, Connection>;
  /** By id. */
  organizations: ReadonlyMap<string, Organization>;
  /** By subject token type. */
  tokenExchangeProfiles: ReadonlyMap<string, DevTenantTokenExchangeProfile>;
  /** In lower case. */
  federatedDomains: ReadonlySet<string>;
  /** Seconds. */
  accessTokenLifetime: number;
  /** Seconds. */
  refreshTokenLifetime: number;
  /** Seconds. */
  backchannelPollInterval: number;
}

/**
 * Path of a user's avatar within the tenant, another one for every `sub`; short, since it ends up in ID tokens
 * and so in cookies.
 */
export function avatarPath(sub: string): string {
  return `/avatar/${encodeURIComponent(sub)}.svg`;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {Error} Naming the option that cannot be used, and why.
 */
export function resolveConfiguration(options: DevTenantOptions): Configuration {
  const appBaseUrl = options.appBaseUrl === undefined ? undefined : loopbackBase(options.appBaseUrl);
  const path = options.path ?? "/dev-tenant";
  // The comparison refuses dot segments, which would put the tenant in front of the whole app.
  if (!/^(\/[\w.~-]+)+$/.test(path) || new URL(path, ISSUER).pathname !== path) {
    throw new Error(`devTenant: path must look like "/dev-tenant", got ${JSON.stringify(path)}`);
  }
  const browserBase = appBaseUrl === undefined ? ISSUER.slice(0, -1) : appBaseUrl + path;
  const appName = options.appName ?? (options.clients === undefined ? DEFAULT_APP_NAME : undefined);
  if (appName === "") throw new Error("devTenant: appName must not be empty");
  const users = atLeastOne(
    "users",
    (options.users ?? DEFAULT_USERS).map((user) =>
      resolveUser({ password: DEFAULT_PASSWORD, ...user }, browserBase),
    ),
    (user) => user.sub,
  );
  const organizations = resolveOrganizations(options, users);
  const apis = (options.apis ?? DEFAULT_APIS).map((api) => ({
    name: api.audience,
    scopes: [],
    authorizationDetailsTypes: [],
    requireMfa: false,
    ...api,
  }));
  return {
    appBaseUrl,
    browserBase,
    apis: byKey("apis", apis, (api) => api.audience).set(MFA_API.audience, MFA_API),
    clients: atLeastOne(
      "clients",
      (options.clients ?? defaultClients(apis)).map((client) =>
        checkedClient(
          resolveClient(client, { appBaseUrl, appName, hasOrganizations: organizations.size > 0 }),
          apis.map(({ audience }) => audience),
        ),
      ),
      (client) => client.clientId,
    ),
    users,
    organizations,
    connections: resolveConnections(options),
    tokenExchangeProfiles: resolveTokenExchangeProfiles(options.tokenExchangeProfiles),
    federatedDomains: new Set(options.federatedDomains?.map((domain) => domain.toLowerCase())),
    accessTokenLifetime: seconds("accessTokenLifetime", options.accessTokenLifetime ?? 3600),
    backchannelPollInterval: seconds("backchannelPollInterval", options.backchannelPollInterval ?? 5),
    refreshTokenLifetime: seconds("refreshTokenLifetime", options.refreshTokenLifetime ?? 2_592_000),
  };
}

function loopbackBase(appBaseUrl: string): string {
  const url = URL.canParse(appBaseUrl) ? new URL(appBaseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new Error(`devTenant: appBaseUrl must be a URL like "http://localhost:8787", got "${appBaseUrl}"`);
  }
  if (!isLoopback(url.hostname)) {
    throw new Error(
      `devTenant: appBaseUrl is on "${url.hostname}", but the development tenant lets anyone log in as anyone ` +
        "and so runs on this machine only: use localhost, *.localhost, 127.0.0.0/8 or [::1]",
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, "");
}

function resolveClient(
  client: DevTenantClient,
  surroundings: { appBaseUrl: string | undefined; appName: string | undefined; hasOrganizations: boolean },
): Client {
  const { appBaseUrl, appName, hasOrganizations } = surroundings;
  const { backchannelLogoutUri, ...rest } = client;
  const required = client.organizationUsage === "require";
  const resolved: Client = {
    name: appName ?? client.clientId,
    callbacks: appBaseUrl === undefined ? [] : [`${appBaseUrl}/auth/callback`],
    allowedLogoutUrls: appBaseUrl === undefined ? [] : [appBaseUrl, `${appBaseUrl}/`],
    grantTypes: ["authorization_code", "refresh_token"],
    clientGrants: [],
    canCreateSessionTransferToken: false,
    requireMfa: false,
    refreshTokenPolicies: [],
    requirePushedAuthorizationRequests: false,
    allowDelegatedAccess: false,
    authorizationDetailsTypes: [],
    organizationUsage: hasOrganizations ? "allow" : "deny",
    organizationRequireBehavior: required ? "post_login_prompt" : "no_prompt",
    ...(appBaseUrl !== undefined && { initiateLoginUri: `${appBaseUrl}/auth/login` }),
    ...rest,
    ...(backchannelLogoutUri !== undefined && {
      backchannelLogoutUri:
        backchannelLogoutUri === true ? `${appBaseUrl ?? ""}/auth/backchannel-logout` : backchannelLogoutUri,
    }),
  };
  return resolved;
}

/** The client of a tenant that was given none may do whatever the tenant can. */
function defaultClients(apis: readonly Api[]): DevTenantClient[] {
  return DEFAULT_CLIENTS.map((client) => ({
    ...client,
    grantTypes: DEV_TENANT_GRANT_TYPES,
    clientGrants: apis,
    canCreateSessionTransferToken: true,
  }));
}

function checkedClient(client: Client, audiences: readonly string[]): Client {
  const refuse = (what: string) => new Error(`devTenant: client "${client.clientId}" ${what}`);
  for (const url of redirectsOf(client)) {
    // Schemes that run code in the page are no place to send a browser to; fragments: RFC 6749 §3.1.2.
    if (!URL.canParse(url) || url.includes("#") || /^(javascript|data|blob|vbscript):/i.test(url.trim())) {
      throw refuse(`has a URL that cannot be redirected to: "${url}"`);
    }
  }
  for (const { audience } of [...client.clientGrants, ...client.refreshTokenPolicies]) {
    if (!audiences.includes(audience)) throw refuse(`names an API that does not exist: "${audience}"`);
  }
  const { backchannelLogoutUri = "https://none/" } = client;
  if (!URL.canParse(backchannelLogoutUri) || !/^https?:/.test(backchannelLogoutUri)) {
    throw refuse(`has a backchannelLogoutUri that nothing can be sent to: "${backchannelLogoutUri}"`);
  }
  if ([client.clientSecret, client.jwks, client.publicKeyPem].filter(Boolean).length > 1) {
    throw refuse("has more than one of clientSecret, jwks and publicKeyPem");
  }
  if (client.publicKeyPem !== undefined && !client.publicKeyPem.includes("-----BEGIN PUBLIC KEY-----")) {
    throw refuse("has a publicKeyPem that is no public key in SPKI form");
  }
  return client;
}

/** Everywhere the tenant may send a browser to. */
function redirectsOf({ callbacks, allowedLogoutUrls, initiateLoginUri }: Client): readonly string[] {
  return [...callbacks, ...allowedLogoutUrls, ...(initiateLoginUri === undefined ? [] : [initiateLoginUri])];
}

/**
 * Fills in the defaults of a person.
 *
 * @param browserBase Where browsers reach the tenant, which draws the avatars.
 */
export function resolveUser(user: DevTenantUser, browserBase: string): User {
  // Half a surrogate pair has no UTF-8 form: neither a URL nor a token could carry it.
  if (/\p{Surrogate}/u.test(user.sub)) {
    throw new Error(`devTenant: users: the sub ${JSON.stringify(user.sub)} is not well-formed Unicode`);
  }
  return {
    email_verified: true,
    nickname: user.email?.split("@")[0] ?? user.name,
    picture: browserBase + avatarPath(user.sub),
    updated_at: "2026-01-01T00:00:00.000Z",
    ...user,
  };
}

/** What tells a person from others of the same name, for people to read. */
export function contactOf(user: DevTenantUser): string {
  return user.email ?? user.phone_number ?? user.username ?? user.sub;
}
