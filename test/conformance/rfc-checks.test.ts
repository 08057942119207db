import { AuthClient, InvalidConfigurationError } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, TestBrowser } from "../support/browser.ts";
import { seededRandom } from "../support/random.ts";
import type { Faults, ProviderSetup } from "./faults.ts";
import { hostileUrl, junk } from "./hostile-input.ts";
import { listenToLog } from "./log.ts";
import { issuer } from "./metadata.ts";
import { RelyingParty, type RelyingPartySetup } from "./relying-party.ts";

listenToLog();

/** The sentences of the RFCs that no other test of this repository shows over the wire. */

describe("PKCE (RFC 7636, RFC 9700 section 2.1.1)", () => {
  it("is S256 at every login, with a verifier of its own that comes with the code", async () => {
    const setups: [ProviderSetup, RelyingPartySetup][] = [
      [{}, {}],
      [{ clientAuth: "none" }, {}],
      [{ clientAuth: "private_key_jwt", demandsPar: true }, { pushes: true }],
    ];
    const verifiers = new Set<string>();
    for (const [setup, own] of setups) {
      const relyingParty = await RelyingParty.at(setup, {}, own);
      for (let login = 0; login < 2; login++) {
        // The provider demands S256 and compares challenge and verifier.
        expect((await relyingParty.logIn()).sub).toBe("user-1");
        verifiers.add(relyingParty.provider.tokenForms.at(-1)!.get("code_verifier")!);
      }
    }
    expect(verifiers.size).toBe(6);
    for (const verifier of verifiers) expect(verifier).toMatch(/^[\w-]{43}$/);
  });

  it("cannot be had with S256 at this issuer: then no login is begun", async () => {
    for (const methods of [["plain"], []]) {
      const { browser, provider, app } = await RelyingParty.at({
        metadata: { code_challenge_methods_supported: methods },
      });
      expect((await app.fetch(new Request(`${appOrigin}/auth/login`))).headers.has("location")).toBe(false);
      expect((await browser.send("/auth/login")).status).toBeGreaterThanOrEqual(400);
      expect([...browser.cookies.keys()]).toEqual([]);
      expect(provider.requests).not.toContain("GET /authorize");
    }
  });
});

describe("iss of an authorization response (RFC 9207)", () => {
  const others = [`${issuer}/`, issuer.replace("op", "OP"), `${issuer}?`, "https://op.example", "null"];

  it("has to be the issuer's to the letter, whether it is advertised or not", async () => {
    for (const namesItself of [true, false]) {
      const good = await RelyingParty.at(
        { namesItself },
        { authorization: (answer) => answer.set("iss", issuer) },
      );
      expect((await good.logIn()).sub).toBe("user-1");
      for (const iss of others) {
        const bad = await RelyingParty.at(
          { namesItself },
          { authorization: (answer) => answer.set("iss", iss) },
        );
        expect((await bad.logIn()).error).toMatchObject({ cause: { error: "invalid_response" } });
        expect(bad.provider.tokenForms).toEqual([]);
      }
    }
  });

  it("counts for errors as well: what another issuer says of a login is not believed", async () => {
    const denied = (change: (answer: URLSearchParams) => void): Faults => ({
      authorization(answer) {
        answer.delete("code");
        answer.set("error", "access_denied");
        change(answer);
      },
    });
    const good = await RelyingParty.at(
      { namesItself: true },
      denied(() => undefined),
    );
    expect((await good.logIn()).error).toMatchObject({ cause: { error: "access_denied" } });
    for (const change of [
      (answer: URLSearchParams) => answer.delete("iss"),
      ...others.map((iss) => (answer: URLSearchParams) => answer.set("iss", iss)),
    ]) {
      const { error, status } = await (await RelyingParty.at({ namesItself: true }, denied(change))).logIn();
      expect(error).toMatchObject({ cause: { error: "invalid_response" } });
      expect(status).toBe(400);
    }
  });
});

describe("a callback (RFC 9700 section 4.7)", () => {
  it("in a browser that began no login makes no request to the issuer", async () => {
    const { browser, provider, app } = await RelyingParty.at();
    const start = await browser.send("/auth/login");
    const back = provider.visit(new URL(start.headers.get("location")!)).headers.get("location")!;
    const requests = [...provider.requests];
    const victim = new TestBrowser(app);
    const answer = await victim.send(back);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("missing_transaction_error");
    expect(provider.requests).toEqual(requests);
    expect((await browser.send(back)).status).toBe(302);
  });
});

describe("a session", () => {
  it("has a new id at every login, and the one before is over (RFC 9700, session fixation)", async () => {
    for (const stateless of [true, false]) {
      const relyingParty = await RelyingParty.at({}, {}, { stateless });
      const { browser } = relyingParty;
      await relyingParty.logIn();
      const before = new Map(browser.cookies);
      await relyingParty.logIn();
      expect(browser.cookies.get("__a0_session")).not.toBe(before.get("__a0_session"));
      expect(await relyingParty.user()).toBe("user-1");
      // In a database it is gone; in cookies the browser itself remembers that it is.
      const late = stateless ? browser : relyingParty.anotherBrowser();
      late.cookies.set("__a0_session", before.get("__a0_session")!);
      expect(await relyingParty.user(late)).toBeUndefined();
    }
  });

  it("makes every response private that reads or sets it, and no other (RFC 9111)", async () => {
    const relyingParty = await RelyingParty.at();
    const { browser } = relyingParty;
    const cacheControl = async (path: string) => (await browser.send(path)).headers.get("cache-control");
    expect(await cacheControl("/public")).toBe("public, s-maxage=31536000");
    for (const path of ["/", "/auth/login", "/auth/callback?code=c&state=s", "/auth/logout"]) {
      expect(await cacheControl(path), path).toBe("private, no-store");
    }
    await relyingParty.logIn();
    for (const path of ["/", "/claims", "/auth/logout"]) {
      expect(await cacheControl(path), path).toBe("private, no-store");
    }
    await relyingParty.logIn();
    expect(await cacheControl("/public")).toBe("public, s-maxage=31536000");
  });
});

