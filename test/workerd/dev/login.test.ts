import { decode, encode } from "jose/base64url";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import { describe, expect, it } from "vitest";
import type { DevTenant } from "../../../src/dev/index.ts";
import {
  API,
  APP,
  appTenant,
  authorizeUrl,
  Browser,
  CALLBACK,
  JONAS,
  MIRA,
  redeem,
  tokensOf,
  userinfo,
} from "./harness.ts";

async function keysOf(tenant: DevTenant) {
  const response = await tenant.customFetch("https://dev.localhost/.well-known/jwks.json");
  return createLocalJWKSet(await response.json());
}

describe("a login with the development tenant", () => {
  it("starts from a discovery document whose browser endpoints are on the app", async () => {
    const response = await appTenant().customFetch(
      new URL("https://dev.localhost/.well-known/openid-configuration"),
    );
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      issuer: "https://dev.localhost/",
      authorization_endpoint: `${APP}/dev-tenant/authorize`,
      end_session_endpoint: `${APP}/dev-tenant/oidc/logout`,
      token_endpoint: "https://dev.localhost/oauth/token",
      userinfo_endpoint: "https://dev.localhost/userinfo",
      jwks_uri: "https://dev.localhost/.well-known/jwks.json",
      revocation_endpoint: "https://dev.localhost/oauth/revoke",
      code_challenge_methods_supported: ["S256"],
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      grant_types_supported: expect.arrayContaining(["authorization_code", "refresh_token"]),
      authorization_response_iss_parameter_supported: true,
    });
  });

  it("sends the browser back with a code, the state and the issuer", async () => {
    const callback = await new Browser(appTenant()).logIn();
    expect(callback.origin + callback.pathname).toBe(CALLBACK);
    expect(callback.searchParams.get("state")).toBe("the-state");
    expect(callback.searchParams.get("iss")).toBe("https://dev.localhost/");
    expect(callback.searchParams.get("code")).toMatch(/^[\w-]{43}$/);
  });

  it("echoes no state when none was sent", async () => {
    const callback = await new Browser(appTenant()).logIn({ state: undefined });
    expect(callback.searchParams.has("state")).toBe(false);
  });

  it("answers a code with tokens that verify against the JWKS", async () => {
    const tenant = appTenant();
    const tokens = await tokensOf(tenant);
    expect(tokens).toMatchObject({
      status: 200,
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid profile email offline_access read:orders",
    });
    const keys = await keysOf(tenant);
    const idToken = await jwtVerify(tokens.id_token, keys, {
      issuer: tenant.issuer,
      audience: "dev-client",
      algorithms: ["RS256"],
    });
    const { exp, iat, auth_time, at_hash, sid, ...claims } = idToken.payload;
    expect(claims).toEqual({
      iss: "https://dev.localhost/",
      aud: "dev-client",
      sub: MIRA,
      nonce: "the-nonce",
      name: "Mira Solberg",
      given_name: "Mira",
      family_name: "Solberg",
      nickname: "mira",
      picture: `${APP}/dev-tenant/avatar/auth0%7C66a1f0c27d3be90012c40a01.svg`,
      updated_at: "2026-03-02T08:15:00.000Z",
      email: "mira.solberg@example.com",
      email_verified: true,
    });
    expect(exp! - iat!).toBe(36_000);
    expect(Math.abs(iat! - (auth_time as number))).toBeLessThan(5);
    expect(sid).toMatch(/^[\w-]{43}$/);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(tokens.access_token));
    expect(at_hash).toBe(encode(new Uint8Array(digest, 0, 16)));

    const accessToken = await jwtVerify(tokens.access_token, keys, { audience: API });
    expect(accessToken.payload).toMatchObject({
      sub: MIRA,
      aud: [API, "https://dev.localhost/userinfo"],
      azp: "dev-client",
      scope: "openid profile email offline_access read:orders",
    });
    expect(accessToken.payload.exp! - accessToken.payload.iat!).toBe(3600);
  });

  it("gives out only what the scopes ask for", async () => {
    const tenant = appTenant();
    const tokens = await tokensOf(tenant, { scope: "openid email", audience: undefined });
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.access_token).toMatch(/^[\w-]{43}$/);
    const { payload } = await jwtVerify(tokens.id_token, await keysOf(tenant));
    expect(payload).toMatchObject({ email: "mira.solberg@example.com" });
    expect(payload.name).toBeUndefined();
    const plain = await tokensOf(tenant, { scope: "read:orders unknown:scope" });
    expect(plain).toMatchObject({ status: 200, scope: "read:orders" });
    expect(plain.id_token).toBeUndefined();
  });

  it("carries names beyond ASCII whole", async () => {
    const tenant = appTenant();
    const browser = new Browser(tenant);
    const tokens = await redeem(tenant, await browser.logIn({}, "auth0|66a1f0c27d3be90012c40a03"));
    const { payload } = await jwtVerify(tokens.id_token, await keysOf(tenant));
    expect(payload).toMatchObject({ name: "Zoë Tanabe", email_verified: false });
  });

  it("draws the avatar that the picture claim points at", async () => {
    const browser = new Browser(appTenant());
    const { response } = await browser.open(`${APP}/dev-tenant/avatar/auth0%7C66a1f0c27d3be90012c40a01.svg`);
    expect(response.headers.get("content-type")).toContain("image/svg+xml");
    expect(await response.text()).toContain(">MS</text>");
    for (const name of [
      "nobody.svg",
      "66a1f0c27d3be90012c40a01.svg",
      `avatar/${encodeURIComponent(MIRA)}.svg`,
    ]) {
      expect((await browser.open(`${APP}/dev-tenant/avatar/${name}`)).response.status).toBe(404);
    }
  });

  it("gives people whose subs end alike avatars of their own", async () => {
    const names: Record<string, string> = {
      "google|1": "GG",
      "auth0|1": "AA",
      "1": "OO",
      "a|/avatar/1": "SS",
    };
    const users = Object.entries(names).map(([sub, name]) => ({ sub, name, email: `${name}@example.com` }));
    const tenant = appTenant({ users });
    for (const [sub, name] of Object.entries(names)) {
      const browser = new Browser(tenant);
      const { access_token } = await redeem(tenant, await browser.logIn({}, sub));
      const { picture } = await (await userinfo(tenant, access_token)).json<{ picture: string }>();
      const letter = name.slice(0, 1);
      expect(await (await browser.open(picture)).response.text(), sub).toContain(`>${letter}</text>`);
    }
  });

  it("lets parallel logins in two tabs both finish", async () => {
    const tenant = appTenant();
    const browser = new Browser(tenant);
    const first = await browser.authorize({ state: "tab-1" });
    const second = await browser.authorize({ state: "tab-2" });
    const one = await browser.press(first, "user", MIRA);
    const two = await browser.press(second, "user", JONAS);
    expect([one.searchParams.get("state"), two.searchParams.get("state")]).toEqual(["tab-1", "tab-2"]);
    expect((await redeem(tenant, one)).status).toBe(200);
    expect((await redeem(tenant, two)).status).toBe(200);
  });

  it("sends the refusal back when the person denies or the login fails", async () => {
    const browser = new Browser(appTenant());
    const denied = await browser.press(await browser.authorize(), "refuse", "deny");
    expect(Object.fromEntries(denied.searchParams)).toEqual({
      error: "access_denied",
      error_description: "User did not authorize the request",
      state: "the-state",
      iss: "https://dev.localhost/",
    });
    const failed = await browser.press(await browser.authorize({ state: undefined }), "refuse", "fail");
    expect(failed.searchParams.get("error")).toBe("server_error");
    expect(failed.searchParams.has("state")).toBe(false);
  });
});

