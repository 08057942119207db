import type { Client } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { createRecoveryCode, spendRecoveryCode } from "../factors.ts";
import { type Parameters, required } from "../parameters.ts";
import { finishWithFactor } from "../second-factor.ts";

/**
 * Auth0's grant for a recovery code. It works once; the answer has the next one as `recovery_code`.
 *
 * @throws {OAuthError} See {@link finishWithFactor}.
 */
export async function mfaRecoveryCodeGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const code = required(parameters, "recovery_code");
  return await finishWithFactor(parameters, client, tenant, "Invalid recovery_code.", async ({ grant }) => {
    if (!(await spendRecoveryCode(tenant, grant.sub, code))) return undefined;
    return { recovery_code: await createRecoveryCode(tenant, grant.sub) };
  });
}
