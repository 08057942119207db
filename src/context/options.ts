import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import type { ClientCredentials } from "../protocol/client-secret.ts";
import type { SessionChange, SessionOf, UserClaims } from "../session/state-data.ts";

import type { StateStore, TransactionStore } from "../store/contracts.ts";
import type { DiscoveryCacheOptions } from "./discovery-cache.ts";
import type { DiagnosticsOptions } from "./observe.ts";

/**
 * Import this symbol to let `issuer` be an `http:` address of this machine, for a provider under test:
 * `{ issuer: "http://localhost:3000", [allowInsecureLoopback]: true }`. No other address is ever reached without TLS.
 */
export const allowInsecureLoopback: unique symbol = Symbol("allowInsecureLoopback");

/** What a {@link DomainResolver} is called with. */
export interface DomainResolverContext<TStoreOptions = unknown> {
  /** Those of the call; `undefined` where it had none. */
  storeOptions: TStoreOptions | undefined;
}

/**
 * Chooses the domain of a request: `({ storeOptions }) => …`. What it is called with reads like the store options as well, so
 * that a resolver written for `@auth0/auth0-server-js`, `(storeOptions) => …`, does the same here; where the call had no
 * store options, none of their members is there.
 *
 * It must not call a client with these store options. What it throws comes out as `InvalidConfigurationError`, with the
 * error as `cause`.
 */
export type DomainResolver<TStoreOptions = unknown> = (
  context: DomainResolverContext<TStoreOptions> & TStoreOptions,
) => Promise<string> | string;

/** The `Auth0-Client` header that names the SDK to the issuer. */
export interface TelemetryConfig {
  /** Default `true`. */
  enabled?: boolean | undefined;
  /** Default `auth0-edge`. */
  name?: string | undefined;
  /** Default: the version of this package. */
  version?: string | undefined;
}

/**
 * What one call may do differently from the rest. The issuer's metadata and keys are shared between calls: they are fetched as
 * the client is configured, without `headers` and `customFetch`, but `signal` ends the waiting for them as well.
 */
export interface RequestOptions {
  /** Aborts the call. */
  signal?: AbortSignal | undefined;
  /** Sent along. `Authorization` and `Auth0-Client` are the SDK's own: given here they are left out. */
  headers?: Record<string, string> | undefined;
  /** Sends the requests of this call. With `useMtls` it is what presents the certificate. */
  customFetch?: typeof fetch | undefined;
}

/** Who the client is, and at which authorization server. */
export interface IssuerOptions<TStoreOptions = unknown> extends ClientCredentials, DiagnosticsOptions {
  /**
   * Auth0 domain, such as `example.eu.auth0.com`, or a function that chooses it for each request. Exactly one of
   * `domain` and `issuer` is given.
   */
  domain?: string | DomainResolver<TStoreOptions> | undefined;
  /** Issuer of any other OpenID provider, exactly as its metadata spells it. */
  issuer?: string | undefined;
  clientId: string;
  /** Parameters of every authorization request; those of a call come before them. */
  authorizationParams?: AuthorizationParameters | undefined;
  /**
   * The one algorithm the issuer signs this client's ID and logout tokens with, as it was registered there
   * (`id_token_signed_response_alg`, OpenID Connect Registration section 2), such as `RS256`. Default: any asymmetric one of
   * the issuer's `id_token_signing_alg_values_supported`.
   */
  idTokenSignedResponseAlg?: string | undefined;
  discoveryCache?: DiscoveryCacheOptions | undefined;
  /** Sends every request to the issuer. Default: the platform's `fetch`. */
  customFetch?: typeof fetch | undefined;
  telemetry?: TelemetryConfig | undefined;
  [allowInsecureLoopback]?: boolean | undefined;
}

/** Options of `AuthClient`. Its domain is one; `ServerClient.getAuthClient` makes one where a resolver chooses the domain. */
export interface AuthClientOptions extends IssuerOptions {
  domain?: string | undefined;
}

/**
 * Options of `ServerClient`.
 *
 * @typeParam TClaims the app's own claims; where `filterClaims` is typed, they are what it returns
 */
export interface ServerClientOptions<TStoreOptions = unknown, TClaims extends object = object>
  extends IssuerOptions<TStoreOptions> {
  /** The organization everybody logs in to, unless a call names another. */
  organization?: string | undefined;
  /**
   * Whether the session keeps the ID token. Default `true`. Without it sessions are smaller, logout has no `id_token_hint`,
   * and accounts cannot be linked.
   */
  storeIdToken?: boolean | undefined;
  /**
   * Seconds before the end of an access token at which `getAccessToken` already gets the next one, where there is a refresh
   * token: time for the token to reach its API, and for clocks to differ. Default 10, the time a request to the issuer may
   * take; 300 at most; never more than half of what the token lives. Where the refresh fails, the token serves to its end.
   */
  refreshLeeway?: number | undefined;
  /** Chooses which claims of the ID token the session keeps as its user. Default: all of them. `sub` always stays. */
  filterClaims?: ((claims: UserClaims) => TClaims | Omit<TClaims, "sub">) | undefined;
  /**
   * Called at every login, in whatever way, with a copy of the session that is about to be saved. What it returns is kept in the
   * session as `updateSession` would keep it. Where it throws, nobody is logged in, nothing is saved, and the error is that of
   * the login. It must not ask the client for the session: there is none yet.
   */
  beforeSessionSaved?:
    | ((
        session: SessionOf<TClaims>,
        call: { storeOptions: TStoreOptions | undefined },
      ) => Promise<SessionChange | undefined | void> | SessionChange | undefined | void)
    | undefined;
  /** Default `__a0_tx`. */
  transactionIdentifier?: string | undefined;
  /** Default `__a0_session`. */
  stateIdentifier?: string | undefined;
  transactionStore: TransactionStore<TStoreOptions>;
  stateStore: StateStore<TStoreOptions>;
}