describe("the tenant's login session", () => {
  it("answers prompt=none only once someone has logged in", async () => {
    const tenant = appTenant();
    const browser = new Browser(tenant);
    const silent = authorizeUrl({ prompt: "none" });
    expect((await browser.open(silent)).url.searchParams.get("error")).toBe("login_required");
    const before = decode((await redeem(tenant, await browser.logIn())).id_token.split(".")[1]!);
    const callback = (await browser.open(silent)).url;
    const after = decode((await redeem(tenant, callback)).id_token.split(".")[1]!);
    const [a, b] = [before, after].map((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
    expect([b.sub, b.sid, b.auth_time]).toEqual([a.sub, a.sid, a.auth_time]);
  });

  it("is offered first on the login page, and not when a new login is demanded", async () => {
    const browser = new Browser(appTenant());
    await browser.logIn({}, JONAS);
    const { html } = await browser.authorize();
    expect(html.indexOf("Continue as Jonas Adeyemi")).toBeLessThan(html.indexOf("Continue as Mira Solberg"));
    expect(html).toContain("Signed in");
    expect((await browser.authorize({ prompt: "login" })).html).not.toContain("Signed in");
  });

  it("is too old once max_age has passed, and a new login renews auth_time", async () => {
    let now = Math.floor(Date.now() / 1000) - 500;
    const tenant = appTenant({ clock: () => now });
    const browser = new Browser(tenant);
    await browser.logIn();
    now += 100;
    const silent = (maxAge: string) => browser.open(authorizeUrl({ prompt: "none", max_age: maxAge }));
    expect((await silent("100")).url.searchParams.has("code")).toBe(true);
    expect((await silent("99")).url.searchParams.get("error")).toBe("login_required");
    const tokens = await redeem(tenant, await browser.logIn({ max_age: "99" }));
    const { payload } = await jwtVerify(tokens.id_token, await keysOf(tenant));
    expect(payload.auth_time).toBe(now);
  });

  it("never satisfies max_age=0, not even in the second of the login", async () => {
    const tenant = appTenant({ clock: () => 1_800_000_000 });
    const browser = new Browser(tenant);
    await browser.logIn();
    const { url } = await browser.open(authorizeUrl({ prompt: "none", max_age: "0" }));
    expect(url.searchParams.get("error")).toBe("login_required");
    expect((await browser.authorize({ max_age: "0" })).html).not.toContain("Signed in");
    const session = browser.cookies.get("dev_tenant_session");
    expect((await redeem(tenant, await browser.logIn({ max_age: "0" }))).status).toBe(200);
    expect(browser.cookies.get("dev_tenant_session")).not.toBe(session);
  });

  it("keeps its cookies away from scripts, from other sites and from the app's own paths", async () => {
    const browser = new Browser(appTenant());
    const form = await browser.authorize();
    const body = new URLSearchParams({ state: form.url.searchParams.get("state")!, user: MIRA });
    const { response } = await browser.open(`${APP}/dev-tenant/u/login`, { method: "POST", body });
    expect(response.headers.get("set-cookie")).toMatch(
      /^dev_tenant_session=[\w-]{43}; Path=\/dev-tenant; Max-Age=604800; HttpOnly; SameSite=Lax$/,
    );
  });
});

describe("the userinfo endpoint", () => {
  it("answers both kinds of access token with the claims of their scopes", async () => {
    const tenant = appTenant();
    for (const audience of [API, undefined]) {
      const { access_token } = await tokensOf(tenant, { scope: "openid email", audience });
      const response = await userinfo(tenant, access_token);
      expect(await response.json()).toEqual({
        sub: MIRA,
        email: "mira.solberg@example.com",
        email_verified: true,
      });
    }
  });

  it("refuses a missing, unknown or expired token and one without openid", async () => {
    let now = 1_800_000_000;
    const tenant = appTenant({ clock: () => now, accessTokenLifetime: 5 });
    const bare = await tenant.customFetch("https://dev.localhost/userinfo");
    expect([bare.status, bare.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    const unknown = await userinfo(tenant, "nonsense");
    expect(unknown.status).toBe(401);
    expect(unknown.headers.get("www-authenticate")).toContain('error="invalid_token"');
    const plain = await tokensOf(tenant, { scope: "read:orders" });
    expect((await userinfo(tenant, plain.access_token)).status).toBe(403);
    const { access_token, expires_in } = await tokensOf(tenant);
    expect(expires_in).toBe(5);
    expect((await userinfo(tenant, access_token)).status).toBe(200);
    now += 5;
    expect((await userinfo(tenant, access_token)).status).toBe(401);
  });
});
