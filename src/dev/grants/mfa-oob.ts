import type { Client } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { sha256Base64url } from "../encoding.ts";
import { confirmFactor, factorsOf } from "../factors.ts";
import { invalidGrant } from "../oauth-error.ts";
import { judgeOneTimeCode } from "../one-time-code.ts";
import { type Parameters, required } from "../parameters.ts";
import { finishWithFactor } from "../second-factor.ts";

/**
 * Auth0's grant for a code that was sent out of band: `oob_code` names the message, `binding_code` is the code in it.
 *
 * @throws {OAuthError} See {@link finishWithFactor}.
 */
export async function mfaOobGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const oobCode = required(parameters, "oob_code");
  const bindingCode = required(parameters, "binding_code");
  const wrong = "Invalid binding_code.";
  return await finishWithFactor(parameters, client, tenant, wrong, async ({ grant }, token) => {
    const sent = await tenant.records.load("oob", oobCode);
    if (sent === undefined) throw invalidGrant("Invalid oob_code.");
    if (sent.mfaToken !== (await sha256Base64url(token))) {
      throw invalidGrant("The oob_code doesn't match the mfa_token");
    }
    const factor = (await factorsOf(tenant, grant.sub)).find(({ id }) => id === sent.factorId);
    if (factor === undefined || (await judgeOneTimeCode(tenant, sent, bindingCode)) !== "right")
      return undefined;
    await confirmFactor(tenant, factor);
    return {};
  });
}
