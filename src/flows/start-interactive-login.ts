import { optionsOf } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { beginLogin } from "./begin-login.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { mergeParameters } from "./merge-parameters.ts";

/** Options of an interactive login. */
export interface StartInteractiveLoginOptions<TAppState = unknown> {
  /** Comes back from `completeInteractiveLogin`. */
  appState?: TAppState | undefined;
  /** Parameters of the authorization request; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
  /** Organization to log in to, by id or name. */
  organization?: string | undefined;
  /** Ticket of an invitation to that organization. */
  invitation?: string | undefined;
  /** Pushes the parameters to the issuer, so that the URL carries none of them (RFC 9126). Default `false`. */
  pushedAuthorizationRequests?: boolean | undefined;
}

/** Starts a login, and answers where to send the browser. */
export async function startInteractiveLogin<T>(
  context: Context<T>,
  given: StartInteractiveLoginOptions,
  storeOptions: T | undefined,
): Promise<URL> {
  const options = optionsOf(given, "invitation");
  const parameters = mergeParameters(context, options.authorizationParams);
  const organization = chooseOrganization(context, options);
  const invitation = options.invitation ?? parameters.invitation;
  if (invitation && !organization) {
    throw new InvalidConfigurationError("'organization' is required along with 'invitation'.");
  }
  const start = {
    domain: await context.resolveDomain(storeOptions),
    parameters: { ...parameters, scope: scopeWithOpenId(parameters.scope), organization, invitation },
    pushed: options.pushedAuthorizationRequests,
    facts: { organization, appState: options.appState },
  };
  return await beginLogin(context, start, storeOptions);
}
