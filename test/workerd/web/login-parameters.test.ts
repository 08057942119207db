import { type EdgeAuthOptions, edgeAuth, ServerClient } from "auth0-edge";
import { MemoryDevTenantStorage } from "auth0-edge/dev";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const nordlicht = { id: "org_Nf7Qw2LrXc4TzB8k", name: "nordlicht" };
const harbour = { id: "org_Hd3Vk9PsYm6JgR1a", name: "harbour" };

function appWith(options: Partial<EdgeAuthOptions> = {}, tenant = testTenant()) {
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, ...options });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getUser()) ?? null),
  );
  return { tenant, browser: new TestBrowser(app, tenant) };
}

let browser: TestBrowser;
beforeEach(() => {
  ({ browser } = appWith());
});

const form = (body: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body,
});
const sent = async (query: string, by = browser) => {
  const response = await by.send(`/auth/login?${query}`);
  expect(response.status, await response.clone().text()).toBe(302);
  return new URL(response.headers.get("location")!).searchParams;
};
const user = async (by = browser) => await (await by.send("/")).json<Record<string, unknown> | null>();

describe("what a link to the login route may choose", () => {
  it.each([
    ["organization", "org_Nf7Qw2LrXc4TzB8k"],
    ["connection", "google-oauth2"],
    ["screen_hint", "signup"],
    ["login_hint", "mira@example.com"],
    ["ui_locales", "de fr-CA"],
    ["prompt", "select_account"],
    ["max_age", "0"],
    ["acr_values", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"],
    ["session_transfer_token", "a+b/c=&d"],
  ])("goes on to the issuer, by GET and by POST: %s", async (name, value) => {
    const query = new URLSearchParams({ [name]: value }).toString();
    expect((await sent(query)).get(name)).toBe(value);
    const posted = await browser.send("/auth/login", form(query));
    expect(posted.status).toBe(303);
    expect(new URL(posted.headers.get("location")!).searchParams.get(name)).toBe(value);
  });

  it("never is who asks, what for, or where to go", async () => {
    const names = [
      ...[
        "audience",
        "scope",
        "redirect_uri",
        "response_type",
        "response_mode",
        "client_id",
        "state",
        "nonce",
      ],
      ...[
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
        "client_secret",
        "id_token_hint",
      ],
      ...[
        "requested_connection",
        "connection_scope",
        "authorization_details",
        "claims",
        "dpop_jkt",
        "__proto__",
      ],
    ];
    const plain = await sent("");
    const asked = await sent(names.map((name) => `${name}=evil`).join("&"));
    expect([...asked.keys()].sort()).toEqual([...plain.keys()].sort());
    expect([...asked.values()].join(" ")).not.toContain("evil");
    expect(asked.get("redirect_uri")).toBe(`${appOrigin}/auth/callback`);
  });

  it("is left out where it is blank, and counts once where it comes twice", async () => {
    const asked = await sent("organization=&connection=%20&login_hint=mira&login_hint=jonas");
    expect(asked.has("organization")).toBe(false);
    expect(asked.has("connection")).toBe(false);
    expect(asked.getAll("login_hint")).toEqual(["mira"]);
  });

  it.each([
    ["a 'max_age' that is no number", "max_age=soon", "max_age"],
    ["a negative 'max_age'", "max_age=-1", "max_age"],
    ["a 'max_age' with a fraction", "max_age=1.5", "max_age"],
    ["a 'max_age' of more digits than time has", "max_age=99999999999", "max_age"],
    ["an invitation to no organization", "invitation=ticket", "invitation"],
    ["a value without end", `acr_values=${"x".repeat(1025)}`, "acr_values"],
  ])("is refused with what is wrong about it: %s", async (_name, query, parameter) => {
    const response = await browser.send(`/auth/login?${query}`, { headers: { accept: "application/json" } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: "invalid_request",
      message: expect.stringContaining(`'${parameter}'`),
    });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await browser.send("/auth/login", form(query))).status).toBe(400);
  });

  it("may be long, but not without end", async () => {
    const hint = "m".repeat(1024);
    expect((await sent(`login_hint=${hint}`)).get("login_hint")).toBe(hint);
    const long = await browser.send(`/auth/login?organization=${encodeURIComponent("中".repeat(342))}`);
    expect(long.status).toBe(400);
  });

  it("goes before the page to come back to where a cookie does not hold both", async () => {
    const organization = "o".repeat(1024);
    const start = await browser.send(
      `/auth/login?organization=${organization}&returnTo=/${"p".repeat(2000)}`,
    );
    const url = new URL(start.headers.get("location")!);
    expect(url.searchParams.get("organization")).toBe(organization);
    expect(start.headers.getSetCookie()).toHaveLength(1);
  });
});

