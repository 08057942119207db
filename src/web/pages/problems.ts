import {
  DiscoveryError,
  EdgeAuthError,
  InvalidConfigurationError,
  MissingTransactionError,
  type OAuthErrorCause,
  OrganizationValidationError,
  SessionStoreError,
  SessionTooLargeError,
} from "../../errors/index.ts";
import { SettingsError } from "../setup/settings.ts";
import { configurationDetails } from "./configuration-page.ts";
import { isFromHere } from "./from-here.ts";
import type { Problem } from "./pages.ts";

/** No answer came: worth another try, and no fault of the request. */
const unreachable = new Set(["timeout", "request_failed"]);
/** The issuer does not take this client for what it says it is: for the operator to mend. */
const clientRefused = new Set(["invalid_client", "unauthorized_client"]);
/** The issuer says itself that it failed (RFC 6749 section 4.1.2.1). */
const failing = new Set(["server_error", "temporarily_unavailable"]);

/**
 * An error as people may see it. Our own messages are made to be shown; of anything else nobody is told more than that it
 * happened. What the issuer wrote is shown only as far as it is one of the codes of RFC 6749.
 *
 * @param loginUrl where another try begins
 */
export function problemOf(error: unknown, request: Request, loginUrl: string): Problem {
  const problem = (status: number, code: string, title: string, message: string): Problem => ({
    status,
    code,
    title,
    message,
    action: { href: loginUrl, label: "Try again" },
  });
  if (!(error instanceof EdgeAuthError)) {
    return problem(
      500,
      "internal_error",
      "Something went wrong",
      "The app failed, and it is no fault of yours. Please try again. If it fails again, tell its operator the request named below.",
    );
  }
  const { code, cause } = error;
  const { error: oauthError = "", statusCode } = (cause ?? {}) as Partial<OAuthErrorCause>;
  const local = isFromHere(request);
  if (error instanceof InvalidConfigurationError) {
    const details =
      local && error instanceof SettingsError ? configurationDetails(error, request) : undefined;
    const known = details ? "Only this machine is told what is missing or cannot work:" : error.message;
    const message = local ? known : `Nobody can log in here yet. ${seeLog}`;
    const action = { href: new URL(request.url).pathname.replace(/^\/+/, "/"), label: "Look again" };
    return { status: 500, code, title: "Login is not set up yet", message, details, action };
  }
  if (error instanceof SessionTooLargeError) {
    return problem(
      500,
      code,
      "Your session is too large to be kept",
      local ? error.message : `Nothing was kept; a session of before stays. ${seeLog}`,
    );
  }
  if (statusCode === 401 || clientRefused.has(oauthError)) {
    return problem(
      500,
      "invalid_client",
      "The login service does not know this app",
      `${unchanged} ${seeLog}`,
    );
  }
  if (error instanceof MissingTransactionError) {
    return problem(400, code, "This login is no longer valid", error.message);
  }
  if (error instanceof OrganizationValidationError) {
    return problem(403, code, "Another organization is needed", error.message);
  }
  if (oauthError === "access_denied") {
    return problem(
      403,
      oauthError,
      "You did not log in",
      "The login was cancelled or refused, so nothing has changed.",
    );
  }
  if (error instanceof SessionStoreError) {
    return problem(
      503,
      code,
      "Sessions cannot be reached right now",
      `Unless you were logging out, you are still logged in. ${tryAgain}`,
    );
  }
  if (error instanceof DiscoveryError || unreachable.has(oauthError)) {
    return problem(502, code, "The login service cannot be reached", `${unchanged} ${tryAgain}`);
  }
  if (failing.has(oauthError)) {
    return problem(502, oauthError, "The login service had a problem", `${unchanged} ${tryAgain}`);
  }
  const known = /^[a-z_]{1,64}$/.test(oauthError) ? oauthError : code;
  return problem(
    400,
    known,
    "The login did not work",
    `What came back from the login service could not be accepted. ${unchanged} Please start again.`,
  );
}

const unchanged = "You were neither logged in nor out.";
const seeLog = "The operator of this app finds the cause in its log.";
const tryAgain = "Please try again in a moment.";
