import { optionsOf, requireTexts } from "../arguments.ts";
import type { IssuerContext } from "../context/context.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import type { BackchannelRequest } from "../protocol/backchannel-authentication.ts";
import type { AuthorizationDetails } from "../protocol/token-request.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { mergeParameters } from "./merge-parameters.ts";

/** What to ask a person on their own device. */
export interface BackchannelAuthenticationOptions extends Omit<BackchannelRequest, "parameters"> {
  /** What they are to approve in particular (RFC 9396). */
  authorizationDetails?: AuthorizationDetails[] | undefined;
  /** Further parameters, such as `scope` and `audience`; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
  /** The same, after them. */
  parameters?: AuthorizationParameters | undefined;
}

/** Parameters that speak of a browser have no place where there is none. */
const browsers = ["redirect_uri", "response_mode", "prompt", "max_age", "state", "nonce"];

/**
 * What is asked, checked and with the client's parameters.
 *
 * @throws MissingRequiredArgumentError without `bindingMessage` or `loginHint.sub`
 * @throws InvalidConfigurationError where an option cannot be what it is
 */
export function backchannelRequest(
  client: Pick<IssuerContext, "authorizationParams" | "clientId">,
  options: BackchannelAuthenticationOptions,
): BackchannelRequest & { parameters: AuthorizationParameters } {
  requireTexts(options, "bindingMessage");
  const { bindingMessage, loginHint, requestedExpiry, authorizationDetails } = options;
  requireTexts({ "loginHint.sub": loginHint?.sub }, "loginHint.sub");
  if (requestedExpiry !== undefined && !(Number.isInteger(requestedExpiry) && requestedExpiry > 0))
    throw new InvalidConfigurationError("'requestedExpiry' must be a whole number of seconds.");
  const given = {
    ...optionsOf(options.parameters),
    ...optionsOf(options.authorizationParams),
    ...(authorizationDetails && { authorization_details: authorizationDetails }),
  };
  const own = Object.entries(mergeParameters(client, given));
  const parameters: AuthorizationParameters = Object.fromEntries(
    own.filter(([name]) => !browsers.includes(name)),
  );
  parameters.scope = scopeWithOpenId(parameters.scope);
  return { bindingMessage, loginHint, requestedExpiry, parameters };
}
