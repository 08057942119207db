import type { Client } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { equalInConstantTime, randomToken, sha256Base64url } from "../encoding.ts";
import { invalidGrant, invalidRequest } from "../oauth-error.ts";
import { type Parameters, required } from "../parameters.ts";
import type { CodeRecord } from "../records.ts";
import { tokenResponse } from "../token-response.ts";

/** Seconds in which a code can be redeemed. */
const CODE_LIFETIME = 60;
/** Seconds in which a second use of a code is still noticed and ends the grant. */
const CODE_REMEMBERED = 24 * 3600;

/** Makes an authorization code (RFC 6749 §4.1.2). */
export async function createCode(
  tenant: TenantContext,
  record: Omit<CodeRecord, "redeemableUntil">,
): Promise<string> {
  const code = randomToken();
  const redeemableUntil = tenant.now() + CODE_LIFETIME;
  await tenant.records.save("code", code, { ...record, redeemableUntil }, CODE_REMEMBERED);
  return code;
}

/**
 * The authorization code grant (RFC 6749 §4.1.3 with PKCE, RFC 7636 §4.6).
 *
 * @throws {OAuthError} `invalid_grant`. A code that has been used ends the grant it stood for: whatever was
 * issued from it is worthless from then on (RFC 6749 §4.1.2).
 */
export async function authorizationCodeGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const code = required(parameters, "code");
  const record = await tenant.records.load("code", code);
  if (record === undefined || record.grant.clientId !== client.clientId) {
    throw invalidGrant("Invalid authorization code");
  }
  // What the caller cannot prove is refused before the code is spent: a stolen code without its verifier must
  // not cost the rightful client its login.
  checkRedirectUri(parameters, record);
  await checkVerifier(parameters, record);
  const { grant } = record;
  const { refreshTokenLifetime } = tenant.configuration;
  if (!(await tenant.records.spend("code", code, CODE_REMEMBERED))) {
    await tenant.records.revoke(grant.id, refreshTokenLifetime + CODE_REMEMBERED);
    throw invalidGrant("Invalid authorization code");
  }
  if (tenant.now() >= record.redeemableUntil) throw invalidGrant("Invalid authorization code");
  return await tokenResponse(tenant, {
    grant,
    scope: grant.scope,
    audience: grant.audience,
    nonce: record.nonce,
    refreshableUntil: grant.scope.includes("offline_access")
      ? tenant.now() + refreshTokenLifetime
      : undefined,
  });
}

function checkRedirectUri(parameters: Parameters, record: CodeRecord): void {
  const sent = parameters.get("redirect_uri");
  if (sent === record.redirectUri) return;
  throw invalidGrant(
    `The redirect URI is wrong. You sent ${sent ?? "null"}, and we expected ${record.redirectUri}`,
  );
}

async function checkVerifier(parameters: Parameters, record: CodeRecord): Promise<void> {
  const verifier = parameters.get("code_verifier");
  if (record.codeChallenge === undefined) {
    // RFC 9700 §2.1.1: a verifier for a code without a challenge is a sign of a PKCE downgrade.
    if (verifier !== undefined) throw invalidGrant("Failed to verify code verifier");
    return;
  }
  if (verifier === undefined) throw invalidRequest("Missing required parameter: code_verifier");
  const challenge = await sha256Base64url(verifier);
  const wellFormed = /^[\w.~-]{43,128}$/.test(verifier);
  if (!wellFormed || !(await equalInConstantTime(challenge, record.codeChallenge))) {
    throw invalidGrant("Failed to verify code verifier");
  }
}
