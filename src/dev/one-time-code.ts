import type { TenantContext } from "./context.ts";
import type { KeptCode } from "./direct-records.ts";
import { equalInConstantTime, randomToken, sha256Base64url } from "./encoding.ts";

/** Seconds a one-time code can be used. */
export const CODE_LIFETIME = 180;
/** Wrong codes after which none is accepted, as with Auth0. */
const MAX_ATTEMPTS = 3;

/** Makes a code of six digits, and the form in which it is kept. */
export async function createOneTimeCode(): Promise<{ code: string; kept: KeptCode }> {
  const id = randomToken();
  // The remainder prefers small codes by one part in 4,294.
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  const code = String(random! % 1_000_000).padStart(6, "0");
  return { code, kept: { id, hash: await sha256Base64url(`${id} ${code}`) } };
}

/** Whether this is the code. It works once, and not at all any more after three wrong ones: `used_up`. */
export async function judgeOneTimeCode(
  tenant: TenantContext,
  { id, hash }: KeptCode,
  code: string,
): Promise<"right" | "wrong" | "used_up"> {
  // The attempt is counted before the look, so that guesses made at the same time do not share one.
  if (!(await tenant.records.attempt("otp", id, MAX_ATTEMPTS, CODE_LIFETIME))) return "used_up";
  if (!(await equalInConstantTime(await sha256Base64url(`${id} ${code}`), hash))) return "wrong";
  return (await tenant.records.spend("otp", id, CODE_LIFETIME)) ? "right" : "wrong";
}
