/** What came of a button. */
export type Outcome =
  | "expired"
  | "refreshed"
  | "no_refresh_token"
  | "told"
  | "refused"
  | "untold"
  | "no_sid"
  | "rotated"
  | "nobody"
  | "unknown";

/** What the page says after a button was pressed. */
export const outcomes: Readonly<Record<Outcome, string>> = {
  expired: "The access tokens have expired. The next call that needs one refreshes it.",
  refreshed: "The refresh token was spent, and new tokens are there.",
  no_refresh_token: "The session has no refresh token. Log in with the scope offline_access to get one.",
  told: "The tenant ended its session and told the app by a logout token, which the app accepted.",
  refused:
    "The tenant ended its session and told the app, which did not accept that. Sessions in cookies alone cannot be ended from outside: give the store “revocations”.",
  untold:
    "The tenant ended its session, but no app that took part has a back-channel logout URL. Set “backchannelLogoutUri” on the tenant’s client.",
  no_sid: "The session has no “sid”, so the tenant does not know which one it is.",
  rotated: "A new key signs from now on. The one before stays published until the next rotation.",
  nobody: "Nobody is logged in any more, so nothing was done.",
  unknown: "There is no such button, so nothing was done.",
};

/** What came of the button that led here, by the query of the page; nothing else of it is shown. */
export function outcomeOf(query: URLSearchParams): string | undefined {
  const failed = query.get("failed");
  if (failed !== null) {
    return /^[a-z_]{1,64}$/.test(failed) ? `It did not work: ${failed}.` : "It did not work.";
  }
  const done = query.get("done");
  return done !== null && Object.hasOwn(outcomes, done) ? outcomes[done as Outcome] : undefined;
}
