import type { Client } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { confirmFactor, factorsOf } from "../factors.ts";
import { type Parameters, required } from "../parameters.ts";
import { finishWithFactor } from "../second-factor.ts";
import { totpStep } from "../totp.ts";

/** Seconds in which a code is refused the second time: as long as it could be accepted. */
const REMEMBERED = 120;

/**
 * Auth0's grant for the code of an authenticator app (RFC 6238). Each code works once; the first one confirms a new
 * factor.
 *
 * @throws {OAuthError} See {@link finishWithFactor}.
 */
export async function mfaOtpGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const otp = required(parameters, "otp");
  return await finishWithFactor(parameters, client, tenant, "Invalid otp_code.", async ({ grant }) => {
    for (const factor of await factorsOf(tenant, grant.sub)) {
      if (factor.secret === undefined) continue;
      const step = await totpStep(factor.secret, otp, tenant.now());
      if (step === undefined) continue;
      if (!(await tenant.records.spend("factor", `${factor.id} ${step}`, REMEMBERED))) return undefined;
      await confirmFactor(tenant, factor);
      return {};
    }
    return undefined;
  });
}
