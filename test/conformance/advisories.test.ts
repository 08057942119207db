import { AuthClient } from "auth0-edge";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TestBrowser } from "../support/browser.ts";
import type { Faults } from "./faults.ts";
import { listenToLog } from "./log.ts";
import { OpenidProvider } from "./provider.ts";
import { RelyingParty } from "./relying-party.ts";

/** What went wrong in comparable packages: tokens, caches, sessions, races. Redirects and pages are the other file's. */

listenToLog();
afterEach(() => {
  vi.useRealTimers();
});

interface TokenAnswer {
  accessToken?: string;
  failed?: { code: string; cause: { error: string } };
}

/** Users, each logged in with a browser of their own. */
async function manyUsers(relyingParty: RelyingParty, count: number): Promise<Map<string, TestBrowser>> {
  const browsers = new Map<string, TestBrowser>();
  for (let index = 0; index < count; index++) {
    const browser = relyingParty.anotherBrowser();
    relyingParty.provider.sub = `user-${index}`;
    await relyingParty.logIn("/auth/login", browser);
    browsers.set(relyingParty.provider.sub, browser);
  }
  return browsers;
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 20));
const atRandomTimes: Faults = { beforeSigning: pause };

describe("tokens of one user never reach another", () => {
  it("CVE-2025-67490 (nextjs-auth0): requests for a token at the same time are not taken for one another", async () => {
    const relyingParty = await RelyingParty.at({ expiresIn: 0 }, atRandomTimes);
    const browsers = await manyUsers(relyingParty, 12);
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        [...browsers].map(async ([sub, browser]) => {
          const { accessToken } = await relyingParty.ask<TokenAnswer>("/token", browser);
          expect(accessToken).toMatch(new RegExp(`^${sub}:`));
        }),
      );
    }
    for (const [sub, browser] of browsers) expect(await relyingParty.user(browser)).toBe(sub);
  });

  it("CVE-2026-40155 (nextjs-auth0): what the issuer sends back is not repeated with somebody else's token", async () => {
    const relyingParty = await RelyingParty.at({ expiresIn: 0 }, atRandomTimes);
    const { provider } = relyingParty;
    const browsers = await manyUsers(relyingParty, 12);
    provider.tokenForms.length = 0;
    provider.faults.token = () =>
      provider.tokenForms.length % 2
        ? Response.json({ error: "use_dpop_nonce" }, { status: 400, headers: { "dpop-nonce": "n" } })
        : undefined;
    const answers = await Promise.all(
      [...browsers].map(async ([sub, browser]) => {
        const { accessToken, failed } = await relyingParty.ask<TokenAnswer>("/token", browser);
        if (failed) expect(failed.cause.error).toBe("use_dpop_nonce");
        else expect(accessToken).toMatch(new RegExp(`^${sub}:`));
        return accessToken;
      }),
    );
    expect(answers.filter(Boolean)).toHaveLength(6);
    const sent = provider.tokenForms.map((form) => form.get("refresh_token"));
    expect(new Set(sent).size).toBe(12);
    expect(sent).toHaveLength(12);
  });

  it("CVE-2026-40155 (nextjs-auth0): what a call brings along, its fetch and its headers, serves that call alone", async () => {
    const { issuer, client, fetch: reach } = await OpenidProvider.create({ clientAuth: "none" });
    const auth = new AuthClient({ issuer, clientId: client.id, customFetch: reach });
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const seen: string[] = [];
        const customFetch: typeof fetch = async (input, init) => {
          const request = new Request(input, init);
          await pause();
          const form = new URLSearchParams(new TextDecoder().decode(await request.clone().arrayBuffer()));
          seen.push(`${request.headers.get("x-user")} ${form.get("refresh_token")}`);
          return await reach(request);
        };
        const own = { customFetch, headers: { "x-user": String(index) } };
        await expect(auth.getTokenByRefreshToken({ refreshToken: `of-${index}` }, own)).rejects.toThrow();
        expect(seen).toEqual([`${index} of-${index}`]);
      }),
    );
  });
});

describe("caches", () => {
  it("CVE-2025-48947 (nextjs-auth0): a response that sets a session cookie is private, though the app wants a CDN to keep it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const stateless of [true, false]) {
      const relyingParty = await RelyingParty.at({}, {}, { stateless });
      await relyingParty.logIn();
      vi.setSystemTime(Date.now() + 3 * 3600 * 1000);
      const rolled = await relyingParty.browser.send("/cached");
      expect(rolled.headers.getSetCookie().join()).toContain("__a0_session=");
      expect(rolled.headers.get("cache-control")).toBe("private, no-store");
    }
  });

  it("CVE-2025-64762 (authkit-nextjs): a response made for somebody is private even where it sets no cookie", async () => {
    const relyingParty = await RelyingParty.at();
    await relyingParty.logIn();
    for (const browser of [relyingParty.browser, relyingParty.anotherBrowser()]) {
      const response = await browser.send("/cached");
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
    }
  });
});

