import { optionsOf } from "../arguments.ts";
import type { IssuerContext } from "../context/context.ts";
import {
  type AuthorizationParameters,
  checkAuthorizationParameters,
} from "../protocol/authorization-request.ts";

/**
 * The parameters of the client, those of a call before them.
 *
 * @throws InvalidConfigurationError where one cannot be what it is
 */
export function mergeParameters(
  { authorizationParams, clientId }: Pick<IssuerContext, "authorizationParams" | "clientId">,
  given: AuthorizationParameters | null | undefined,
): AuthorizationParameters {
  const merged = { ...authorizationParams, ...optionsOf(given) };
  checkAuthorizationParameters(merged, clientId);
  return merged;
}
