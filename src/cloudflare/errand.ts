import type { Secret } from "../seal/keys.ts";
import { type Sealer, sealerFor } from "../seal/sealer.ts";
import type { Renewal } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";

/** What a carrier has to know to spend a refresh token that stands in a cookie: no more of the session than the issuer's answer is checked by. */
export interface Errand {
  refreshToken: string;
  domain?: string | undefined;
  /** The user the tokens belong to, and when and how they logged in. */
  user: { sub?: string | undefined; auth_time?: unknown; nonce?: unknown };
  renewal: Renewal;
}

/** Seconds an errand may be under way. */
const maxAge = 120;

/** Errands travel sealed: on their way through the object nobody can read, change or move them to another token. */
export interface Errands {
  /** @param name the object they are for: they open under no other */
  seal(name: string, errand: Errand): Promise<string>;
  /** `undefined` for whatever is no errand of ours, or too old. */
  open(name: string, text: string): Promise<Errand | undefined>;
}

/** @throws InvalidConfigurationError for an empty secret */
export function errands(secret: Secret): Errands {
  const sealer: Sealer = sealerFor(secret, "errand", "", maxAge);
  return {
    seal(name, errand) {
      const now = Date.now() / 1000;
      return sealer.seal([name, errand], Math.floor(now) + maxAge, now);
    },
    async open(name, text) {
      const [bound, errand] = ((await sealer.open(text, Date.now() / 1000))?.data ?? []) as [
        string?,
        Errand?,
      ];
      return bound === name ? errand : undefined;
    },
  };
}

/** What has to be known of a session to spend its refresh token. */
export function errandOf({ refreshToken = "", domain, user }: StateData, renewal: Renewal): Errand {
  const expected = { sub: user?.sub, auth_time: user?.auth_time, nonce: user?.nonce };
  return { refreshToken, domain, user: expected, renewal };
}
