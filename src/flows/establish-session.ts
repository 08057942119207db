import type { Context } from "../context/context.ts";
import type { LoginTokens } from "../protocol/authorization-code.ts";
import { customData } from "../session/custom-data.ts";
import { newSession } from "../session/new-session.ts";
import { checkOrganization } from "../session/organization.ts";

/** What a way of logging in knows beside the tokens it got. */
export interface Login {
  domain: string;
  audience: string | undefined;
  /** The scope asked for. */
  scope: string | undefined;
  organization: string | undefined;
}

/**
 * The one tail of every login: who has come, whether they may, and their new session in the store.
 *
 * @throws OrganizationValidationError where the user belongs to another organization
 * @throws InvalidConfigurationError where `beforeSessionSaved` returns what no session keeps
 * @throws SessionExpiredError where the identity provider's own session is already over
 */
export async function establishSession<T>(
  context: Context<T>,
  tokens: LoginTokens,
  { domain, audience, scope, organization }: Login,
  storeOptions: T | undefined,
): Promise<void> {
  checkOrganization(organization, tokens.claims);
  let state = newSession(tokens, { domain, audience, scope, now: context.now() });
  const { sub, iat } = tokens.claims;
  if (context.filterClaims) {
    state.user = { ...context.filterClaims(tokens.claims), sub };
    state.internal.iat = iat;
  }
  if (!context.storeIdToken) state.idToken = undefined;
  if (context.beforeSessionSaved) {
    // A copy: whatever the function does to it, only what it returns counts.
    const { internal: _, ...copy } = structuredClone(state);
    state = { ...state, ...customData((await context.beforeSessionSaved(copy, { storeOptions })) ?? {}) };
  }
  await context.stateStore.set(context.stateIdentifier, state, true, storeOptions);
}
