import type { DeliveryRecord } from "./backchannel-records.ts";
import type { TenantContext } from "./context.ts";
import type { Grant } from "./grant.ts";
import { deliverLogout } from "./logout-delivery.ts";
import type { Ended } from "./logout-token.ts";
import { endSessionOf, endSessionsOf } from "./tenant-session.ts";

/** Deliveries shown on a person's page. */
const REMEMBERED_DELIVERIES = 10;
/** Seconds they are. */
const LIFETIME = 7 * 24 * 3600;
/** Milliseconds that a person who logs out waits for the apps to be told, at most. */
const PATIENCE = 1000;

/** Notes that a client got tokens, so that it can be told when the session or all of the person's sessions end. */
export async function rememberUse(tenant: TenantContext, { sub, sid, clientId }: Grant): Promise<void> {
  const { clients, refreshTokenLifetime } = tenant.configuration;
  if (clients.get(clientId)?.backchannelLogoutUri === undefined) return;
  for (const who of [sub, sid]) {
    if (who !== undefined)
      await tenant.records.save("use", `${who} ${clientId}`, { sub }, refreshTokenLifetime);
  }
}

/**
 * Ends a login session, or all of a person, and tells the clients that took part. Refresh tokens are left alone, as
 * with Auth0.
 *
 * @returns Once every client has been told, or given up.
 */
export async function endEverywhere(tenant: TenantContext, { sid, sub }: Ended): Promise<DeliveryRecord[]> {
  if (sid !== undefined) {
    await endSessionOf(tenant, sid);
    return await tellClients(tenant, sid, (owner) => ({ sub: owner, sid }));
  }
  if (sub === undefined) return [];
  await endSessionsOf(tenant, sub);
  return await tellClients(tenant, sub, () => ({ sub }));
}

/** Ends a session that its person has logged out of, and tells its clients. The answer says what has come of it so far. */
export async function tellOfLogout(
  tenant: TenantContext,
  session: { sid?: string } | undefined,
): Promise<DeliveryRecord[] | "under way"> {
  const sid = session?.sid;
  return sid === undefined ? [] : await orGoOn(tenant, endEverywhere(tenant, { sid }));
}

/** Waits for the clients to be told, but not for long: nobody's logout hangs on an app that does not answer. */
export async function orGoOn(
  tenant: TenantContext,
  deliveries: Promise<DeliveryRecord[]>,
): Promise<DeliveryRecord[] | "under way"> {
  tenant.waitUntil?.(deliveries);
  // Once the person has gone on there is nobody left to tell of a storage that fails.
  deliveries.catch(() => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<"under way">((resolve) => {
    timer = setTimeout(resolve, PATIENCE, "under way");
  });
  try {
    return await Promise.race([deliveries, patience]);
  } finally {
    clearTimeout(timer);
  }
}

async function tellClients(
  tenant: TenantContext,
  who: string,
  endedFor: (sub: string) => Ended,
): Promise<DeliveryRecord[]> {
  const { records, configuration } = tenant;
  let person: string | undefined;
  const deliveries = [...configuration.clients.values()].map(async (client) => {
    if (client.backchannelLogoutUri === undefined) return undefined;
    const use = await records.load("use", `${who} ${client.clientId}`);
    if (use === undefined) return undefined;
    person = use.sub;
    return await deliverLogout(tenant, client, endedFor(use.sub));
  });
  const done = (await Promise.all(deliveries)).filter((delivery) => delivery !== undefined);
  if (person !== undefined) {
    const before = (await records.load("deliveries", person))?.list ?? [];
    const list = [...done, ...before].slice(0, REMEMBERED_DELIVERIES);
    await records.save("deliveries", person, { list }, LIFETIME);
  }
  return done;
}