describe("a session", () => {
  it("CVE-2025-46344 (nextjs-auth0): a copied cookie ends with the session, whatever the browser was told of its age", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const day = 86_400;
    for (const stateless of [true, false]) {
      for (const [seconds, sub] of [
        [day - 1, "user-1"],
        [day + 1, undefined],
      ] as const) {
        const relyingParty = await RelyingParty.at({}, {}, { stateless });
        await relyingParty.logIn();
        const thief = relyingParty.anotherBrowser();
        for (const [name, value] of relyingParty.browser.cookies) thief.cookies.set(name, value);
        vi.setSystemTime(Date.now() + seconds * 1000);
        expect(await relyingParty.user(thief)).toBe(sub);
      }
    }
  });

  it("CVE-2023-48309 (next-auth): none of our other cookies is one, wherever it is put", async () => {
    for (const stateless of [true, false]) {
      const relyingParty = await RelyingParty.at({}, {}, { stateless });
      const { browser } = relyingParty;
      await relyingParty.logIn();
      await browser.send("/auth/logout");
      await browser.send("/auth/login");
      const others = [...browser.cookies].filter(([name]) => name !== "__a0_session");
      expect(others.length).toBeGreaterThan(0);
      for (const [, value] of others) {
        const forger = relyingParty.anotherBrowser();
        forger.cookies.set("__a0_session", value);
        expect(await relyingParty.user(forger)).toBeUndefined();
      }
    }
  });

  it("CVE-2021-41246 (express-openid-connect), CVE-2022-25896 (passport): one that an attacker planted is not the victim's after a login", async () => {
    for (const stateless of [true, false]) {
      const relyingParty = await RelyingParty.at({}, {}, { stateless });
      const { browser: victim, provider } = relyingParty;
      const attacker = relyingParty.anotherBrowser();
      provider.sub = "attacker";
      await relyingParty.logIn("/auth/login", attacker);
      for (const [name, value] of attacker.cookies) victim.cookies.set(name, value);
      provider.sub = "victim";
      expect((await relyingParty.logIn()).sub).toBe("victim");
      expect(await relyingParty.user(attacker)).not.toBe("victim");
      const stolen = relyingParty.anotherBrowser();
      for (const [name, value] of victim.cookies) stolen.cookies.set(name, value);
      await victim.send("/auth/logout");
      // In a database the session is over for everybody; a copy of cookies cannot be called back.
      expect(await relyingParty.user(stolen)).toBe(stateless ? "victim" : undefined);
    }
  });
});

describe("races", () => {
  const count = 20;

  it("GHSA-7w99-5wm4-3g79 (better-auth): of many callbacks with one code exactly one logs in", async () => {
    for (const stateless of [true, false]) {
      const relyingParty = await RelyingParty.at({}, atRandomTimes, { stateless });
      const { browser, provider, sessions } = relyingParty;
      const start = await browser.send("/auth/login");
      const back = provider.visit(new URL(start.headers.get("location")!)).headers.get("location")!;
      const answers = await Promise.all(Array.from({ length: count }, () => browser.send(back, {}, false)));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([302, ...Array.from({ length: count - 1 }, () => 400)]);
      const withSession = answers.filter(({ headers }) =>
        headers.getSetCookie().join().includes("__a0_session="),
      );
      expect(withSession).toHaveLength(1);
      if (!stateless) expect(sessions.writes).toBe(1);
    }
  });

  it("GHSA-392p-2q2v-4372 (better-auth): many requests with one refresh token spend it once, and its successor is kept", async () => {
    const relyingParty = await RelyingParty.at({ expiresIn: 0 }, atRandomTimes);
    const { browser, provider } = relyingParty;
    await relyingParty.logIn();
    provider.tokenForms.length = 0;
    const answers = await Promise.all(
      Array.from({ length: count }, () => relyingParty.ask<TokenAnswer>("/token", browser)),
    );
    expect(answers.filter(({ failed }) => failed)).toEqual([]);
    const spent = provider.tokenForms.map((form) => form.get("refresh_token"));
    expect(new Set(spent).size).toBe(spent.length);
    expect((await relyingParty.ask<TokenAnswer>("/token", browser)).accessToken).toBeTruthy();
    // Within one request nobody even tries: the calls wait for each other.
    provider.tokenForms.length = 0;
    await relyingParty.ask("/token-three-times", browser);
    expect(new Set(provider.tokenForms.map((form) => form.get("refresh_token"))).size).toBe(
      provider.tokenForms.length,
    );
  });
});
