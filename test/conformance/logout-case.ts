import { expect } from "vitest";
import { appOrigin, type TestBrowser } from "../support/browser.ts";
import type { Outcome } from "./case.ts";
import { type Claims, signWith } from "./keys.ts";
import type { OpenidProvider } from "./provider.ts";
import { RelyingParty, type RelyingPartySetup } from "./relying-party.ts";

/** A logout token that is wrong. */
export interface BadToken {
  claims?(claims: Claims): Claims;
  sign?(claims: Claims, provider: OpenidProvider): string | Promise<string>;
}

/** A module that delivers a logout token. */
export interface LogoutCase {
  relyingParty?: RelyingPartySetup;
  /** What is wrong with the token. Left out: nothing. */
  bad?: BadToken;
  /** Why the relying party refuses it, as its answer says. */
  because?: RegExp;
}

/**
 * The sequence of the suite: somebody logs in, logs out by way of the provider, and the provider delivers a logout token
 * before it sends them back. Another browser with the same session at the provider shows whether the token did anything.
 * After a bad token a good one is delivered, so that nothing is refused only because the set-up is broken.
 */
export function delivered({ relyingParty, bad, because }: LogoutCase = {}): () => Promise<Outcome> {
  return async () => {
    const party = await twoRsaAndEcKeys(relyingParty);
    const { provider } = party;
    const other = party.anotherBrowser();
    await party.logIn();
    await party.logIn("/auth/login", other);
    const end = await leave(party, "/auth/logout");
    const status = await deliver(party, bad, because);
    expect(await party.user(other)).toBe(status === "200" ? undefined : "user-1");
    if (bad) {
      expect(await deliver(party)).toBe("200");
      expect(await party.user(other)).toBeUndefined();
    }
    const back = provider.visit(end).headers.get("location");
    expect(back).toBe(appOrigin);
    expect((await party.browser.send(back!)).status).toBe(200);
    expect(await party.user()).toBeUndefined();
    return status;
  };
}

/** A relying party whose client is registered for RS256, at a provider that has keys for more. */
export async function twoRsaAndEcKeys(setup: RelyingPartySetup = {}): Promise<RelyingParty> {
  const client = { idTokenSignedResponseAlg: "RS256", ...setup.client };
  const algorithms = ["RS256", "ES256", "RS256"];
  return await RelyingParty.at(
    { keys: (draw) => Promise.all(algorithms.map((alg) => draw(alg))) },
    {},
    {
      ...setup,
      client,
    },
  );
}

/** Delivers a logout token and answers with the status. */
export async function deliver(party: RelyingParty, bad: BadToken = {}, because?: RegExp): Promise<Outcome> {
  const { provider } = party;
  const claims = (bad.claims ?? ((same) => same))(provider.logoutTokenClaims());
  const sign = bad.sign ?? ((one) => signWith(provider.keys[0]!, one, { typ: "logout+jwt" }));
  return await outcomeOf(await party.deliver(await sign(claims, provider)), because);
}

/** The status of an answer to a logout token, which no cache may keep (section 2.8). */
export async function outcomeOf(response: Response, because?: RegExp): Promise<Outcome> {
  expect(response.headers.get("cache-control")).toMatch(/\bno-store\b/);
  expect(response.headers.getSetCookie()).toEqual([]);
  const text = await response.text();
  if (response.status !== 200) {
    expect(JSON.parse(text)).toMatchObject({
      error: "invalid_request",
      error_description: expect.stringMatching(because ?? /./),
    });
  }
  expect([200, 400]).toContain(response.status);
  return String(response.status) as Outcome;
}

/** Leaves by a route of the app; answers where at the provider the browser is sent. */
export async function leave(party: RelyingParty, path: string, browser?: TestBrowser): Promise<URL> {
  const response = await (browser ?? party.browser).send(path);
  expect(response.status).toBe(303);
  return new URL(response.headers.get("location")!);
}
