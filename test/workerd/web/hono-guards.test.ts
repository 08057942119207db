import {
  type AuthEvent,
  MemorySessionStore,
  OrganizationValidationError,
  SessionStoreError,
  statefulStore,
} from "auth0-edge";
import {
  type AuthEnv,
  auth0,
  type ClaimValue,
  claimCheck,
  claimEquals,
  claimIncludes,
  requiresAuth,
  requiresOrg,
} from "auth0-edge/hono";
import { testAuth } from "auth0-edge/testing";
import { Hono, type MiddlewareHandler } from "hono";
import { describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { logInAt } from "../../support/edge-app.ts";
import { hostileIssuer } from "../../support/hostile-issuer.ts";

const api = { headers: { accept: "application/json" } };
const issuer = await hostileIssuer();

/** An app with one guarded route, and a browser whose user has these claims beside the usual. */
async function guarded(guard: MiddlewareHandler, claims: Record<string, unknown>) {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const app = new Hono<AuthEnv>();
  app.use(auth0({ domain, clientId, clientSecret, customFetch, secret, appBaseUrl: appOrigin }));
  app.all("/inside", guard, (c) => c.text("inside"));
  issuer.claims = claims;
  return { app, browser: await logInAt(issuer, { fetch: (request) => app.fetch(request) }) };
}

/** What the guard says to a user with these claims: `inside`, or the reason why not. */
async function verdict(guard: MiddlewareHandler, claims: Record<string, unknown>): Promise<string> {
  const { browser } = await guarded(guard, claims);
  const response = await browser.send("/inside", api);
  if (response.status === 200) return await response.text();
  expect(response.status).toBe(403);
  const { error, reason } = (await response.json()) as { error: string; reason: string };
  expect(error).toBe("forbidden");
  return reason;
}

describe("claimEquals()", () => {
  it.each<[ClaimValue, unknown]>([
    ["admin", "admin"],
    [true, true],
    [0, 0],
    [null, null],
    [
      [1, "a"],
      [1, "a"],
    ],
    [
      { a: 1, b: [true] },
      { b: [true], a: 1 },
    ],
    ["", ""],
  ])("lets in whose claim is %j", async (value, actual) => {
    expect(
      await verdict(claimEquals("https://example.com/it", value), { "https://example.com/it": actual }),
    ).toBe("inside");
  });

  it.each<[ClaimValue, unknown]>([
    ["admin", "Admin"],
    ["5", 5],
    [5, "5"],
    [true, "true"],
    [true, 1],
    [false, 0],
    [null, false],
    ["", null],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [["a"], "a"],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{}, []],
    [{ 0: "a" }, ["a"]],
  ])("keeps out who should have %j and has %j", async (value, actual) => {
    expect(await verdict(claimEquals("it", value), { it: actual })).toBe("claim_mismatch");
  });

  it("says of a claim that is not there that it is missing", async () => {
    expect(await verdict(claimEquals("it", "x"), {})).toBe("missing_claim");
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "takes nothing for a claim that every object has: %s",
    async (name) => {
      expect(await verdict(claimEquals(name, {}), {})).toBe("missing_claim");
      expect(await verdict(claimIncludes(name, "x"), {})).toBe("missing_claim");
    },
  );

  it("does not take members of an object's prototype for those of a claim", async () => {
    expect(await verdict(claimEquals("it", { a: 1 }), { it: JSON.parse('{"__proto__":{"a":1}}') })).toBe(
      "claim_mismatch",
    );
    expect(await verdict(claimEquals("it", JSON.parse('{"__proto__":1}')), { it: { a: 1 } })).toBe(
      "claim_mismatch",
    );
  });

  it("lets nobody in by a value that is none", async () => {
    const value = undefined as unknown as ClaimValue;
    expect(await verdict(claimEquals("it", value), { it: null })).toBe("claim_mismatch");
    expect(await verdict(claimEquals("it", Number.NaN), { it: null })).toBe("claim_mismatch");
  });

  it("is refused without a claim's name, when the app is made", () => {
    expect(() => claimEquals(" ", "x")).toThrow("The name of the claim is missing.");
  });
});

describe("claimIncludes()", () => {
  it.each<[ClaimValue[], unknown]>([
    [["admin"], ["admin", "editor"]],
    [
      ["editor", "admin"],
      ["admin", "editor"],
    ],
    [["read:x"], "read:x write:x"],
    [["write:x", "read:x"], "read:x  write:x"],
    [[1], [1]],
    [[{ id: 1 }], [{ id: 1 }]],
  ])("lets in whose claim has all of %j", async (values, actual) => {
    expect(await verdict(claimIncludes("it", ...values), { it: actual })).toBe("inside");
  });

  it.each<[ClaimValue[], unknown]>([
    [["admin", "owner"], ["admin"]],
    [["admin"], []],
    [["admin"], "administrator"],
    [["read"], "read:x"],
    [["1"], [1]],
    [[1], "1"],
    [[""], ""],
    [["a b"], "a b"],
    [["a"], { a: 1 }],
    [["length"], ["x"]],
    [[5], 5],
  ])("keeps out who should have %j and has %j", async (values, actual) => {
    expect(await verdict(claimIncludes("it", ...values), { it: actual })).toBe("claim_mismatch");
  });

  it("says of a claim that is not there that it is missing", async () => {
    expect(await verdict(claimIncludes("it", "x"), {})).toBe("missing_claim");
  });

  it("is refused without a value, since everybody would pass", () => {
    expect(() => claimIncludes("roles")).toThrow("Without any, everybody would pass.");
    expect(() => claimIncludes("", "x")).toThrow("The name of the claim is missing.");
  });
});

describe("claimCheck()", () => {
  it.each([
    ["at once", (claims: { age?: number }) => claims.age! >= 18],
    ["later", async (claims: { age?: number }) => claims.age! >= 18],
  ])("lets in of whom the function says yes %s", async (_when, check) => {
    expect(await verdict(claimCheck<{ age?: number }>(check), { age: 18 })).toBe("inside");
    expect(await verdict(claimCheck<{ age?: number }>(check), { age: 17 })).toBe("claim_mismatch");
  });

  it("lets nobody in where the function says nothing", async () => {
    expect(await verdict(claimCheck((() => undefined) as never), {})).toBe("claim_mismatch");
  });

  it("lets nobody in where the function fails: the app hears of it", async () => {
    const { app, browser } = await guarded(
      claimCheck(() => {
        throw new RangeError("of the app");
      }),
      {},
    );
    app.onError((error, c) => c.text(error.message, 500));
    const response = await browser.send("/inside");
    expect([response.status, await response.text()]).toEqual([500, "of the app"]);
  });

  it("is not asked without a user", async () => {
    const check = vi.fn(() => true);
    const { app } = await guarded(claimCheck(check), {});
    const response = await app.request(`${appOrigin}/inside`, api);
    expect(response.status).toBe(401);
    expect(check).not.toHaveBeenCalled();
  });
});

describe.each([
  ["requiresAuth()", requiresAuth()],
  ["claimEquals()", claimEquals("sub", "user-1")],
  ["claimIncludes()", claimIncludes("sub", "user-1")],
  ["claimCheck()", claimCheck(() => true)],
  ["requiresOrg()", requiresOrg()],
  ["requiresOrg(name)", requiresOrg("acme")],
])("%s", (name, guard) => {
  it("lets in a user who has what it needs", async () => {
    expect(await verdict(guard, { org_id: "org_1", org_name: "acme" })).toBe("inside");
  });

  it("sends a page without a user to the login, and anything else a 401 with a reason", async () => {
    const { app } = await guarded(guard, {});
    const page = await app.request(`${appOrigin}/inside?a=1`, { headers: { accept: "text/html" } });
    expect(page.status).toBe(302);
    const organization = name === "requiresOrg(name)" ? "&organization=acme" : "";
    expect(page.headers.get("location")).toBe(
      `${appOrigin}/auth/login?returnTo=%2Finside%3Fa%3D1${organization}`,
    );
    const program = await app.request(`${appOrigin}/inside`, api);
    expect([program.status, await program.json()]).toMatchObject([401, { reason: "no_session" }]);
  });

  it("says so where auth0() is missing, and lets nobody in", async () => {
    const app = new Hono();
    app.onError((error, c) => c.text(error.message, 500));
    app.get("/inside", guard, (c) => c.text("inside"));
    const response = await app.request("/inside");
    expect([response.status, await response.text()]).toEqual([
      500,
      "There is no login here: app.use(auth0()) has to come first.",
    ]);
  });
});

describe("a user who may not pass", () => {
  it("gets a page that says so, leads home, and nobody keeps", async () => {
    const { browser } = await guarded(claimEquals("role", "admin"), { role: "a-secret-role" });
    const response = await browser.send("/inside");
    expect(response.status).toBe(403);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const text = await response.text();
    expect(text).toContain("This is not for your account");
    expect(text).toContain("<code>claim_mismatch</code>");
    expect(text).toContain(`href="/"`);
    expect(text).not.toMatch(/a-secret-role|admin/);
  });

  it("gets it as JSON where a script asks, with the name of the request and no claim", async () => {
    const { browser } = await guarded(claimEquals("role", "admin"), { role: "a-secret-role" });
    const response = await browser.send("/inside", {
      headers: { "sec-fetch-mode": "cors", "x-request-id": "request-7" },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const answer = await response.json();
    expect(answer).toEqual({
      error: "forbidden",
      reason: "claim_mismatch",
      message: "You are logged in, but your account does not have what this needs.",
      requestId: "request-7",
    });
  });

  it("does not pass by sending a form", async () => {
    const { browser } = await guarded(requiresOrg("acme"), {});
    const response = await browser.send("/inside", { method: "POST", body: "a=1" });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe("requiresOrg()", () => {
  it.each([
    ["acme", { org_id: "org_1", org_name: "acme" }],
    ["ACME", { org_id: "org_1", org_name: "acme" }],
    ["org_1", { org_id: "org_1" }],
    [undefined, { org_id: "org_1" }],
    [undefined, { org_name: "acme" }],
  ])("lets in the people of %s", async (organization, claims) => {
    expect(await verdict(requiresOrg(organization), claims)).toBe("inside");
  });

  it.each([
    ["acme", { org_id: "org_2", org_name: "globex" }],
    ["acme", { org_id: "acme" }],
    ["org_1", { org_id: "org_2", org_name: "org_1" }],
    ["acme", {}],
    [undefined, {}],
    [undefined, { org_id: "" }],
    [undefined, { org_id: ["org_1"] }],
  ])("keeps out of %s who has %j", async (organization, claims) => {
    expect(await verdict(requiresOrg(organization), claims)).toBe("wrong_organization");
  });

  it("is refused with a blank name, when the app is made", () => {
    expect(() => requiresOrg(" ")).toThrow(OrganizationValidationError);
  });

  it("gives a page of no organization in particular a 403: there is no login that could help", async () => {
    const { browser } = await guarded(requiresOrg(), {});
    expect((await browser.send("/inside")).status).toBe(403);
  });
});

describe("a page for an organization, and a user of another one", () => {
  const location = `${appOrigin}/auth/login?returnTo=%2Finside&organization=acme`;

  it("go to the login of the right one", async () => {
    const { browser } = await guarded(requiresOrg("acme"), { org_id: "org_2", org_name: "globex" });
    const response = await browser.send("/inside");
    expect([response.status, response.headers.get("location")]).toEqual([302, location]);
  });

  it("end in a 403 with a link when the login changed nothing, and begin anew when the page is loaded again", async () => {
    const { browser } = await guarded(requiresOrg("acme"), { org_id: "org_2", org_name: "globex" });
    await browser.send("/inside");
    const back = await browser.send("/inside");
    expect(back.status).toBe(403);
    const text = await back.text();
    expect(text).toContain("<code>wrong_organization</code>");
    expect(text).toContain(`href="${location.replaceAll("&", "&#38;")}"`);
    expect((await browser.send("/inside")).status).toBe(302);
  });

  it("forget about it once the user is of the right one", async () => {
    const { app, browser } = await guarded(requiresOrg("acme"), { org_id: "org_2", org_name: "globex" });
    const cookie = browser.cookieHeader();
    const marks = async (url: string) => {
      const headers = { accept: "text/html", cookie };
      return (await app.request(url, { headers })).headers
        .getSetCookie()
        .map((line) => line.split("; ").sort());
    };
    // For five minutes, and over TLS where the app is.
    const mark = ["HttpOnly", "Max-Age=300", "Path=/", "SameSite=Lax", "__a0_org=acme"];
    expect(await marks(`${appOrigin}/inside`)).toEqual([mark]);
    expect(await marks("https://app.example/inside")).toEqual([[...mark, "Secure"].sort()]);
    await browser.send("/inside");
    expect(browser.cookies.get("__a0_org")).toBe("acme");
    issuer.claims = { org_id: "org_1", org_name: "acme" };
    const other = await logInAt(issuer, { fetch: (request) => app.fetch(request) });
    browser.cookies.set("__a0_session", other.cookies.get("__a0_session")!);
    const response = await browser.send("/inside");
    expect([response.status, await response.text()]).toEqual([200, "inside"]);
    expect(browser.cookies.has("__a0_org")).toBe(false);
  });

  it.each(["%", "acme%20", "globex", ""])(
    "do not care what else stands in the cookie that remembers it: '%s'",
    async (value) => {
      const { browser } = await guarded(requiresOrg("acme"), {});
      browser.cookies.set("__a0_org", value);
      const response = await browser.send("/inside");
      expect([response.status, response.headers.get("location")]).toEqual([302, location]);
    },
  );

  it("are told apart by any name an organization may have", async () => {
    const name = "Zoë & Söhne; org=1";
    const { browser } = await guarded(requiresOrg(name), {});
    const response = await browser.send("/inside");
    expect(new URL(response.headers.get("location")!).searchParams.get("organization")).toBe(name);
    expect((await browser.send("/inside")).status).toBe(403);
  });
});

describe("a guard whose session store is down", () => {
  it("answers 503 to pages and programs, and lets nobody in", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const tenant = testTenant();
    const store = new MemorySessionStore();
    const app = new Hono<AuthEnv>();
    app.use(
      auth0({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, stateStore: statefulStore(store) }),
    );
    app.get("/inside", requiresAuth(), (c) => c.text("inside"));
    const browser = new TestBrowser({ fetch: (request) => app.fetch(request) }, tenant);
    await browser.logIn(users.mira);
    vi.spyOn(store, "get").mockImplementation(() => Promise.reject(new SessionStoreError()));
    const response = await browser.send("/inside", api);
    expect([response.status, await response.json()]).toMatchObject([503, { error: "session_store_error" }]);
    expect(await (await browser.send("/inside")).text()).toContain("Sessions cannot be reached right now");
    logged.mockRestore();
  });

  it("tells onEvent instead of the log, and lets onError answer", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const store = new MemorySessionStore();
    const events: AuthEvent[] = [];
    const answers: (Response | undefined)[] = [new Response("Come back later.", { status: 503 })];
    const told: unknown[] = [];
    const auth = testAuth({
      appBaseUrl: `${appOrigin}/shop`,
      stateStore: statefulStore(store),
      onEvent: (event) => events.push(event),
      onError(error, { problem, auth, request }) {
        expect(request.url).toBe(`${appOrigin}/shop/inside`);
        told.push([(error as Error).name, problem.status, problem.action?.href, auth.requestId]);
        return answers.shift();
      },
    });
    const app = new Hono<AuthEnv>();
    app.use(auth0(auth.options));
    app.get("/shop/inside", requiresAuth(), (c) => c.text("inside"));
    const cookie = await auth.cookieFor({ sub: "auth0|1" });
    vi.spyOn(store, "get").mockImplementation(() => Promise.reject(new SessionStoreError()));
    const ask = (id: string) =>
      app.request(`${appOrigin}/shop/inside`, { headers: { accept: "text/html", "cf-ray": id, cookie } });

    expect(await (await ask("first")).text()).toBe("Come back later.");
    // Where the hook leaves it to us, another try begins at the app, wherever that is mounted.
    expect(await (await ask("second")).text()).toContain('href="/shop/"');
    expect(told).toEqual([
      ["SessionStoreError", 503, "/shop/", "first"],
      ["SessionStoreError", 503, "/shop/", "second"],
    ]);
    expect(events.map(({ type, requestId }) => [type, requestId])).toEqual([
      ["error", "first"],
      ["error", "second"],
    ]);
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });
});

describe("with a real login to an organization", () => {
  const tenant = testTenant({
    organizations: [
      { id: "org_acme", name: "acme", members: [users.mira] },
      { id: "org_globex", name: "globex", displayName: "Globex Works", members: [users.mira] },
    ],
  });
  const app = new Hono<AuthEnv>();
  app.use(auth0({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin }));
  for (const name of ["acme", "globex"]) {
    app.get(`/${name}`, requiresOrg(name), async (c) => c.text(`${(await c.var.auth0.getUser())?.org_name}`));
  }
  const newBrowser = () => new TestBrowser({ fetch: (request) => app.fetch(request) }, tenant);

  it("a page brings people to the login of its organization and back", async () => {
    const browser = newBrowser();
    const asked = await browser.send("/acme");
    const back = await browser.logIn(users.mira, asked.headers.get("location")!);
    expect(back.headers.get("location")).toBe("/acme");
    expect(await (await browser.send("/acme")).text()).toBe("acme");
  });

  it("they change over to another one by opening its page", async () => {
    const browser = newBrowser();
    await browser.logIn(users.mira, (await browser.send("/acme")).headers.get("location")!);
    const { response } = await browser.follow(await browser.send("/globex"));
    expect(await response.text()).toContain("You are about to use Globex Works.");
  });
});
