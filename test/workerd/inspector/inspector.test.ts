import {
  cookieSessions,
  type EdgeAuthOptions,
  edgeAuth,
  InvalidConfigurationError,
  MemorySessionStore,
  ServerClient,
  statefulStore,
} from "auth0-edge";
import { devTenant } from "auth0-edge/dev";
import { type AuthEnv, auth0 } from "auth0-edge/hono";
import { sessionInspector } from "auth0-edge/inspector";
import { sessionCookie } from "auth0-edge/testing";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser } from "../../support/browser.ts";
import { api, path, post, inspectorStage as stage } from "../../support/inspector-stage.ts";
import { MemoryCoordinator, MemoryRevocationList } from "../../support/memory-lists.ts";

const revocable = () =>
  cookieSessions({ coordinator: new MemoryCoordinator(), revocations: new MemoryRevocationList() });

const stores: [string, () => EdgeAuthOptions["stateStore"]][] = [
  ["cookies", () => undefined],
  ["cookies with a coordinator and revocations", revocable],
  ["a database", () => statefulStore(new MemorySessionStore())],
];

describe("what the inspector shows", () => {
  it.each(stores)(
    "has claims, tokens, clocks, cookies and keys of a session in %s",
    async (_name, stateStore) => {
      const { browser, look } = stage({ stateStore: stateStore() });
      await browser.logIn();
      const page = await look();
      expect(page).toContain("the session of Mira Solberg");
      expect(page).toContain('<th scope="row">email_verified</th><td>true</td>');
      expect(page).toContain(`for <code>${api}</code>`);
      expect(page).toMatch(/aria-label="Access token: (1 h|59 min \d+ s) left of 1 h"/);
      expect(page).toMatch(/aria-label="Inactivity: (1 d|23 h 59 min) left of 1 d"/);
      expect(page).toMatch(/aria-label="Absolute: (3 d|2 d 23 h) left of 3 d"/);
      expect(page).toMatch(/aria-label="__a0_session(\.0)?: [\d,]+ bytes of 4,096 bytes"/);
      expect(page).toMatch(/aria-label="All together: [\d,]+ bytes of 8,192 bytes"/);
      expect(page).toMatch(/<th scope="row">Signs<\/th><td><code>[\w-]{43}<\/code>/);
      expect(page).toMatch(/<th scope="row">Digest of its id<\/th><td><code>[\w-]{8}…<\/code>/);
      expect(page).toContain('<th scope="row">Domain</th><td>dev.localhost</td>');
    },
  );

  it("is never a token, nor its signature, nor an id that opens a session", async () => {
    for (const [, stateStore] of stores) {
      const { browser, look, tokens } = stage({ stateStore: stateStore() });
      await browser.logIn();
      const page = await look();
      const all = await tokens();
      expect(all).toHaveLength(3);
      for (const token of all) {
        expect(page).not.toContain(token);
        expect(page).toContain(`<code>${token.slice(0, 6)}…</code>`);
        const signature = token.split(".")[2];
        if (signature) expect(page).not.toContain(signature);
        expect(page).not.toContain(token.slice(0, 24));
      }
      for (const value of browser.cookies.values()) expect(page).not.toContain(value);
    }
  });

  it("is each cookie with its bytes, where a session takes several", async () => {
    const { browser, look } = stage();
    await browser.logIn();
    const large = "x".repeat(3500);
    const filler = stage({ filterClaims: (claims) => ({ ...claims, large }) });
    await filler.browser.logIn();
    const page = await filler.look();
    expect(await look()).not.toContain("Part of the session");
    const names = [...filler.browser.cookies.keys()].filter((name) => /^__a0_session\.\d$/.test(name));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const bytes = name.length + filler.browser.cookies.get(name)!.length;
      expect(page).toContain(`aria-label="${name}: ${bytes.toLocaleString("en")} bytes of 4,096 bytes"`);
    }
    expect(page.match(/Part of the session/g)).toHaveLength(names.length);
  });

  it("says of the app's own data no more than name and size", async () => {
    const { browser, look, app } = stage();
    await browser.logIn();
    const auth = edgeAuth({ ...stage().tenant.clientOptions, secret, appBaseUrl: appOrigin });
    const request = new Request(appOrigin, { headers: { cookie: browser.cookieHeader() } });
    const login = await auth.authenticate(request);
    await login.updateSession({ apiKey: "sk-123456789" });
    browser.keep(await login.respond(new Response()));
    expect(app).toBeDefined();
    const page = await look();
    expect(page).toContain('<th scope="row">apiKey</th><td>14 bytes</td>');
    expect(page).not.toContain("sk-123");
  });

  it("is that nobody is logged in, with the way to log in and back", async () => {
    const { look, browser } = stage();
    const page = await look();
    expect(page).toContain("Nobody is logged in here");
    expect(page).toContain('href="/auth/login?returnTo=%2Fauth%2Finspector"');
    expect(page).not.toContain('value="expire"');
    await browser.logIn();
    browser.cookies.set("__a0_session", "nonsense");
    expect(await look()).toContain("The browser sent a session cookie that is none");
  });

  it("is the name the app has for its store, where it has one", async () => {
    const tenant = devTenant({ appBaseUrl: appOrigin });
    const moreRoutes = [sessionInspector({ tenant, store: "Workers KV", path: "/look" })];
    const app = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, moreRoutes }).handler(
      () => new Response(),
    );
    const page = await (await new TestBrowser(app, tenant).send("/auth/look")).text();
    expect(page).toContain('<th scope="row">Sessions live in</th><td>Workers KV</td>');
    expect(await stage().look()).toContain("Sealed cookies (StatelessStateStore)");
  });

  it("is of a short token not even the beginning, and of each token its kind", async () => {
    const tenant = devTenant({ appBaseUrl: appOrigin });
    const options = { ...tenant.clientOptions, secret, appBaseUrl: appOrigin };
    const segment = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "");
    const encrypted = [segment({ alg: "dir", enc: "A256GCM" }), "", "iv", "text", "tag"].join(".");
    const jwt = `${segment({ alg: "RS256" })}.${segment({ sub: "a", scp: "b" })}.${"s".repeat(40)}`;
    const details = {
      refreshToken: "short-secret",
      tokenSets: [{ accessToken: encrypted }, { audience: api, accessToken: jwt }],
    };
    const cookie = await sessionCookie({ options }, { sub: "auth0|1" }, details);
    const app = edgeAuth({ ...options, moreRoutes: [sessionInspector({ tenant })] }).handler(
      () => new Response(),
    );
    const page = await (await app.fetch(new Request(appOrigin + path, { headers: { cookie } }))).text();
    expect(page).toContain('<h3>Refresh token</h3><span class="badge">Opaque</span>');
    expect(page).toContain("12 characters");
    expect(page).not.toContain("short");
    expect(
      [...page.matchAll(/<h3>Access token<\/h3><span class="badge">([^<]+)</g)].map(([, kind]) => kind),
    ).toEqual(["Encrypted JWT", "JWT"]);
  });

  it("are the clocks a session has: without rolling no inactivity ends it", async () => {
    const { browser, look } = stage({ session: { rolling: false, absoluteDuration: 7200 } });
    await browser.logIn();
    const page = await look();
    expect(page).toMatch(/aria-label="Absolute: (2 h|1 h 59 min) left of 2 h"/);
    expect(page).not.toContain("Inactivity");
    expect(page).not.toContain("Data of the app");
  });

  it("says nothing that a link made up", async () => {
    const { look } = stage();
    for (const [query, words] of [
      ["?failed=invalid_grant", "It did not work: invalid_grant."],
      ["?failed=Call%20555-0100", "It did not work."],
      ["?done=rotated", "A new key signs from now on."],
    ] as const) {
      expect(await look(query)).toContain(`<p class="note" role="status">${words}`);
    }
    expect(await look("?failed=Call%20555-0100")).not.toContain("555");
    for (const odd of ["toString", "constructor", "nonsense"]) {
      expect(await look(`?done=${odd}`)).not.toContain('role="status"');
    }
  });

  it("escapes what claims say", async () => {
    const { browser, look } = stage({
      filterClaims: (claims) => ({ ...claims, name: "<script>1</script>" }),
    });
    await browser.logIn();
    expect(await look()).not.toContain("<script");
  });

  it("is a page no script runs on, nobody frames and nobody keeps", async () => {
    const { browser } = stage();
    await browser.logIn();
    const { headers } = await browser.send(path);
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(headers.get("cache-control")).toContain("no-store");
  });
});