describe("a link to the login route of an app that is configured for one thing", () => {
  it.each<[string, Partial<EdgeAuthOptions>, string, string, string]>([
    ["organization", { organization: nordlicht.id }, "organization", harbour.id, nordlicht.id],
    [
      "organization, as a parameter",
      { authorizationParams: { organization: nordlicht.id } },
      "organization",
      harbour.id,
      nordlicht.id,
    ],
    [
      "connection",
      { authorizationParams: { connection: "github" } },
      "connection",
      "google-oauth2",
      "github",
    ],
    ["prompt", { authorizationParams: { prompt: "login" } }, "prompt", "none", "login"],
    ["max_age", { authorizationParams: { max_age: 60 } }, "max_age", "86400", "60"],
    ["max_age of nothing", { authorizationParams: { max_age: 0 } }, "max_age", "86400", "0"],
    ["acr_values", { authorizationParams: { acr_values: "phr" } }, "acr_values", "0", "phr"],
  ])("cannot choose another %s", async (_name, options, parameter, wanted, kept) => {
    const { browser } = appWith(options);
    expect((await sent(`${parameter}=${wanted}`, browser)).get(parameter)).toBe(kept);
  });

  it("still chooses what only helps the person along", async () => {
    const authorizationParams = {
      screen_hint: "login",
      ui_locales: "en",
      prompt: undefined,
      connection: null,
    };
    const { browser } = appWith({ authorizationParams });
    const asked = await sent("screen_hint=signup&ui_locales=de&prompt=login&connection=github", browser);
    expect(Object.fromEntries(asked)).toMatchObject({
      screen_hint: "signup",
      ui_locales: "de",
      prompt: "login",
      connection: "github",
    });
  });

  it("may bring an invitation to that organization without naming it", async () => {
    const { browser } = appWith({ organization: nordlicht.id });
    const asked = await sent("invitation=ticket", browser);
    expect([asked.get("invitation"), asked.get("organization")]).toEqual(["ticket", nordlicht.id]);
  });

  it("is told so by the client that is really used, whatever made it", async () => {
    const { browser } = appWith({
      createClient: (options) => new ServerClient({ ...options, organization: nordlicht.id }),
    });
    expect((await sent(`organization=${harbour.id}`, browser)).get("organization")).toBe(nordlicht.id);
  });
});

describe("a login by a link", () => {
  it("to an organization ends there, and the session says so", async () => {
    await browser.logIn(users.mira, "/auth/login?organization=harbour&returnTo=/x");
    expect(await user()).toMatchObject({ sub: users.mira, org_id: harbour.id, org_name: "harbour" });
  });

  it("with an invitation makes its person a member, from the very link of the mail", async () => {
    const { tenant, browser } = appWith(
      {},
      testTenant({
        organizations: [{ ...nordlicht, members: [] }],
        clients: [
          {
            clientId: "dev-client",
            clientSecret: "dev-client-secret-for-local-use-only",
            initiateLoginUri: `${appOrigin}/auth/login`,
          },
        ],
      }),
    );
    const { url } = await tenant.invite({ organization: nordlicht.id, email: "zoe.tanabe@example.com" });
    const { pathname, search } = new URL(url!);
    const response = await browser.logIn(users.zoe, pathname + search);
    expect(response.status, await response.clone().text()).toBe(302);
    expect(await user(browser)).toMatchObject({ sub: users.zoe, org_id: nordlicht.id });
  });

  it("by a connection offers that one alone", async () => {
    const { response } = await browser.follow(await browser.send("/auth/login?connection=github"));
    const page = await response.text();
    expect(page).toContain("GitHub");
    expect(page).not.toContain("Google");
  });

  it("with a hint and a screen hint reaches a page that knows them", async () => {
    const plain = await browser.follow(await browser.send("/auth/login"));
    const signup = await browser.follow(await browser.send("/auth/login?screen_hint=signup"));
    const titleOf = async ({ response }: { response: Response }) =>
      /<h1>([^<]+)/.exec(await response.text())![1]!;
    expect(await titleOf(signup)).not.toBe(await titleOf(plain));
    const hinted = await browser.follow(
      await browser.send("/auth/login?login_hint=jonas.adeyemi@example.com"),
    );
    expect(await hinted.response.text()).toContain("Suggested");
  });

  it("by a session transfer token logs its person in at once, and once only", async () => {
    const storage = new MemoryDevTenantStorage();
    const { browser } = appWith({}, testTenant({ storage }));
    const token = "a-session-transfer-token";
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
    const name = btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace("=", "");
    const record = { subject: users.jonas, clientId: "dev-client" };
    await storage.put(`transfer:${name}`, { record, expiresAt: Date.now() / 1000 + 60 }, 60);
    const link = `/auth/login?session_transfer_token=${token}&returnTo=/orders`;
    const { url } = await browser.follow(await browser.send(link));
    expect(url.pathname).toBe("/orders");
    expect(await user(browser)).toMatchObject({ sub: users.jonas });
    const { tenant } = appWith({}, testTenant({ storage }));
    const again = new TestBrowser(
      edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin }).handler(() => new Response("app")),
      tenant,
    );
    expect((await again.follow(await again.send(link))).url.pathname).toBe("/dev-tenant/u/login");
  });

  it("with max_age=0 asks for the person even where the issuer knows them, and holds the ID token to it", async () => {
    await browser.logIn();
    const silent = await browser.follow(await browser.send("/auth/login?prompt=none&max_age=0"));
    expect(silent.url.search).toContain("error=login_required");
    expect((await browser.logIn(users.jonas, "/auth/login?max_age=0")).status).toBe(302);
    expect(await user()).toMatchObject({ sub: users.jonas });
  });

  it.each([
    ["returnTo", "/orders?page=2#top"],
    ["return_to", "/orders?page=2#top"],
    ["target_link_uri", `${appOrigin}/orders?page=2#top`],
  ])("comes back to the page that %s names", async (name, value) => {
    const response = await browser.logIn(users.mira, `/auth/login?${new URLSearchParams({ [name]: value })}`);
    expect(response.headers.get("location")).toBe("/orders?page=2#top");
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])(
    "comes back to the app for a return_to that is none of its pages: %s",
    async (place) => {
      const response = await browser.logIn(users.mira, `/auth/login?return_to=${encodeURIComponent(place)}`);
      expect(response.headers.get("location")).toBe("/");
    },
  );
});
