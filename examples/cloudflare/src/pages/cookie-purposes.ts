import { placeCookie } from "../sessions.ts";

/** What a cookie is for, as its name says it. */
export interface CookiePurpose {
  what: string;
  /** Whether a person may read it: what is sealed they need not see. */
  isSealed: boolean;
}

const purposes: [pattern: RegExp, what: string][] = [
  [/^__a0_session$/, "The session, or the id of one that lives elsewhere. Sealed."],
  [/^__a0_session\.\d$/, "A part of a session that is too large for one cookie. Sealed."],
  [
    /^__a0_session\.ended$/,
    "Names sessions that were logged out here, so that a late response cannot bring one back. Sealed.",
  ],
  [
    /^__a0_tx\./,
    "A login that was begun and not finished: state, nonce and PKCE verifier. Sealed; it lives an hour.",
  ],
];

export function purposeOf(name: string): CookiePurpose {
  const found = purposes.find(([pattern]) => pattern.test(name));
  if (found) return { what: found[1], isSealed: true };
  if (name === placeCookie) return { what: "Where you want your sessions. No secret.", isSealed: false };
  return { what: "Not of this app: another one on this host has set it.", isSealed: true };
}
