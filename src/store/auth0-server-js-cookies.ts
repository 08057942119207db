import { normalizeSecret } from "../seal/keys.ts";
import { openPeerSeal } from "../seal/peer-seal.ts";
import { sessionEnd } from "../session/lifetime.ts";
import { peerState } from "../session/peer-state.ts";
import type { ReadAlso } from "./earlier-cookies.ts";

/** Options of {@link readAuth0ServerJsCookies}. */
export interface Auth0ServerJsCookiesOptions {
  /** The secrets those cookies were sealed with. Default: those of the store. */
  secret?: string | string[] | undefined;
}

/** The peer cuts its text at this length, into as many cookies as it takes. */
const chunkChars = 3072;
/** That is 30 KB: no server takes more in its headers. */
const maxChunks = 10;
/** The peer's id cookies have 300 characters or so. */
const maxIdChars = 1024;

/**
 * Lets stores read the sessions that `@auth0/auth0-server-js` (1.0 to 1.12) left in browsers, so that its users stay logged
 * in when an app moves. What is read goes by the lifetimes of our store; at its next write, or when it rolls, it is sealed as
 * ours and the peer's cookies are deleted, as they are by a logout. Keep `stateIdentifier`, `secret` and the cookie's `path`
 * as they were. Leave it out once the absolute duration has passed since the move.
 *
 * @throws InvalidConfigurationError for an empty secret
 *
 * @example
 * new StatelessStateStore({ secret, readAlso: readAuth0ServerJsCookies() }, cookies);
 * edgeAuth({ session: { readAlso: readAuth0ServerJsCookies() } });
 */
export function readAuth0ServerJsCookies(options: Auth0ServerJsCookiesOptions = {}): ReadAlso {
  if (options.secret !== undefined) normalizeSecret(options.secret);
  return ({ identifier, secret: own, lifetime, attributes }) => {
    const secret = options.secret ?? own;
    const names = Array.from({ length: maxChunks }, (_, index) => `${identifier}.${index}`);

    const open = async (text: string, now: number) => {
      const claims = await openPeerSeal(text, secret, identifier);
      const exp = claims?.exp;
      return claims && (exp === undefined || (typeof exp === "number" && exp > now))
        ? { claims, exp }
        : undefined;
    };

    return {
      async session(cookies, now) {
        const opened = await open(join(names, cookies), now);
        const state = opened && (await peerState(opened.claims, now));
        if (!state) return undefined;
        const last = sessionEnd(state, { ...lifetime, rolling: false }, now);
        // Without an end of its own nothing tells of an activity after the login.
        const end = Math.min(opened.exp ?? sessionEnd(state, lifetime, state.internal.createdAt), last);
        return end > now ? { state, end } : undefined;
      },

      async sessionId(cookies, now) {
        const text = cookies[identifier] ?? "";
        const opened = text.length <= maxIdChars ? await open(text, now) : undefined;
        const id = opened?.claims.id;
        return typeof id === "string" && id && opened?.exp !== undefined
          ? { id, end: opened.exp }
          : undefined;
      },

      async clear(handler, cookies, written, options) {
        // The peer has neither domain nor partition: with one of them, a cookie of ours with the same name is another one.
        const { domain, partitioned, ...bare } = attributes;
        const kept = domain || partitioned ? [] : written;
        for (const name of [identifier, ...names]) {
          if (!(name in cookies) || kept.includes(name)) continue;
          await handler.deleteCookie(name, options, bare);
        }
      },
    };
  };
}

/** Full parts up to the first that is not, which is the last: what an earlier, longer text left behind does not count. */
function join(names: readonly string[], cookies: Readonly<Record<string, string>>): string {
  let text = "";
  for (const name of names) {
    const part = cookies[name] ?? "";
    if (part.length > chunkChars) return "";
    text += part;
    if (part.length < chunkChars) break;
  }
  return text;
}
