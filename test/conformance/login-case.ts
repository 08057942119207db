import { type EdgeAuthError, TokenByCodeError } from "auth0-edge";
import { expect } from "vitest";
import type { Outcome } from "./case.ts";
import type { Faults, ProviderSetup } from "./faults.ts";
import { RelyingParty, type RelyingPartySetup } from "./relying-party.ts";

/** How a login is rejected: what the client throws, and what the browser gets. */
export interface Rejection {
  by: new (...given: never[]) => EdgeAuthError;
  code: string;
  /** The `error` of its cause. Left out: it has none. */
  cause?: string;
  status: number;
}

/** A module that is a login: the set-up, and what is wrong in it. */
export interface LoginCase {
  provider?: ProviderSetup;
  relyingParty?: RelyingPartySetup;
  /** What the provider does wrong. Left out: nothing. */
  fault?: Faults;
  /** The relying party's reason to reject, as its error says it. */
  because?: RegExp;
  /** The last request that may have come to the provider before the rejection. Default: the token request. */
  until?: string;
  /** Default: a token that is not valid. */
  rejection?: Rejection;
  /** Whether the login that was started can still come back: what came was none of it. Default `false`: it is used up. */
  startedLoginStays?: boolean;
  /** What is to hold of a login that was accepted. */
  afterwards?(party: RelyingParty): Promise<void> | void;
}

const invalidToken: Rejection = {
  by: TokenByCodeError,
  code: "token_by_code_error",
  cause: "invalid_response",
  status: 400,
};

/**
 * A login with a fault. The same login without it has to work first, so that nothing is rejected only because the
 * set-up is broken; and a rejection has to have its reason, to leave nothing behind and to send nothing more.
 */
export function login({
  fault,
  because,
  until = "POST /token",
  rejection = invalidToken,
  startedLoginStays = false,
  ...setup
}: LoginCase = {}): () => Promise<Outcome> {
  return async () => {
    if (fault) {
      const twin = await attempt(setup);
      if (!twin.accepted) throw new Error(`Without the fault it is rejected as well: ${twin.error?.message}`);
    }
    const { accepted, party, error, status } = await attempt({ ...setup, ...(fault && { fault }) });
    if (accepted) {
      await setup.afterwards?.(party);
      return "accept";
    }
    if (!fault) throw error;
    expect(error).toBeInstanceOf(rejection.by);
    expect(error!.code).toBe(rejection.code);
    expect((error!.cause as { error?: string } | undefined)?.error).toBe(rejection.cause);
    expect(error!.message).toMatch(because ?? /./);
    expect(status).toBe(rejection.status);
    expect(party.sessions.writes).toBe(0);
    const cookies = [...party.browser.cookies.keys()].map((name) => name.replace(/\..*/, ""));
    expect(cookies).toEqual(startedLoginStays ? ["__a0_tx"] : []);
    expect(party.provider.requests.filter((request) => request !== "GET /jwks").at(-1)).toBe(until);
    return "reject";
  };
}

/** Logs in and asks for the user's claims, which is how the suite sees that a login was accepted. */
async function attempt({ provider: setup, relyingParty, fault }: LoginCase) {
  const party = await RelyingParty.at(setup, fault, relyingParty);
  const { sub, status, error } = await party.logIn();
  if (!sub) return { accepted: false, party, error, status };
  expect(sub).toBe("user-1");
  expect(await party.ask("/claims")).toMatchObject({ sub: "user-1", name: "Mira Weiß" });
  return { accepted: true, party, error, status };
}
