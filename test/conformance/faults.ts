import type { ClientAuthMethod } from "./client-check.ts";
import type { Claims, keyDrawer, ProviderKey } from "./keys.ts";
import type { OpenidProvider } from "./provider.ts";

/** What the provider does in place of the right thing. Left out: the right thing. */
export interface Faults {
  /** Changes its metadata. */
  metadata?(document: Claims): Claims;
  /** Changes the parameters it sends the browser back with. */
  authorization?(parameters: URLSearchParams): void;
  /** Answers the token endpoint before anything is looked at. */
  token?(form: URLSearchParams): Response | undefined;
  /** Comes right before an ID token is signed. */
  beforeSigning?(provider: OpenidProvider): Promise<void>;
  /** Changes the claims of an ID token; `undefined` leaves one out. */
  idToken?(claims: Claims, grant: string): Claims;
  /** Signs an ID token in another way. */
  sign?(claims: Claims, provider: OpenidProvider): string | Promise<string>;
  /** Changes what the token endpoint answers. */
  tokens?(body: Claims, grant: string): Claims;
  /** Changes the claims of the UserInfo endpoint. */
  userinfo?(claims: Claims): Claims;
  /** Changes the parameters it sends the browser back with after a logout. */
  logout?(parameters: URLSearchParams): void;
}

/** How the provider is set up: what is no fault. */
export interface ProviderSetup {
  /** Its signing keys. Default: one RS256 key. */
  keys?(draw: ReturnType<typeof keyDrawer>): Promise<ProviderKey[]>;
  /** Which of them signs, as `Array.at` takes it. Default: the first. */
  signingKey?: number;
  /** The one way the client proves itself. Default `client_secret_basic`. */
  clientAuth?: ClientAuthMethod;
  /** Whether its endpoints stand at a place that only its metadata say, another one each time. */
  hidesEndpoints?: boolean;
  /** Metadata beside the usual. */
  metadata?: Claims;
  /** Whether authorization responses carry `iss` (RFC 9207). */
  namesItself?: boolean;
  /** Whether requests have to be pushed (RFC 9126). */
  demandsPar?: boolean;
  /** Seconds access tokens live; default 300, `undefined` leaves `expires_in` out. */
  expiresIn?: number | undefined;
}