describe("a button of the inspector", () => {
  it.each(stores)(
    "lets the access tokens expire, so that the next call refreshes: %s",
    async (_name, stateStore) => {
      const { browser, press, tokens, look } = stage({ stateStore: stateStore() });
      await browser.logIn();
      const before = await tokens();
      const page = await press("expire");
      expect(page).toContain("The access tokens have expired.");
      expect(page).toMatch(/<span class="end over">ended \d+ s ago<\/span>/);
      const after = await press("refresh");
      expect(after).toContain("The refresh token was spent");
      expect(await look()).toMatch(/aria-label="Access token: (1 h|59 min \d+ s) left of 1 h"/);
      const now = await tokens();
      expect(now[1]).not.toBe(before[1]);
      expect(now[2]).not.toBe(before[2]);
    },
  );

  it("lets the tokens of connections expire as well", async () => {
    const { browser, press, look, tenant } = stage();
    await browser.logIn();
    const answer = { access_token: "a-token-of-google-1234567890", token_type: "Bearer", expires_in: 3600 };
    const auth = edgeAuth({
      ...{ ...tenant.clientOptions, secret, appBaseUrl: appOrigin },
      customFetch: async (input, init) =>
        String(input).endsWith("/oauth/token")
          ? Response.json(answer)
          : await tenant.customFetch(String(input), init),
      createClient: (options) => new ServerClient(options),
    });
    const login = await auth.authenticate(
      new Request(appOrigin, { headers: { cookie: browser.cookieHeader() } }),
    );
    await login.client.getAccessTokenForConnection({ connection: "google-oauth2" }, login.storeOptions);
    browser.keep(await login.respond(new Response()));
    const row = /<h3>Connection token<\/h3>.*?<span class="end([^"]*)">/;
    expect(row.exec(await look())![1]).toBe("");
    expect(row.exec(await press("expire"))![1]).toBe(" over");
  });

  it("says what is wrong where no refresh is possible", async () => {
    const { browser, press } = stage({ authorizationParams: { scope: "openid" } });
    await browser.logIn();
    expect(await press("refresh")).toContain("no refresh token");
  });

  it("says by its code why a refresh was refused", async () => {
    const { browser, press, tokens, tenant } = stage({ stateStore: revocable() });
    await browser.logIn();
    const [, refreshToken] = await tokens();
    await tenant.customFetch("https://dev.localhost/oauth/revoke", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: "app", client_secret: "app-secret", token: refreshToken }),
    });
    expect(await press("refresh")).toContain("It did not work: invalid_grant.");
  });

  it.each(stores.slice(1))("ends the session by the app's back channel: %s", async (_name, stateStore) => {
    const { browser, press } = stage({ stateStore: stateStore() });
    await browser.logIn();
    const page = await press("backchannel");
    expect(page).toContain("which the app accepted");
    expect(page).toContain("Nobody is logged in here");
  });

  it("says that cookies alone cannot be ended from outside", async () => {
    const { browser, press } = stage();
    await browser.logIn();
    const page = await press("backchannel");
    expect(page).toContain("which did not accept that");
    expect(page).toContain("the session of Mira Solberg");
  });

  it("says that the tenant knows no back channel of the app", async () => {
    const { browser, press } = stage({}, { clients: [{ clientId: "app", clientSecret: "app-secret" }] });
    await browser.logIn();
    expect(await press("backchannel")).toContain("no app that took part has a back-channel logout URL");
  });

  it("rotates the tenant's keys, logged in or not, and logins go on", async () => {
    const { browser, press, look } = stage();
    const signs = async () => /<th scope="row">Signs<\/th><td><code>([\w-]{43})</.exec(await look())![1]!;
    const before = await signs();
    const page = await press("rotate");
    expect(page).toContain("A new key signs from now on.");
    expect(await signs()).not.toBe(before);
    expect(page).toContain(
      `<th scope="row">Published until the next rotation</th><td><code>${before}</code>`,
    );
    expect((await browser.logIn()).status).toBe(302);
    expect(await press("rotate")).toContain("the session of Mira Solberg");
  });

  it("logs out here and at the tenant", async () => {
    const { browser, look } = stage();
    await browser.logIn();
    const [, token] = /name="form" value="([\w-]{43})"/.exec(await look())!;
    const response = await browser.send(path, post({ form: token!, do: "logout" }));
    expect(new URL(response.headers.get("location")!).pathname).toBe("/dev-tenant/oidc/logout");
    await browser.follow(response);
    expect(await look()).toContain("Nobody is logged in here");
  });

  it("does nothing where the session ended meanwhile, and nothing that it does not know", async () => {
    const { press } = stage();
    expect(await press("expire")).toContain("Nobody is logged in any more");
    for (const odd of ["delete", "toString", "__proto__", ""]) {
      expect(await press(odd)).toContain("There is no such button");
    }
  });
});

