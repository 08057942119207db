import type { TenantContext } from "./context.ts";
import type { FactorRecord } from "./direct-records.ts";
import { equalInConstantTime, randomToken, sha256Base64url } from "./encoding.ts";

/** Factors one person may have, those never confirmed included. */
const MAX_FACTORS = 10;
/** Seconds; factors stay as long as the people do. */
const TEN_YEARS = 10 * 365 * 24 * 3600;

const slots = (sub: string) => Array.from({ length: MAX_FACTORS }, (_, number) => `${sub} ${number}`);

/** A second factor of a person, and where it is kept. */
export interface Factor extends FactorRecord {
  slot: string;
}

/** The second factors of a person. */
export async function factorsOf(tenant: TenantContext, sub: string): Promise<Factor[]> {
  const records = await Promise.all(
    slots(sub).map(async (slot) => {
      const record = await tenant.records.load("factor", slot);
      return record && { ...record, slot };
    }),
  );
  return records.filter((factor) => factor !== undefined);
}

/**
 * Adds a factor that its person has yet to confirm.
 *
 * @returns `undefined` when they have ten.
 */
export async function addFactor(
  tenant: TenantContext,
  sub: string,
  factor: Omit<FactorRecord, "id" | "active">,
): Promise<Factor | undefined> {
  const prefix = factor.type === "otp" ? "totp" : factor.channel;
  const record = { ...factor, id: `${prefix}|dev_${randomToken().slice(0, 16)}`, active: false };
  for (const slot of slots(sub)) {
    if (await tenant.records.add("factor", slot, record, TEN_YEARS)) return { ...record, slot };
  }
  return undefined;
}

/** Notes that a factor has been used for the first time: from now on its person is asked for it. */
export async function confirmFactor(tenant: TenantContext, { slot, ...record }: Factor): Promise<void> {
  if (!record.active) await tenant.records.save("factor", slot, { ...record, active: true }, TEN_YEARS);
}

/** Gives a person a recovery code, in place of the one they had. */
export async function createRecoveryCode(tenant: TenantContext, sub: string): Promise<string> {
  const code = randomToken().replace(/[_-]/g, "7").slice(0, 24).toUpperCase();
  await tenant.records.save("recovery", sub, { code: await hashOf(sub, code) }, TEN_YEARS);
  return code;
}

/** Uses up a person's recovery code. Of concurrent callers exactly one is answered `true`. */
export async function spendRecoveryCode(tenant: TenantContext, sub: string, code: string): Promise<boolean> {
  const record = await tenant.records.load("recovery", sub);
  const hash = await hashOf(sub, code);
  if (record === undefined || !(await equalInConstantTime(record.code, hash))) return false;
  return await tenant.records.spend("recovery", hash, TEN_YEARS);
}

/** Whether a person has a recovery code. */
export async function hasRecoveryCode(tenant: TenantContext, sub: string): Promise<boolean> {
  return (await tenant.records.load("recovery", sub)) !== undefined;
}

async function hashOf(sub: string, code: string): Promise<string> {
  return await sha256Base64url(`${sub} ${code}`);
}
