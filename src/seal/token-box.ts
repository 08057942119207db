import { createSealKeys, nameOfSecret } from "./keys.ts";
import { createSealer } from "./sealer.ts";

/** Seconds a sealed text opens. When it goes is for whoever keeps it to know. */
const maxAge = 400 * 86_400;

/**
 * A box that a refresh token opens and nothing else, the SDK's secret included: whoever finds it without the token learns nothing.
 * Nothing of the token stays in memory.
 */
export interface TokenBox {
  /** What it is called: as good as random for whoever does not have the token. 43 characters of base64url. */
  name: string;
  seal(data: unknown): Promise<string>;
  /** What is inside; `undefined` where it was sealed under another token, or changed. */
  open(text: string): Promise<unknown>;
}

/** @param token a refresh token; it has to be one that nobody can guess */
export async function tokenBox(token: string): Promise<TokenBox> {
  const sealer = createSealer(createSealKeys([token], "receipt", "", maxAge));
  return {
    name: await tokenBoxName(token),
    seal(data) {
      const now = Date.now() / 1000;
      return sealer.seal(data, Math.floor(now) + maxAge, now);
    },
    open: async (text) => (await sealer.open(text, Date.now() / 1000))?.data,
  };
}

/** The name of a token's box. */
export function tokenBoxName(token: string): Promise<string> {
  return nameOfSecret(token, "receipt name", 256);
}
