import type { JSONWebKeySet } from "jose";
import type { DevTenantStorage } from "./storage.ts";
import type { DevTenantTokenExchangeProfile } from "./token-exchange-options.ts";

/** An application registered with the development tenant (Auth0: "Application"). */
export interface DevTenantClient {
  /** `client_id`. */
  clientId: string;
  /**
   * `client_secret`, accepted as `client_secret_post` and `client_secret_basic`. Left out: a public client
   * (`token_endpoint_auth_method` `none`), which must use PKCE, unless it has keys.
   */
  clientSecret?: string;
  /**
   * Public keys of a client that authenticates by `private_key_jwt` (RFC 7523), with RS, PS, ES or EdDSA
   * algorithms. Not together with `clientSecret` or `publicKeyPem`.
   */
  jwks?: JSONWebKeySet;
  /** The same as one public key: SPKI in PEM (`-----BEGIN PUBLIC KEY-----`). */
  publicKeyPem?: string;
  /** Shown on the login page. Default: {@link DevTenantOptions.appName}, or else the client id. */
  name?: string;
  /**
   * Allowed Callback URLs, compared as whole strings. Default: `${appBaseUrl}/auth/callback`, or none when
   * the tenant has no `appBaseUrl`.
   */
  callbacks?: readonly string[];
  /**
   * Allowed Logout URLs, compared as whole strings. Default: `appBaseUrl` with and without a trailing slash,
   * or none when the tenant has no `appBaseUrl`.
   */
  allowedLogoutUrls?: readonly string[];
  /**
   * Grant types the client may use; {@link DEV_TENANT_GRANT_TYPES} are all there are. Default:
   * `authorization_code` and `refresh_token`.
   */
  grantTypes?: readonly string[];
  /**
   * APIs the client may use in its own name, with the grant type `client_credentials` (Auth0: "Client Grants").
   * Default: none.
   */
  clientGrants?: readonly DevTenantClientGrant[];
  /**
   * Whether everyone who logs in at the token endpoint (by password, code or passkey) needs a second factor: the
   * answer is then `mfa_required`. Logins in the browser are not asked. Default: `false`.
   */
  requireMfa?: boolean;
  /**
   * Whether the client may get session transfer tokens by token exchange (Auth0:
   * `session_transfer.can_create_session_transfer_token`). Default: `false`.
   */
  canCreateSessionTransferToken?: boolean;
  /**
   * Further audiences a refresh token may be exchanged for (Auth0: "Multi-Resource Refresh Token",
   * `refresh_token.policies`). Default: none, only the audience of the login.
   */
  refreshTokenPolicies?: readonly DevTenantRefreshTokenPolicy[];
  /**
   * Whether people log in to this client within an organization (Auth0: `organization_usage`). Default: `allow`
   * when the tenant has organizations, otherwise `deny`.
   */
  organizationUsage?: "deny" | "allow" | "require";
  /**
   * What happens when the app names no `organization` (Auth0: `organization_require_behavior`): the person is
   * asked after they have logged in, or not. Default: `post_login_prompt` with `organizationUsage: "require"`,
   * otherwise `no_prompt`.
   */
  organizationRequireBehavior?: "no_prompt" | "post_login_prompt";
  /**
   * Whether the client has to push its authorization requests (RFC 9126, Auth0:
   * `require_pushed_authorization_requests`). Default: `false`.
   */
  requirePushedAuthorizationRequests?: boolean;
  /**
   * Whether the client takes session transfer tokens that other clients have asked for (Auth0:
   * `session_transfer.delegation.allow_delegated_access`). Default: `false`, only its own.
   */
  allowDelegatedAccess?: boolean;
  /**
   * Where the client is told that a login session has ended (OpenID Connect Back-Channel Logout 1.0, Auth0:
   * `oidc_logout.backchannel_logout_urls`); `true` stands for `${appBaseUrl}/auth/backchannel-logout`. Default: nowhere.
   */
  backchannelLogoutUri?: string | true;
  /**
   * Page of the app where a login can be begun for it, as by an invitation (Auth0: `initiate_login_uri`). Default:
   * `${appBaseUrl}/auth/login`, or none when the tenant has no `appBaseUrl`.
   */
  initiateLoginUri?: string;
  /**
   * Types of `authorization_details` (RFC 9396) the client may ask for, whatever the API. Default: none besides those
   * of the API.
   */
  authorizationDetailsTypes?: readonly string[];
}

/** An API that a client may use in its own name. */
export interface DevTenantClientGrant {
  /** The API's identifier; it must be one of {@link DevTenantOptions.apis}. */
  audience: string;
  /** Scopes the client has there. */
  scopes: readonly string[];
}

/** One audience that a client's refresh tokens may be exchanged for, besides that of the login. */
export interface DevTenantRefreshTokenPolicy {
  /** The API's identifier; it must be one of {@link DevTenantOptions.apis}. */
  audience: string;
  /** Scopes that may be asked for this audience. */
  scopes: readonly string[];
}

/** A person one can log in as. The members carry the names of the OpenID Connect Core 1.0 §5.1 claims. */
export interface DevTenantUser {
  /** Stable id, in Auth0's form `connection|id`. */
  sub: string;
  /** Full name, shown on the login page. */
  name: string;
  /** E-mail address; `login_hint` is compared with it. People who came by SMS have none. */
  email?: string;
  /** Default: `true`. */
  email_verified?: boolean;
  /** What the person types where a password is asked for. Default: `dev-password`. */
  password?: string;
  /** Phone number in E.164 form, for example `+14155550100`. */
  phone_number?: string;
  /** Name to log in with, besides the e-mail address. */
  username?: string;
  /**
   * Seconds after a login at which the claim `session_expiry` of this person's ID tokens has the session end (IPSIE;
   * Auth0: `id_token_session_expiry_supported` of an enterprise connection). Default: no such claim.
   */
  sessionExpiresIn?: number;
  /** Whether this person needs a second factor, as with {@link DevTenantClient.requireMfa}. Default: `false`. */
  requireMfa?: boolean;
  given_name?: string;
  family_name?: string;
  /** Default: the local part of `email`, or else `name`. */
  nickname?: string;
  /** Default: the URL of an avatar that the tenant draws itself. */
  picture?: string;
  /** ISO 8601, as Auth0 sends it. Default: `2026-01-01T00:00:00.000Z`. */
  updated_at?: string;
}

