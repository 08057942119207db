import { edgeAuth } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser } from "../support/browser.ts";
import { listenToLog, logged } from "./log.ts";
import { OpenidProvider } from "./provider.ts";
import { RelyingParty } from "./relying-party.ts";

/** What went wrong in comparable packages: redirects, pages, checks that fail open. */

listenToLog();

describe("redirects", () => {
  it("CVE-2025-67716 (nextjs-auth0): returnTo brings no parameter into the authorization request", async () => {
    const { browser, provider } = await RelyingParty.at();
    const usual = new URL((await browser.send("/auth/login")).headers.get("location")!);
    for (const returnTo of [
      "/?scope=admin&audience=https://api.example/",
      "/&scope=admin",
      "/%26scope=admin%26prompt=none",
      "/#&redirect_uri=https://attacker.example/",
    ]) {
      for (const query of [`returnTo=${encodeURIComponent(returnTo)}`, `returnTo=${returnTo}`]) {
        const url = new URL((await browser.send(`/auth/login?${query}`)).headers.get("location")!);
        expect([...url.searchParams.keys()]).toEqual([...usual.searchParams.keys()]);
        for (const name of ["scope", "redirect_uri", "client_id"]) {
          expect(url.searchParams.getAll(name)).toEqual(usual.searchParams.getAll(name));
        }
        expect(provider.visit(url).status).toBe(302);
      }
    }
  });

  it("CVE-2021-43812 (nextjs-auth0): returnTo leads to no other site, at login and at logout", async () => {
    const relyingParty = await RelyingParty.at();
    for (const returnTo of [
      "//attacker.example",
      "/\\attacker.example",
      "https://attacker.example",
      "/\t/attacker.example",
    ]) {
      const query = `returnTo=${encodeURIComponent(returnTo)}`;
      expect((await relyingParty.logIn(`/auth/login?${query}`)).location).toBe("/");
      const end = new URL(
        (await relyingParty.browser.send(`/auth/logout?${query}`)).headers.get("location")!,
      );
      expect(end.searchParams.get("post_logout_redirect_uri")).toBe(appOrigin);
    }
  });

  it("CVE-2022-24794 (express-openid-connect): a protected page whose path begins like a host leads back to the app", async () => {
    const relyingParty = await RelyingParty.at();
    for (const path of [
      "//attacker.example/a",
      "//attacker.example/%2e%2e",
      "/\\attacker.example/",
      "///attacker.example",
    ]) {
      const challenge = await relyingParty.browser.send(new URL(`${appOrigin}${path}`));
      expect(challenge.status, path).toBe(302);
      const login = new URL(challenge.headers.get("location")!, appOrigin);
      expect(login.origin).toBe(appOrigin);
      const { location } = await relyingParty.logIn(login.pathname + login.search);
      expect(new URL(location!, `${appOrigin}/auth/callback`).origin, path).toBe(appOrigin);
      await relyingParty.browser.send("/auth/logout");
    }
  });
});

describe("pages", () => {
  it("CVE-2021-32702 (nextjs-auth0): what stands in error and error_description becomes no markup", async () => {
    const markup = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'";
    const { browser, provider } = await RelyingParty.at(
      {},
      {
        authorization(answer) {
          answer.delete("code");
          for (const name of ["error", "error_description", "error_uri"]) answer.set(name, markup);
        },
      },
    );
    const begin = async () =>
      provider
        .visit(new URL((await browser.send("/auth/login")).headers.get("location")!))
        .headers.get("location")!;
    const page = await browser.send(await begin());
    expect(page.status).toBe(400);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).not.toMatch(/<script|<img|alert\(1\)/);
    const json = await browser.send(await begin(), { headers: { accept: "*/*" } });
    expect(json.headers.get("content-type")).toContain("application/json");
    expect(await json.text()).not.toContain("<");
  });
});

