import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  customFetch,
} from "oauth4webapi";

/** Metadata of an authorization server (RFC 8414). */
export type ServerMetadata = AuthorizationServer;

/** A public key of an issuer (RFC 7517), as plain data. */
export type Jwk = JsonWebKey & { kid?: string; x5t?: string };

/**
 * An issuer's signing keys. `refetch` asks for newer ones, because none of the known keys fits; where that was done too
 * often lately, the same keys come again.
 */
export type KeySource = (refetch: boolean) => Promise<readonly Jwk[]>;

/** A `fetch` as protocol operations use it. */
export type IssuerFetch = (
  url: string,
  init?: {
    method?: string | undefined;
    headers?: HeadersInit | undefined;
    body?: BodyInit | null | undefined;
    signal?: AbortSignal | undefined;
  },
) => Promise<Response>;

/** An authorization server and this client's relation with it: all that a protocol operation needs. */
export interface Server {
  /** Host of the issuer; sessions and transactions are bound to it. */
  domain: string;
  metadata: ServerMetadata;
  client: Client;
  clientAuthentication: ClientAuth;
  /** Whether the client proves itself by nothing but PKCE. */
  isPublicClient: boolean;
  keys: KeySource;
  request: RequestSettings;
}

/** Passed along with every request: the fetch to use, and whether it may go without TLS. */
export interface RequestSettings {
  [customFetch]: IssuerFetch;
  [allowInsecureRequests]: boolean;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

export function requestSettings(fetch: IssuerFetch, allowHttp: boolean): RequestSettings {
  return { [customFetch]: fetch, [allowInsecureRequests]: allowHttp };
}
