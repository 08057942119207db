/** What a page may add to an {@link OAuthError}; clients that read JSON never see it. */
export interface OAuthErrorPage {
  /** Heading of the page. Default: "Something is not right with this request". */
  title?: string;
  /** Values worth listing, such as the URLs that are registered. */
  details?: readonly string[];
}

/**
 * A request the tenant refuses. Endpoints throw it; the router answers it as JSON (RFC 6749 §5.2) to clients
 * and as a page to browsers, and the authorization endpoint sends it back to the app (RFC 6749 §4.1.2.1).
 */
export class OAuthError extends Error {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The `error` code. */
  readonly error: string;
  /** What a page shows besides the message. */
  readonly page: OAuthErrorPage;
  /** What clients that read JSON get. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Further headers for clients that read JSON. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status HTTP status, 4xx.
   * @param error The `error` code.
   * @param description The `error_description`.
   * @param page What a page shows besides the description.
   * @param body Default: `error` and `error_description`.
   * @param headers Further headers for clients that read JSON.
   */
  constructor(
    status: number,
    error: string,
    description: string,
    page: OAuthErrorPage = {},
    body: Readonly<Record<string, unknown>> = { error, error_description: description },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(description);
    this.name = "OAuthError";
    this.status = status;
    this.error = error;
    this.page = page;
    this.body = body;
    this.headers = headers;
  }
}

/** An `invalid_request` with status 400: the commonest refusal. */
export function invalidRequest(description: string, page: OAuthErrorPage = {}): OAuthError {
  return new OAuthError(400, "invalid_request", description, page);
}

/** An `invalid_grant` with the status 403 that Auth0 gives it (RFC 6749 §5.2 would have 400). */
export function invalidGrant(description: string): OAuthError {
  return new OAuthError(403, "invalid_grant", description);
}