describe("what protects a login", () => {
  it("CVE-2025-4144 (workers-oauth-provider): PKCE cannot be talked out of, by no parameter and no metadata", async () => {
    const { browser, provider } = await RelyingParty.at();
    const query = "code_challenge_method=plain&code_challenge=x&response_type=token&code_verifier=x";
    const url = new URL((await browser.send(`/auth/login?${query}`)).headers.get("location")!);
    expect(url.searchParams.getAll("code_challenge_method")).toEqual(["S256"]);
    expect(url.searchParams.getAll("code_challenge")[0]).toMatch(/^[\w-]{43}$/);
    expect((await browser.send(provider.visit(url).headers.get("location")!)).status).toBe(302);
    expect(provider.tokenForms[0]!.get("code_verifier")).toMatch(/^[\w-]{43}$/);
    for (const code_challenge_methods_supported of [["plain"], []]) {
      const downgraded = await RelyingParty.at({ metadata: { code_challenge_methods_supported } });
      expect((await downgraded.logIn()).error).toMatchObject({ code: "build_authorization_url_error" });
    }
    // Metadata that say nothing of PKCE do not switch it off: OpenID Connect Discovery does not know the member.
    const silent = await RelyingParty.at({ metadata: { code_challenge_methods_supported: undefined } });
    expect((await silent.logIn()).sub).toBe("user-1");
    expect(silent.provider.tokenForms[0]!.get("code_verifier")).toMatch(/^[\w-]{43}$/);
  });

  it("GHSA-x445-f3h2-j279 (Auth.js): state, nonce and verifier of a login at one issuer serve at no other", async () => {
    const honest = await RelyingParty.at();
    const attacker = await OpenidProvider.create();
    const other = edgeAuth({
      issuer: "https://attacker.example/tenant",
      clientId: attacker.client.id,
      clientSecret: "s",
      secret,
      appBaseUrl: appOrigin,
      customFetch: async (input, init) => {
        const url = String(input).replace("attacker.example", "op.example");
        const text = await (await attacker.fetch(url, init)).text();
        return new Response(text.replaceAll("op.example", "attacker.example"), {
          headers: { "content-type": "application/json" },
        });
      },
    }).handler(() => new Response("app"));
    const start = await honest.browser.send("/auth/login");
    const authorize = new URL(start.headers.get("location")!);
    const back = honest.provider.visit(authorize).headers.get("location")!;
    const elsewhere = new TestBrowser(other);
    for (const [name, value] of honest.browser.cookies) elsewhere.cookies.set(name, value);
    const refused = await elsewhere.send(back);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("missing_transaction_error");
    expect(attacker.tokenForms).toEqual([]);
    expect((await honest.browser.send(back)).status).toBe(302);
  });

  it("GHSA-8fpg-xm3f-6cx3 (Auth.js): where the configuration is wrong nobody is let in, and nothing looks like somebody", async () => {
    let served = 0;
    const { issuer, client, fetch: customFetch } = await OpenidProvider.create();
    for (const wrong of [
      { secret: undefined },
      { clientId: undefined },
      { secret: "short" },
      { appBaseUrl: "" },
    ]) {
      const auth = edgeAuth({
        issuer,
        clientId: client.id,
        secret,
        appBaseUrl: appOrigin,
        customFetch,
        ...wrong,
      });
      const app = auth.handler(() => {
        served++;
        return new Response("for users");
      });
      expect((await app.fetch(new Request(appOrigin))).status).toBe(500);
      await expect(auth.authenticate(new Request(appOrigin))).rejects.toThrow(
        expect.objectContaining({ code: "invalid_configuration_error" }),
      );
    }
    expect(served).toBe(0);
    expect(logged).toHaveBeenCalledTimes(4);
    const relyingParty = await RelyingParty.at();
    await relyingParty.logIn();
    relyingParty.sessions.get = () => Promise.reject(new Error("database down"));
    expect((await relyingParty.browser.send("/")).status).toBe(503);
  });

  it("GHSA-xmf8-cvqr-rfgj (Auth.js): headers that are no good make a request anonymous, and nothing throws", async () => {
    const relyingParty = await RelyingParty.at();
    for (const authorization of ["Bearer", "Bearer ", "Bearer %%%", "Bearer a.b.c", "Basic =", "x"]) {
      for (const cookie of [
        "",
        "=",
        ";;;",
        "__a0_session",
        "__a0_session=%E0%A4%A",
        '__a0_session="',
        "a=b; __a0_session=.",
      ]) {
        const request = new Request(appOrigin, { headers: { authorization, cookie } });
        const response = await relyingParty.app.fetch(request);
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({});
      }
    }
  });
});