describe("returnTo (RFC 9700 section 4.11)", () => {
  it("with a control character or a backslash is refused as a whole, though a parser would make a place of the app of it", async () => {
    const relyingParty = await RelyingParty.at();
    const landsAt = async (value: string) =>
      (await relyingParty.logIn(`/auth/login?returnTo=${encodeURIComponent(value)}`)).location;
    expect(await landsAt("/orders/2026?of=mira#last")).toBe("/orders/2026?of=mira#last");
    for (const character of ["\t", "\n", "\r", "\u0000", "\u001b", "\u007f", "\u0085", "\\"]) {
      expect(await landsAt(`/orders${character}/2026`)).toBe("/");
    }
  });

  const seed = 20_261_123;

  it(`never leads out of the app, whatever is tried (seed ${seed})`, async () => {
    const relyingParty = await RelyingParty.at();
    const random = seededRandom(seed);
    const accepted: string[] = [];
    for (let attempt = 0; attempt < 80; attempt++) {
      const value = hostileUrl(random);
      const path = `/auth/login?returnTo=${encodeURIComponent(value)}`;
      const { location } = await relyingParty.logIn(path);
      expect(new URL(location!, `${appOrigin}/auth/callback`).origin, value).toBe(appOrigin);
      expect(location, value).not.toMatch(/^\/[\\/]|\p{Cc}/u);
      if (location !== "/") accepted.push(value);
    }
    // The generator also makes places of the app, so that not everything was simply refused.
    expect(accepted.length).toBeGreaterThan(5);
  });
});

describe("malformed input", () => {
  const seed = 20_261_124;

  it(`is anonymous or a 4xx, never a 5xx (seed ${seed})`, async () => {
    const { app, provider } = await RelyingParty.at();
    const random = seededRandom(seed);
    const paths = ["/", "/auth/login", "/auth/callback", "/auth/logout", "/auth/backchannel-logout"];
    for (let attempt = 0; attempt < 300; attempt++) {
      const path = random.pick(paths);
      const method = path.endsWith("backchannel-logout") ? "POST" : random.pick(["GET", "GET", "POST"]);
      const names = [
        "state",
        "code",
        "iss",
        "error",
        "returnTo",
        "login_hint",
        "logout_token",
        "target_link_uri",
      ];
      const fields = Array.from(
        { length: random.between(0, 4) },
        () => `${random.pick(names)}=${junk(random)}`,
      );
      const query = fields.join("&");
      const cookie = ["__a0_session", "__a0_session.0", "__a0_tx", "__a0_session_ended"]
        .map((name) => `${name}=${junk(random).replace(/[;\s]/g, "")}`)
        .join("; ");
      const headers = new Headers({ cookie, authorization: `Bearer ${random.pick(["", "%%%", "a.b.c"])}` });
      if (method === "POST") headers.set("content-type", "application/x-www-form-urlencoded");
      const request = new Request(`${appOrigin}${path}?${query}`, {
        method,
        headers,
        body: method === "POST" ? query : null,
      });
      const response = await app.fetch(request);
      expect(response.status, `${method} ${path}?${query}`).toBeLessThan(500);
      if (path === "/") expect(await response.json()).toEqual({});
    }
    expect(provider.tokenForms).toEqual([]);
  });
});

describe("UserInfo (OpenID Connect Core section 5.3.2)", () => {
  it("of nobody in particular is had by leaving the subject out, and not by an empty one", async () => {
    const { provider } = await RelyingParty.at({ clientAuth: "none" });
    const client = new AuthClient({ issuer, clientId: provider.client.id, customFetch: provider.fetch });
    const customFetch: typeof fetch = async (input, init) =>
      String(input).endsWith("/userinfo")
        ? Response.json({ sub: "user-1" })
        : await provider.fetch(input, init);
    const claims = (expectedSubject?: string) =>
      client.getUserInfo({ accessToken: "a", expectedSubject }, { customFetch });
    expect(await claims()).toEqual({ sub: "user-1" });
    expect(await claims("user-1")).toEqual({ sub: "user-1" });
    for (const other of ["", "user-2", "USER-1"]) {
      await expect(claims(other)).rejects.toThrow(expect.objectContaining({ code: "user_info_error" }));
    }
  });
});

describe("the algorithm of ID tokens (RFC 8725 section 3.1)", () => {
  it("can be pinned to an asymmetric one and to nothing else", () => {
    for (const idTokenSignedResponseAlg of ["none", "HS256", "RS1", "", "rs256"]) {
      expect(
        () => new AuthClient({ domain: "example.com", clientId: "c", idTokenSignedResponseAlg }),
      ).toThrow(InvalidConfigurationError);
    }
    expect(
      new AuthClient({ domain: "example.com", clientId: "c", idTokenSignedResponseAlg: "ES256" }),
    ).toBeInstanceOf(AuthClient);
  });
});
