import type { Context } from "../context/context.ts";
import { loginByGrant } from "../protocol/auth0-grant.ts";
import type { LoginTokens } from "../protocol/authorization-code.ts";
import { unverifiedClaims } from "../protocol/jws.ts";
import { type MfaVerifyOptions, mfaGrant } from "../protocol/mfa-grant.ts";
import { checkOrganization } from "../session/organization.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import type { StateData } from "../session/state-data.ts";
import { changeSession } from "./change-session.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { establishSession } from "./establish-session.ts";
import { keepTokens } from "./keep-session.ts";
import { loadSession } from "./load-session.ts";
import { serialize } from "./serialize.ts";

/** The tokens a second factor brought. The session has them as well. */
export interface MfaVerifyResponse {
  accessToken: string;
  idToken?: string | undefined;
  refreshToken?: string | undefined;
  /** `bearer` as a rule. */
  tokenType: string;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** The granted scope. */
  scope?: string | undefined;
  /** Takes the place of a recovery code that was used. */
  recoveryCode?: string | undefined;
}

/**
 * Proves another factor. The tokens join the session of their user where there is one; otherwise it is a login. Who their
 * user is only an ID token says: without one they are nobody's.
 */
export async function verifyMfa<T>(
  context: Context<T>,
  options: MfaVerifyOptions,
  storeOptions: T | undefined,
): Promise<MfaVerifyResponse> {
  const grant = mfaGrant(options);
  const audience = grant.parameters.audience ?? context.authorizationParams.audience;
  const organization = chooseOrganization(context, {});
  return await serialize(context, storeOptions, async (own) => {
    context.stateStore.assertWritable?.(storeOptions);
    const domain = await own.resolveDomain(storeOptions);
    const tokens = await loginByGrant(grant, await context.server(domain, storeOptions));
    const state = await loadSession(own, storeOptions);
    if (state && isSameUser(state, tokens)) {
      checkOrganization(organization, tokens.claims);
      const asked = { audience, scope: context.authorizationParams.scope };
      const join = (current: StateData) => keepTokens(context, current, tokens, asked, storeOptions);
      await changeSession(own, state, join, storeOptions);
    } else {
      const scope = scopeWithOpenId(context.authorizationParams.scope);
      await establishSession(context, tokens, { domain, audience, scope, organization }, storeOptions);
    }
    const {
      accessToken,
      idToken,
      refreshToken,
      tokenType = "bearer",
      expiresAt,
      scope,
      recoveryCode,
    } = tokens;
    return { accessToken, idToken, refreshToken, tokenType, expiresAt, scope, recoveryCode };
  });
}

/** The same user, and of the same organization as far as both say of which; the claims kept of the user may not. */
function isSameUser({ user, idToken }: StateData, { claims }: LoginTokens): boolean {
  const own = user?.org_id ?? (idToken && unverifiedClaims(idToken)?.org_id);
  const organizations = [own, claims.org_id].filter((id) => id !== undefined);
  return user?.sub === claims.sub && new Set(organizations).size < 2;
}
