import type { Configuration } from "./configuration.ts";
import type { Mailbox } from "./mailbox.ts";
import type { People } from "./people.ts";
import type { Records } from "./records.ts";
import type { SigningKeys } from "./signing-key.ts";

/** What every endpoint is handed: the tenant as it is configured, and what it remembers. */
export interface TenantContext {
  readonly configuration: Configuration;
  readonly records: Records;
  /** Everyone one can log in as. */
  readonly people: People;
  /** What would have been sent by mail and SMS. */
  readonly mailbox: Mailbox;
  /** Whole seconds since the epoch. */
  now(): number;
  /** The same with fractions. */
  clock(): number;
  readonly signingKeys: SigningKeys;
  /** Carries logout tokens to the apps. */
  appFetch(request: Request): Promise<Response>;
  /** Keeps the host from stopping work that goes on after the answer, where it has a way to. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** All endpoints of the tenant, for those that describe the others. */
  readonly endpoints: readonly Endpoint[];
  /** Absolute URL of an endpoint, as seen by whoever calls it: the app's server or a browser. */
  urlOf(endpoint: Pick<Endpoint, "path" | "channel">): string;
  /** URL of one of the tenant's pages on the origin that the browser is already using. */
  pageUrl(request: Request, path: string): string;
  /** Path under which browsers reach the tenant, for cookies: `/` or without a trailing slash. */
  readonly cookiePath: string;
}

/** One endpoint of the tenant. To add one, write its file and list it in `endpoints.ts`. */
export interface Endpoint {
  /** Path within the tenant; ending in `/*` it takes everything below. */
  readonly path: string;
  /** Who calls it: a `browser` (answers are pages) or a `server` (answers are JSON). */
  readonly channel: "browser" | "server";
  /** HTTP methods it takes; GET includes HEAD. */
  readonly methods: readonly string[];
  /** Members of the discovery document (RFC 8414 §2) that carry this endpoint's URL. */
  readonly advertisedAs?: string;
  /** Further members that this endpoint adds to the discovery document. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /**
   * @throws {OAuthError} A refusal; the router turns it into JSON or a page.
   */
  handle(request: Request, tenant: TenantContext): Promise<Response>;
}
