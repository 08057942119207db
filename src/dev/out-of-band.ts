import type { User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken, sha256Base64url } from "./encoding.ts";
import type { Factor } from "./factors.ts";
import { CODE_LIFETIME, createOneTimeCode } from "./one-time-code.ts";

/**
 * Sends a code to a factor that is a phone or an e-mail address.
 *
 * @returns The members of Auth0's answer: `oob_code` names the message, and whoever got it has to be asked for the
 * code.
 */
export async function sendOutOfBand(
  tenant: TenantContext,
  factor: Factor,
  mfaToken: string,
): Promise<{ oob_code: string; binding_method: "prompt" }> {
  const oobCode = randomToken();
  const { code, kept } = await createOneTimeCode();
  const record = { ...kept, factorId: factor.id, mfaToken: await sha256Base64url(mfaToken) };
  await tenant.records.save("oob", oobCode, record, CODE_LIFETIME);
  const kind = factor.channel === "email" ? "email" : "sms";
  tenant.mailbox.deliver({ kind, to: factor.address!, subject: "Your verification code", code });
  return { oob_code: oobCode, binding_method: "prompt" };
}

/** The name of a factor in lists: enough to know it again, as Auth0 shows phone numbers. */
export function maskedAddress(address: string): string {
  if (address.includes("@")) return address.replace(/^(.).*@(.).*(\..*)$/, "$1***@$2***$3");
  return `${address.slice(0, -4).replace(/\d/g, "X")}${address.slice(-4)}`;
}

/** The key URI that authenticator apps read from a QR code. */
export function barcodeUri(user: User, secret: string): string {
  const label = encodeURIComponent(`dev:${user.email ?? user.name}`);
  return `otpauth://totp/${label}?secret=${secret}&issuer=dev&algorithm=SHA1&digits=6&period=30`;
}