describe("a form of the inspector", () => {
  const send = async (headers: Record<string, string>, change = (token: string) => token) => {
    const { browser, look, tokens } = stage();
    await browser.logIn();
    const [, token] = /name="form" value="([\w-]{43})"/.exec(await look())!;
    const response = await browser.send(path, post({ form: change(token!), do: "rotate" }, headers));
    expect(await tokens()).toHaveLength(3);
    return response.status;
  };

  it("is taken from the page itself", async () => {
    expect(await send({})).toBe(303);
    expect(await send({ "sec-fetch-site": "", origin: appOrigin })).toBe(403);
  });

  it("is refused from another site, another origin of this site, and from nowhere", async () => {
    for (const site of ["cross-site", "same-site", "none"]) {
      expect(await send({ "sec-fetch-site": site }), site).toBe(403);
    }
  });

  it("is refused with the token of another browser", async () => {
    expect(await send({}, () => "A".repeat(43))).toBe(403);
    expect(await send({}, () => "")).toBe(403);
  });

  it("knows its browser by a cookie that no other site sends along, and takes none that is not of its making", async () => {
    const { app } = stage();
    const setCookie = async (value?: string) => {
      const headers = value === undefined ? {} : { cookie: `__a0_inspector=${value}` };
      const response = await app.fetch(new Request(appOrigin + path, { headers }));
      return response.headers.getSetCookie().find((line) => line.startsWith("__a0_inspector="));
    };
    const made =
      /^__a0_inspector=([\w-]{43}); Path=\/auth\/inspector; Max-Age=3600; HttpOnly; SameSite=Strict$/;
    const [, own] = made.exec((await setCookie())!)!;
    expect(made.exec((await setCookie(own))!)?.[1]).toBe(own);
    for (const odd of ["a", `${own}a`, `${"a".repeat(42)}%3B`, "a%3B%20Domain%3Devil.example"]) {
      expect(made.exec((await setCookie(odd))!)![1], odd).not.toBe(odd);
    }
  });

  it("of a browser without fetch metadata is told by its origin", async () => {
    const { browser, look } = stage();
    const [, token] = /name="form" value="([\w-]{43})"/.exec(await look())!;
    const status = async (origin: Record<string, string>) => {
      const body = new URLSearchParams({ form: token!, do: "rotate" }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded", ...origin };
      return (await browser.send(path, { method: "POST", headers, body })).status;
    };
    expect(await status({ origin: appOrigin })).toBe(303);
    expect(await status({ origin: "https://evil.example" })).toBe(403);
    expect(await status({ origin: "null" })).toBe(403);
    expect(await status({})).toBe(403);
  });
});

describe("who gets a look", () => {
  it.each([
    ["https://app.example/auth/inspector", {}],
    ["http://192.168.1.7:8787/auth/inspector", {}],
    ["http://localhost.evil.example:8787/auth/inspector", {}],
    ["http://localhost:8787/auth/inspector", { host: "tunnel.example" }],
    ["http://localhost:8787/auth/inspector", { "x-forwarded-host": "tunnel.example" }],
  ])("is nobody who does not ask this machine: %s %j", async (url, headers) => {
    const { app, browser } = stage();
    await browser.logIn();
    const cookie = browser.cookieHeader();
    const response = await app.fetch(
      new Request(url, { headers: { accept: "text/html", cookie, ...headers } }),
    );
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("Mira");
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("is nobody of an app that logs in anywhere else", async () => {
    const tenant = devTenant({ appBaseUrl: appOrigin });
    const app = edgeAuth({
      domain: "example.eu.auth0.com",
      clientId: "a",
      secret,
      appBaseUrl: appOrigin,
      customFetch: () => Promise.reject(new Error("nobody may be asked")),
      moreRoutes: [sessionInspector({ tenant })],
    }).handler(() => new Response("app"));
    const response = await app.fetch(new Request(appOrigin + path));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("does not log in at the development tenant");
  });

  it("is refused by any other method", async () => {
    const { browser } = stage();
    const response = await browser.send(path, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(await (await browser.send(path, { method: "HEAD" })).text()).toBe("");
  });

  it("takes a tenant, and says so", () => {
    expect(() => sessionInspector({} as never)).toThrow(InvalidConfigurationError);
    expect(() => sessionInspector({ tenant: { issuer: "https://dev.localhost/" } as never })).toThrow(
      "'tenant'",
    );
  });

  it("may be the user of a Hono app, by the same option", async () => {
    const tenant = devTenant({ appBaseUrl: appOrigin });
    const app = new Hono<AuthEnv>();
    app.use(
      auth0({
        ...tenant.clientOptions,
        secret,
        appBaseUrl: appOrigin,
        moreRoutes: [sessionInspector({ tenant })],
      }),
    );
    const browser = new TestBrowser({ fetch: (request) => app.fetch(request) }, tenant);
    await browser.logIn();
    expect(await (await browser.send(path)).text()).toContain("the session of Mira Solberg");
  });
});
