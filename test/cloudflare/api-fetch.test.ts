import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { apiOrigins, cookieSessions, type EdgeAuthOptions } from "auth0-edge";
import { durableObjectCoordinator, durableObjectSessions } from "auth0-edge/cloudflare";
import { afterEach, describe, expect, it } from "vitest";
import { edgeApp } from "../support/edge-app.ts";
import { rotatingIssuer } from "../support/rotating-issuer.ts";
import { current } from "./worker.ts";

afterEach(reset);

const origin = "https://orders.example";
const audience = "https://orders.example/";
const stores: [string, () => Partial<EdgeAuthOptions>][] = [
  ["a Durable Object", () => ({ stateStore: durableObjectSessions(env.AUTH_SESSION) })],
  [
    "cookies with a coordinator",
    () => ({ stateStore: cookieSessions({ coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) }) }),
  ],
];

describe.each(stores)("an access token that its API refuses, of a session in %s", (_name, store) => {
  it("is renewed once for fifty requests at a time, and never again for those that come later with it", async () => {
    const issuer = await rotatingIssuer();
    current.issuer = issuer;
    const refused = new Set<string | null>();
    const customFetch: typeof fetch = async (_url, init) => {
      const token = new Headers(init?.headers).get("authorization");
      if (!refused.has(token)) return new Response(token);
      return new Response(null, {
        status: 401,
        headers: { "www-authenticate": 'Bearer error="invalid_token"' },
      });
    };
    const app = edgeApp(issuer, { ...store(), apis: apiOrigins({ [audience]: origin }) }, async (login) =>
      login.fetch(origin, { audience, customFetch }),
    );
    const browser = await app.logIn();
    refused.add(await (await browser.send("/")).text());
    issuer.spent.length = 0;

    const before = new Map(browser.cookies);
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.send("/", {}, false)));
    const tokens = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect([tokens.size, issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 1, 0]);
    expect(refused.has([...tokens][0]!)).toBe(false);

    // A request whose cookies are those of before, as they are where no answer has reached the browser.
    expect([...browser.cookies]).toEqual([...before]);
    expect(await (await browser.send("/")).text()).toBe([...tokens][0]);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
  });
});
