import type { Client } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import { factorsOf } from "./factors.ts";
import { invalidGrant, invalidRequest, OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";
import type { MfaRecord } from "./records.ts";
import { type TokenRequest, tokenResponse } from "./token-response.ts";

/** Seconds an `mfa_token` can be used. */
const LIFETIME = 600;
/** Seconds in which an expired one is still told from one that never was. */
const REMEMBERED = 3600;
/** Wrong codes after which a person has to wait until the `mfa_token` has expired. */
const MAX_ATTEMPTS = 10;

/**
 * Answers with tokens, unless a second factor is due: the client, the person or the API may ask for one. For logins in
 * the browser the client and the person are content, since there the tenant's page would have asked.
 *
 * @throws {OAuthError} 403 `mfa_required` with `mfa_token` and `mfa_requirements`.
 */
export async function tokensOrSecondFactor(
  tenant: TenantContext,
  client: Client,
  issue: TokenRequest,
): Promise<Response> {
  await requireSecondFactor(tenant, client, issue);
  return await tokenResponse(tenant, issue);
}

/** The same check alone, for a grant that has something to do before it answers. */
export async function requireSecondFactor(
  tenant: TenantContext,
  client: Client,
  issue: TokenRequest,
): Promise<void> {
  const { grant, audience } = issue;
  const user = await tenant.people.find(grant.sub);
  const api = audience === undefined ? undefined : tenant.configuration.apis.get(audience);
  const inBrowser = grant.sid !== undefined;
  const due = (!inBrowser && (client.requireMfa || user?.requireMfa)) || api?.requireMfa;
  if (!due || grant.mfa) return;
  const token = randomToken();
  const { refreshableUntil, scope } = issue;
  const record: MfaRecord = {
    grant: { ...grant, mfa: true },
    scope,
    ...(audience === undefined ? {} : { audience }),
    ...(refreshableUntil === undefined ? {} : { refreshableUntil }),
    usableUntil: tenant.now() + LIFETIME,
  };
  await tenant.records.save("mfa", token, record, LIFETIME + REMEMBERED);
  const description = "Multifactor authentication required";
  throw new OAuthError(
    403,
    "mfa_required",
    description,
    {},
    {
      error: "mfa_required",
      error_description: description,
      mfa_token: token,
      mfa_requirements: await requirementsOf(tenant, grant.sub),
    },
  );
}

/** What has to be done: enroll a factor, or answer the challenge of one there is. */
async function requirementsOf(tenant: TenantContext, sub: string): Promise<Record<string, unknown>> {
  const active = (await factorsOf(tenant, sub)).filter((factor) => factor.active);
  if (active.length === 0) return { enroll: [{ type: "otp" }, { type: "phone" }, { type: "email" }] };
  const types = active.map(({ type, channel }) =>
    type === "otp" || channel === "email" ? (channel ?? type) : "phone",
  );
  return { challenge: [...new Set(types)].map((type) => ({ type })) };
}

/**
 * What an `mfa_token` stands for.
 *
 * @throws {OAuthError} 403 `expired_token` or `invalid_grant`, in Auth0's words.
 */
export async function pendingTokens(tenant: TenantContext, token: string | undefined): Promise<MfaRecord> {
  if (token === undefined) throw invalidRequest("Missing required parameter: mfa_token");
  const record = await tenant.records.load("mfa", token);
  if (record === undefined) throw invalidGrant("Malformed mfa_token");
  if (tenant.now() >= record.usableUntil) throw new OAuthError(403, "expired_token", "mfa_token is expired");
  return record;
}

/** {@link pendingTokens} of the `mfa_token` in the `Authorization` header, as the `/mfa/*` endpoints take it. */
export async function bearerOf(
  request: Request,
  tenant: TenantContext,
): Promise<{ token: string; pending: MfaRecord }> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (token === undefined) throw new OAuthError(401, "unauthorized", "Missing authentication");
  return { token, pending: await pendingTokens(tenant, token) };
}

/**
 * The second half of a login: checks a factor and answers with the tokens that waited for it.
 *
 * @param check Whether the factor is right; what it answers besides becomes part of the token response.
 * @param wrong Description of the refusal.
 * @throws {OAuthError} 403 `invalid_grant` for a wrong factor or an `mfa_token` that is used or of another client;
 * 429 `too_many_attempts` after ten wrong ones.
 */
export async function finishWithFactor(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
  wrong: string,
  check: (pending: MfaRecord, token: string) => Promise<Record<string, unknown> | undefined>,
): Promise<Response> {
  const token = parameters.get("mfa_token");
  const pending = await pendingTokens(tenant, token);
  const { grant, scope, audience, refreshableUntil } = pending;
  if (grant.clientId !== client.clientId || (await tenant.records.isRevoked(grant.id))) {
    throw invalidGrant("Malformed mfa_token");
  }
  if (!(await tenant.records.attempt("mfa", grant.sub, MAX_ATTEMPTS, LIFETIME))) {
    throw new OAuthError(429, "too_many_attempts", "Too many attempts. Start again in ten minutes.");
  }
  const extra = await check(pending, token!);
  if (extra === undefined) throw invalidGrant(wrong);
  await tenant.records.forgive("mfa", grant.sub, MAX_ATTEMPTS);
  if (!(await tenant.records.spend("mfa", token!, LIFETIME + REMEMBERED))) {
    throw invalidGrant("Malformed mfa_token");
  }
  return await tokenResponse(tenant, { grant, scope, audience, refreshableUntil, nonce: undefined, extra });
}