/** A way people come by (Auth0: "Connection"): a database, or somebody else's login. */
export interface DevTenantConnection {
  /** Sent as `connection`, for example `google-oauth2`. */
  name: string;
  /**
   * Auth0's word for its kind, the first part of the `sub` of its people: `auth0` for a database, `email`, `sms`,
   * `google-oauth2`, `github`, `oidc` and so on. Default: the name.
   */
  strategy?: string;
  /** Shown to people. Default: the name. */
  displayName?: string;
  /** The same as {@link DevTenantUser.sessionExpiresIn}, for everyone who comes by this connection. */
  sessionExpiresIn?: number;
}

/** A group of people (Auth0: "Organization"). */
export interface DevTenantOrganization {
  /** In Auth0's form `org_…`; the claim `org_id`. */
  id: string;
  /** Lower-case name, which apps may send instead of the id; the claim `org_name`. */
  name: string;
  /** Shown to people. Default: the name. */
  displayName?: string;
  /** The `sub` of each member. Default: none; people can be invited. */
  members?: readonly string[];
}

/** An API that access tokens can be asked for (Auth0: "API", RFC 8707 calls it a resource). */
export interface DevTenantApi {
  /** The API's identifier, sent as `audience`. */
  audience: string;
  /** Shown on the login page. Default: the audience. */
  name?: string;
  /** Scopes (Auth0: "permissions") the API knows; others are left out of a grant silently. Default: none. */
  scopes?: readonly string[];
  /**
   * Types of `authorization_details` (RFC 9396) the API knows; others are refused. Default: none.
   */
  authorizationDetailsTypes?: readonly string[];
  /**
   * Scopes for callers who have not logged in (Auth0: "Anonymous Sessions", `allow_anonymous_access`). Default: none,
   * and no such callers at all.
   */
  anonymousScopes?: readonly string[];
  /**
   * Whether a token for this API needs a second factor, also for a refresh token of a login in the browser (Auth0:
   * step-up authentication). Default: `false`.
   */
  requireMfa?: boolean;
}

/** Options of {@link devTenant}. All of them may be left out. */
export interface DevTenantOptions {
  /**
   * Base URL of the app, for example `http://localhost:8787`; browsers then reach the tenant under
   * `${appBaseUrl}${path}`. It must be a loopback address (`localhost`, `*.localhost`, 127.0.0.0/8, `[::1]`).
   * Left out: the tenant lives at the root of its own issuer (`authorization_endpoint` and
   * `end_session_endpoint` as well), for clients that reach all of it through one fetch handler.
   */
  appBaseUrl?: string;
  /**
   * Name of the app, shown on the login page ("Log in to ...") for every client without a `name` of its own.
   * Default: `Dev App`, or with `clients` the client id of each.
   */
  appName?: string;
  /** Path of the app under which browsers reach the tenant. Default: `/dev-tenant`. */
  path?: string;
  /**
   * Where codes, refresh tokens, pending logins, the tenant's login sessions and its signing key live.
   * Default: a new {@link MemoryDevTenantStorage}.
   */
  storage?: DevTenantStorage;
  /**
   * Registered applications. Default: one confidential client, `dev-client`, which may use every grant type and
   * every API.
   */
  clients?: readonly DevTenantClient[];
  /** People one can log in as. Default: three. */
  users?: readonly DevTenantUser[];
  /**
   * APIs that exist. Default: `https://api.example.com/` with `read:orders` and `write:orders`. An audience
   * that is not listed is refused as Auth0 refuses it ("Service not found").
   */
  apis?: readonly DevTenantApi[];
  /**
   * Connections that exist. Default: the database `Username-Password-Authentication`, `google-oauth2`, `github`,
   * `email` and `sms`.
   */
  connections?: readonly DevTenantConnection[];
  /** Organizations that exist. Default: two when there are no `users` of one's own either, otherwise none. */
  organizations?: readonly DevTenantOrganization[];
  /** What the tenant makes of foreign tokens (Auth0: "Custom Token Exchange"). Default: none. */
  tokenExchangeProfiles?: readonly DevTenantTokenExchangeProfile[];
  /** Domains of e-mail addresses that have a connection of their own, for `isFederatedDomain`. Default: none. */
  federatedDomains?: readonly string[];
  /** Seconds an access token lives. Default: 3600. */
  accessTokenLifetime?: number;
  /** Seconds a family of refresh tokens lives, counted from the login. Default: 2,592,000 (30 days). */
  refreshTokenLifetime?: number;
  /**
   * Carries logout tokens to the clients' `backchannelLogoutUri`. Where the tenant lives in the app's own process,
   * as in a Worker, this is best the app's own handler. Default: the global `fetch`.
   */
  appFetch?: (request: Request) => Promise<Response> | Response;
  /**
   * Seconds a client has to wait between two questions whether a person has approved its request (OpenID Connect
   * CIBA 1.0). Default: 5.
   */
  backchannelPollInterval?: number;
  /** Seconds since the epoch; for tests. Default: the system's clock. */
  clock?: () => number;
}
