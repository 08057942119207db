import type { Context } from "../context/context.ts";
import { type Auth0Grant, loginByGrant } from "../protocol/auth0-grant.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import type { AuthorizationDetails } from "../protocol/token-request.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { establishSession } from "./establish-session.ts";

/** What a login without a redirect answers. */
export interface DirectLoginResult {
  /** What was granted by rich authorization (RFC 9396). */
  authorizationDetails?: AuthorizationDetails[] | undefined;
}

/**
 * A login that needs no redirect: one request to the token endpoint, then the session. Audience and scope are those of the
 * grant, else the client's.
 *
 * @param options where the call may name an organization
 */
export async function logInByGrant<T>(
  context: Context<T>,
  grant: Auth0Grant,
  options: { organization?: string | undefined; authorizationParams?: AuthorizationParameters | undefined },
  storeOptions: T | undefined,
): Promise<DirectLoginResult> {
  const { audience, scope } = { ...context.authorizationParams, ...grant.parameters };
  const organization = chooseOrganization(context, options);
  const asked = { audience, scope: scopeWithOpenId(scope), organization };
  // Nobody's one-time code is spent on what could not be kept.
  context.stateStore.assertWritable?.(storeOptions);
  const domain = await context.resolveDomain(storeOptions);
  const server = await context.server(domain, storeOptions);
  const tokens = await loginByGrant({ ...grant, parameters: { ...grant.parameters, ...asked } }, server);
  await establishSession(context, tokens, { domain, ...asked }, storeOptions);
  return { authorizationDetails: tokens.authorizationDetails };
}
