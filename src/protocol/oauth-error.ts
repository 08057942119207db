import type { MfaRequirements, OAuthErrorCause } from "../errors/index.ts";

const maxDescription = 500;

/**
 * What went wrong, as plain data without anything secret: neither the request nor the response body goes along, and a
 * library's message is fixed text.
 *
 * `error` is the server's own code where it sent one. Otherwise `timeout`, `request_failed` (no answer, or a status of 500 and
 * more) or `invalid_response` (an answer that is not what the specification demands).
 */
export function oauthErrorCause(error: unknown): OAuthErrorCause {
  if (error instanceof IssuerError) {
    const { mfa_token, mfa_requirements } = error.answer;
    const { error_description: given, status } = error;
    const description = typeof given === "string" ? given.slice(0, maxDescription) : undefined;
    const code = error.error.slice(0, maxDescription);
    return {
      ...ownCause(code, description ?? `The authorization server answered '${code}'.`),
      ...(status && { statusCode: status }),
      ...(typeof mfa_token === "string" && { mfa_token }),
      ...(mfa_requirements !== undefined && { mfa_requirements: mfa_requirements as MfaRequirements }),
    };
  }
  const {
    name = "",
    code = "",
    message = "",
  } = (error ?? {}) as { name?: string; code?: string; message?: string };
  if (name === "TimeoutError" || name === "AbortError") {
    return ownCause("timeout", "The authorization server did not answer in time.");
  }
  if (error instanceof InvalidTokenError || String(code).startsWith("OAUTH_")) {
    const status = statusOf(error);
    return ownCause(
      status && status >= 500 ? "request_failed" : "invalid_response",
      status ? `The authorization server answered with HTTP status ${status}.` : message,
    );
  }
  return ownCause("request_failed", "The authorization server could not be reached.");
}

/** A cause in words of ours: the server sent none, or nothing at all. */
export function ownCause(error: string, message: string): OAuthErrorCause {
  return { error, error_description: message, message };
}

/** The issuer's own error: in an answer (RFC 6749 section 5.2), or brought by the browser (section 4.1.2.1). */
export class IssuerError extends Error {
  readonly error: string;
  readonly error_description: unknown;
  /** HTTP status of the answer. */
  readonly status: number | undefined;
  /** What else the answer says. */
  readonly answer: Readonly<Record<string, unknown>>;

  constructor(error: string, description: unknown, status?: number, answer: IssuerError["answer"] = {}) {
    super();
    this.error = error;
    this.error_description = description;
    this.status = status;
    this.answer = answer;
  }
}

/** An answer or token that fails a check. The message says which check, never the token; a `cause` is the response. */
export class InvalidTokenError extends Error {}

function statusOf(error: unknown): number | undefined {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Response && cause.status !== 200 ? cause.status : undefined;
}
