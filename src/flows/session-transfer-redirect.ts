import { requireTexts } from "../arguments.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { browserEndpoint } from "../protocol/browser-endpoint.ts";
import { assertOrganization } from "../session/organization.ts";
import type { SessionTransferTokenResult } from "./request-session-transfer-token.ts";

/** Options of the redirect that hands it over. */
export interface BuildSessionTransferRedirectOptions {
  /** Organization of the session that will be opened. */
  organization?: string | undefined;
}

/** The URL that hands a session transfer token to the login of another app. The token goes nowhere without TLS. */
export function sessionTransferRedirect(
  targetLoginUrl: string,
  result: Pick<SessionTransferTokenResult, "sessionTransferToken">,
  options: BuildSessionTransferRedirectOptions | undefined,
): URL {
  requireTexts({ targetLoginUrl }, "targetLoginUrl");
  requireTexts(result, "sessionTransferToken");
  const organization = options?.organization;
  assertOrganization(organization);
  const url = browserEndpoint(targetLoginUrl);
  // A user name before the host would hide which host it is.
  if (!url || url.username || url.password) {
    throw new InvalidConfigurationError(
      "'targetLoginUrl' must be an absolute https URL; http is fine for this machine alone.",
    );
  }
  url.searchParams.set("session_transfer_token", result.sessionTransferToken);
  if (organization !== undefined) url.searchParams.set("organization", organization);
  return url;
}
