import type { DeliveryRecord } from "./backchannel-records.ts";
import type { Client } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { type Ended, signLogoutToken } from "./logout-token.ts";

/** Milliseconds between the attempts to reach a client; then it is given up. */
const PAUSES: readonly number[] = [300, 1000];
/** Milliseconds a client has to answer. */
const PATIENCE = 5000;

/**
 * Tells one client what has ended (OpenID Connect Back-Channel Logout 1.0 §2.5). A client that cannot be reached, or
 * is not well, is asked twice more; an answer of 4xx is an answer.
 */
export async function deliverLogout(
  tenant: TenantContext,
  client: Client,
  ended: Ended,
): Promise<DeliveryRecord> {
  // The same token each time: a client may take the second for a replay of the first.
  const token = await signLogoutToken(tenant, client.clientId, ended);
  const about = ended.sid === undefined ? "person" : "session";
  const delivery = { clientId: client.clientId, about, at: tenant.now() } as const;
  for (let attempts = 1; ; attempts++) {
    const outcome = await attempt(tenant, client.backchannelLogoutUri!, token);
    const pause = PAUSES[attempts - 1];
    if (isFinal(outcome) || pause === undefined) return { ...delivery, attempts, ...outcome };
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

type Outcome = Pick<DeliveryRecord, "status" | "problem">;

async function attempt(tenant: TenantContext, uri: string, token: string): Promise<Outcome> {
  const signal = AbortSignal.timeout(PATIENCE);
  const request = new Request(uri, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ logout_token: token }).toString(),
    redirect: "manual",
    signal,
  });
  try {
    // A handler in the same process may not look at the signal.
    const response = await Promise.race([tenant.appFetch(request), aborted(signal)]);
    await response.body?.cancel();
    return { status: response.status };
  } catch (error) {
    return { problem: signal.aborted ? "No answer within 5 seconds" : String(error).slice(0, 200) };
  }
}

function isFinal({ status }: Outcome): boolean {
  return status !== undefined && status < 500 && status !== 429;
}

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
