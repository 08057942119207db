import {
  DiscoveryError,
  EdgeAuthError,
  InvalidConfigurationError,
  MissingTransactionError,
  type OAuthErrorCause,
  OrganizationValidationError,
} from "../errors.ts";
import { isLoopbackHttp } from "../loopback.ts";
import type { Problem } from "./pages.ts";

/** No answer came: worth another try, and no fault of the request. */
const unreachable = new Set(["timeout", "request_failed"]);
/** The issuer says itself that it failed (RFC 6749 section 4.1.2.1). */
const failing = new Set(["server_error", "temporarily_unavailable"]);

/**
 * An error as people may see it. Our own messages are made to be shown; of anything else nobody is told more than that it
 * happened. What the issuer wrote is shown only as far as it is one of the codes of RFC 6749.
 *
 * @param loginUrl where another try begins
 */
export function problemOf(error: unknown, request: Request, loginUrl: string): Problem {
  const retry = { href: loginUrl, label: "Try again" };
  if (error instanceof InvalidConfigurationError) {
    const local = isLoopbackHttp(new URL(request.url));
    return {
      status: 500,
      code: error.code,
      title: "Login is not set up yet",
      message: local
        ? error.message
        : "The configuration of this app is not complete. Its operator finds the cause in the log.",
    };
  }
  if (error instanceof MissingTransactionError) {
    return {
      status: 400,
      code: error.code,
      title: "This login is no longer valid",
      message: error.message,
      action: retry,
    };
  }
  if (error instanceof OrganizationValidationError) {
    return {
      status: 403,
      code: error.code,
      title: "Another organization is needed",
      message: error.message,
      action: retry,
    };
  }
  if (!(error instanceof EdgeAuthError)) {
    return {
      status: 500,
      code: "internal_error",
      title: "Something went wrong",
      message: "Please try again.",
      action: retry,
    };
  }
  const { error: oauthError } = (error.cause ?? {}) as Partial<OAuthErrorCause>;
  if (oauthError === "access_denied") {
    return {
      status: 403,
      code: oauthError,
      title: "You did not log in",
      message: "The login was cancelled or refused, so nothing has changed. You can try again at any time.",
      action: retry,
    };
  }
  if (error instanceof DiscoveryError || unreachable.has(oauthError ?? "")) {
    return {
      status: 502,
      code: error.code,
      title: "The login service cannot be reached",
      message: "It did not answer as it should. Please try again in a moment.",
      action: retry,
    };
  }
  if (oauthError && failing.has(oauthError)) {
    return {
      status: 502,
      code: oauthError,
      title: "The login service had a problem",
      message: "Nothing has changed. Please try again in a moment.",
      action: retry,
    };
  }
  return {
    status: 400,
    code: oauthError && /^[a-z_]{1,64}$/.test(oauthError) ? oauthError : error.code,
    title: "The login did not work",
    message: "What came back from the login service could not be accepted. Please start again.",
    action: retry,
  };
}
