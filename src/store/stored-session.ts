import type { Secret } from "../seal/keys.ts";
import { sealerFor } from "../seal/sealer.ts";
import { openState, sealState } from "../session/sealed-state.ts";
import type { StateData } from "../session/state-data.ts";

/** Sealed sessions as databases keep them: whoever reads the database learns nothing, and can put none in another's place. */
export interface StoredSessions {
  /** @param name the name it is kept under: it opens under no other */
  seal(name: string, state: StateData): Promise<string>;
  /** The session; `undefined` where the text was changed, moved, or sealed with a secret that is gone. */
  open(name: string, text: string): Promise<StateData | undefined>;
}

/** Seconds a sealed session opens. When it ends is the database's to know: extending it need not seal it anew. */
const maxAge = 400 * 86_400;

/**
 * @param secret a text, or several with the newest first
 * @throws InvalidConfigurationError for an empty secret
 */
export function storedSessions(secret: Secret): StoredSessions {
  const sealer = sealerFor(secret, "stored-session", "", maxAge);
  return {
    async seal(name, state) {
      const now = Date.now() / 1000;
      const { data, tokens } = sealState(state);
      return await sealer.seal([name, data], Math.floor(now) + maxAge, now, tokens);
    },
    async open(name, text) {
      const opened = await sealer.open(text, Date.now() / 1000);
      const [bound, data] = (opened?.data ?? []) as [string?, unknown?];
      return opened && bound === name ? openState({ ...opened, data }) : undefined;
    },
  };
}
