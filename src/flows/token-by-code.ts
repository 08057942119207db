import { optionsOf, requireCallback, requireTexts, secondsOf } from "../arguments.ts";
import { type CodeChecks, type LoginTokens, tokensByCode } from "../protocol/authorization-code.ts";
import type { Server } from "../protocol/server.ts";
import { assertOrganization, checkOrganization } from "../session/organization.ts";

/** What a callback is checked against, as far as the caller kept it. */
export interface TokenByCodeOptions {
  /** PKCE verifier of the request. */
  codeVerifier: string;
  /** `state` of the request. Left out, nothing is compared: then the caller has to have done it. */
  state?: string | undefined;
  /** `nonce` of the request. Left out, the ID token must have none. */
  nonce?: string | undefined;
  /** `redirect_uri` of the request. Default: the callback without its query. */
  redirectUri?: string | undefined;
  /** `max_age` of the request, in seconds. */
  maxAge?: number | undefined;
  /** Organization of the request, by id or name: the ID token has to name it. */
  organization?: string | undefined;
}

/**
 * Tokens for a callback whose transaction the caller keeps.
 *
 * @param server asked for once the arguments are known to be right
 * @throws OrganizationValidationError where `organization` is blank, or the ID token names another
 */
export async function tokenByCode(
  callback: URL,
  options: TokenByCodeOptions,
  server: () => Promise<Server>,
): Promise<LoginTokens> {
  requireCallback(callback);
  requireTexts(options, "codeVerifier");
  const { organization, codeVerifier, nonce, maxAge, ...kept } = optionsOf(
    options,
    "state",
    "nonce",
    "redirectUri",
  );
  assertOrganization(organization);
  const checks: CodeChecks = {
    codeVerifier,
    nonce,
    maxAge: secondsOf(maxAge),
    state: kept.state ?? callback.searchParams.get("state") ?? undefined,
    redirectUri: kept.redirectUri ?? callback.origin + callback.pathname,
  };
  const tokens = await tokensByCode(await server(), callback, checks);
  checkOrganization(organization, tokens.claims);
  return tokens;
}
