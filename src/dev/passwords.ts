import { decode, encode } from "jose/base64url";
import type { User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { equalInConstantTime } from "./encoding.ts";

/** PBKDF2 rounds; workerd takes no more. */
const ITERATIONS = 100_000;
/** Seconds; passwords stay as long as the people do. */
const TEN_YEARS = 10 * 365 * 24 * 3600;

/** Sets a person's password, in place of the one they had. */
export async function setPassword(tenant: TenantContext, sub: string, password: string): Promise<void> {
  const salt = encode(crypto.getRandomValues(new Uint8Array(16)));
  const record = { salt, hash: await derive(password, salt) };
  await tenant.records.save("password", sub, record, TEN_YEARS);
}

/** Whether this is the person's password: the one that was set, or else that of the options. */
export async function isPassword(tenant: TenantContext, user: User, password: string): Promise<boolean> {
  const record = await tenant.records.load("password", user.sub);
  if (record !== undefined) {
    return await equalInConstantTime(await derive(password, record.salt), record.hash);
  }
  return user.password !== undefined && (await equalInConstantTime(password, user.password));
}

async function derive(password: string, salt: string): Promise<string> {
  const bytes = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: decode(salt), iterations: ITERATIONS };
  return encode(new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256)));
}
