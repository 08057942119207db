import { compactVerify } from "jose/jws/compact/verify";
import { ISSUER } from "./configuration.ts";
import type { TenantContext } from "./context.ts";

/** What an ID token of this tenant says. */
export interface OwnIdToken {
  sub: string;
  /** The client it was issued to. */
  aud: string;
  /** Seconds since the epoch. */
  exp: number;
  sid?: string;
}

/**
 * Reads an ID token that this tenant has signed. Its expiry is left to the caller: as a hint it may be old.
 *
 * @returns `undefined` for everything else; what exactly is wrong with a token helps nobody but a forger.
 */
export async function readOwnIdToken(tenant: TenantContext, token: string): Promise<OwnIdToken | undefined> {
  const keys = await tenant.signingKeys.all();
  // A hint may be older than the keys that are still published.
  const keyOf = ({ kid }: { kid?: string }) => (keys.find((key) => key.kid === kid) ?? keys[0]!).publicKey;
  try {
    const { payload, protectedHeader } = await compactVerify(token, keyOf, { algorithms: ["RS256"] });
    // Logout tokens are signed by the same key for the same client.
    if (protectedHeader.typ !== "JWT") return undefined;
    const { iss, aud, sub, exp, sid } = JSON.parse(new TextDecoder().decode(payload));
    // Access tokens name an API here, or several audiences.
    if (iss !== ISSUER || typeof aud !== "string" || typeof sub !== "string") return undefined;
    return { sub, aud, exp, ...(sid !== undefined && { sid }) };
  } catch {
    return undefined;
  }
}
