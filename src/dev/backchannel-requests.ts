import type { BackchannelRecord } from "./backchannel-records.ts";
import type { TenantContext } from "./context.ts";
import { randomToken, sha256Base64url } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";

/** Requests that may wait at the same time. */
const MAX_WAITING = 32;
/** Seconds a request is remembered beyond its end, so that its client is told what has become of it. */
const REMEMBERED = 600;

const SLOTS: readonly string[] = Array.from({ length: MAX_WAITING }, (_, index) => String(index));

/** A request that waits, and its id: the hash of the `auth_req_id`, which only the client knows. */
export interface WaitingRequest extends BackchannelRecord {
  id: string;
}

/**
 * Keeps a request until its person has decided; answers its `auth_req_id`.
 *
 * @throws {OAuthError} 429 `too_many_requests` when 32 are waiting already.
 */
export async function keepBackchannelRequest(
  tenant: TenantContext,
  record: BackchannelRecord,
): Promise<string> {
  const { records } = tenant;
  const authReqId = randomToken();
  const id = await sha256Base64url(authReqId);
  const lifetime = record.expiresAt - tenant.now();
  await records.save("backchannel", id, record, lifetime + REMEMBERED);
  for (const slot of SLOTS) if (await records.add("waiting", slot, { id }, lifetime)) return authReqId;
  throw new OAuthError(429, "too_many_requests", `${MAX_WAITING} requests are waiting already`);
}

/** The requests that nobody has decided yet, those that end first before the others. */
export async function waitingRequests(tenant: TenantContext): Promise<WaitingRequest[]> {
  const ids = await Promise.all(SLOTS.map(async (slot) => (await tenant.records.load("waiting", slot))?.id));
  const waiting = ids.map(async (id) => {
    const record = id === undefined ? undefined : await tenant.records.load("backchannel", id);
    return record && { ...record, id: id! };
  });
  const found = (await Promise.all(waiting)).filter((request) => request !== undefined);
  return found.sort((a, b) => a.expiresAt - b.expiresAt);
}

/** A request, by its `auth_req_id`. */
export async function backchannelRequest(
  tenant: TenantContext,
  authReqId: string,
): Promise<WaitingRequest | undefined> {
  const id = await sha256Base64url(authReqId);
  const record = await tenant.records.load("backchannel", id);
  return record && { ...record, id };
}

/** Notes what the person has decided. Nothing happens to a request that has ended or is decided already. */
export async function decide(tenant: TenantContext, id: string, approved: boolean): Promise<void> {
  const { records } = tenant;
  const record = await records.load("backchannel", id);
  if (record === undefined || record.expiresAt <= tenant.now()) return;
  await records.add("decision", id, { approved }, record.expiresAt - tenant.now() + REMEMBERED);
  for (const slot of SLOTS) {
    if ((await records.load("waiting", slot))?.id === id) await records.forget("waiting", slot);
  }
}
