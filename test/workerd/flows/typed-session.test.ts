import {
  CookieTransactionStore,
  type EdgeClient,
  edgeAuth,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  readSession,
  ServerClient,
  type SessionData,
  StatelessStateStore,
  type UserClaims,
} from "auth0-edge";
import { type AuthEnv, auth0 } from "auth0-edge/hono";
import { Hono } from "hono";
import { beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, logInAt, redirectUri, visit } from "../../support/server-client.ts";

/** What the tests below are about is checked by the compiler: `npm run check` compiles them. */
interface Claims {
  "https://example.com/roles": string[];
}
interface Data {
  theme: "dark" | "light";
  visits?: number;
}

let issuer: HostileIssuer;

beforeEach(async () => {
  issuer = await hostileIssuer();
  issuer.claims["https://example.com/roles"] = ["editor"];
});

function options() {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const cookies = new HeadersCookieHandler();
  return {
    domain,
    clientId,
    clientSecret,
    customFetch,
    authorizationParams: { redirect_uri: redirectUri },
    transactionStore: new CookieTransactionStore({ secret }, cookies),
    stateStore: new StatelessStateStore({ secret }, cookies),
  };
}

async function loggedIn(client: ServerClient<HeadersStoreOptions>): Promise<ClientBench> {
  const bench = { ...clientBench(options()), client };
  await logInAt(issuer, bench);
  return bench;
}

describe("a ServerClient that knows the claims and data of its app", () => {
  it("has them in getUser, getSession and updateSession, and the standard ones as well", async () => {
    const client = new ServerClient<HeadersStoreOptions, Claims, Data>(options());
    const bench = await loggedIn(client);
    await visit(bench, (request) => client.updateSession({ theme: "dark" }, request));
    await visit(bench, (request) =>
      client.updateSession(({ user, visits = 0 }) => {
        expectTypeOf(user?.["https://example.com/roles"]).toEqualTypeOf<string[] | undefined>();
        return { visits: visits + 1 };
      }, request),
    );
    const user = (await client.getUser(bench.request()))!;
    expectTypeOf(user["https://example.com/roles"]).toEqualTypeOf<string[]>();
    expectTypeOf(user.sub).toEqualTypeOf<string>();
    expectTypeOf(user.email).toEqualTypeOf<string | undefined>();
    expectTypeOf(user.anything).toEqualTypeOf<unknown>();
    const session = (await client.getSession(bench.request()))!;
    expectTypeOf(session.theme).toEqualTypeOf<"dark" | "light" | undefined>();
    expectTypeOf(session.user!["https://example.com/roles"]).toEqualTypeOf<string[]>();
    expectTypeOf(session.refreshToken).toEqualTypeOf<string | undefined>();
    expect([user["https://example.com/roles"], session.theme, session.visits]).toEqual([
      ["editor"],
      "dark",
      1,
    ]);
  });

  it("refuses other data when it is compiled", async () => {
    const client = new ServerClient<HeadersStoreOptions, Claims, Data>(options());
    const calls = [
      // @ts-expect-error no such theme
      () => client.updateSession({ theme: "green" }),
      // @ts-expect-error no such member
      () => client.updateSession({ colour: "green" }),
      // @ts-expect-error nothing can wait here
      () => client.updateSession(async () => ({ visits: 1 })),
      () => client.updateSession({ theme: undefined }),
    ];
    expect(calls).toHaveLength(4);
  });

  it("learns the claims from filterClaims where that says them", async () => {
    const client = new ServerClient({
      ...options(),
      filterClaims: (claims) => ({ roles: claims["https://example.com/roles"] as string[] }),
    });
    expectTypeOf(client.getUser).returns.resolves.exclude<undefined>().toHaveProperty("roles");
    const bench = await loggedIn(client);
    const user = (await client.getUser(bench.request()))!;
    expectTypeOf(user.roles).toEqualTypeOf<string[]>();
    expect(user).toEqual({ sub: "user-1", roles: ["editor"] });
  });
});

describe("a ServerClient as code for the peer writes it", () => {
  it("compiles with store options alone, or nothing, and gives standard claims and data of any name", async () => {
    const client: ServerClient<HeadersStoreOptions> = new ServerClient<HeadersStoreOptions>(options());
    const bench = await loggedIn(client);
    await visit(bench, (request) => client.updateSession({ anything: ["at all"] }, request));
    const user: UserClaims | undefined = await client.getUser(bench.request());
    const session: SessionData | undefined = await client.getSession(bench.request());
    expect([user?.sub, session?.anything]).toEqual(["user-1", ["at all"]]);
    const typed: ServerClient<HeadersStoreOptions> = new ServerClient<HeadersStoreOptions, Claims, Data>(
      options(),
    );
    const inferred = new ServerClient(options());
    expectTypeOf(inferred.getUser).parameter(0).toEqualTypeOf<HeadersStoreOptions | undefined>();
    expect([typed, inferred]).toHaveLength(2);
  });
});

describe("the other doors know claims and data by the type of their client", () => {
  type Client = EdgeClient<Claims, Data>;

  it("edgeAuth", async () => {
    const tenant = testTenant();
    const auth = edgeAuth<unknown, Client>({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
    const app = auth.handler(async (request, _env, _ctx, login) => {
      const user = await login.getUser();
      expectTypeOf(user).exclude<undefined>().toHaveProperty("https://example.com/roles");
      if (user) await login.updateSession({ theme: "dark" });
      const { session } = await auth.authenticate(request);
      expectTypeOf(session?.theme).toEqualTypeOf<"dark" | "light" | undefined>();
      return Response.json((await login.getSession())?.theme ?? null);
    });
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    expect(await (await browser.send("/")).json()).toBe("dark");
  });

  it("edgeAuth, from the client that createClient makes", async () => {
    const tenant = testTenant();
    const auth = edgeAuth({
      ...tenant.clientOptions,
      secret,
      appBaseUrl: appOrigin,
      createClient: (given) => new ServerClient<HeadersStoreOptions, Claims, Data>(given),
    });
    const login = await auth.authenticate(new Request(appOrigin));
    expectTypeOf(login.getSession).returns.resolves.exclude<undefined>().toHaveProperty("theme");
    expectTypeOf(login.client.startLinkUser).toBeFunction();
    expect(login.user?.["https://example.com/roles"]).toBeUndefined();
  });

  it("Hono", async () => {
    const tenant = testTenant();
    const app = new Hono<AuthEnv<object, Client>>();
    app.use(auth0<object, Client>({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin }));
    app.get("/", async (c) => {
      const user = await c.var.auth0.getUser();
      expectTypeOf(user).exclude<undefined>().toHaveProperty("https://example.com/roles");
      return c.json(user ? "somebody" : "nobody");
    });
    expect(await (await app.request(appOrigin)).json()).toBe("nobody");
  });

  it("readSession", async () => {
    const session = await readSession<Claims, Data>(new Request(appOrigin), { secret });
    expectTypeOf(session?.theme).toEqualTypeOf<"dark" | "light" | undefined>();
    expectTypeOf(session?.user["https://example.com/roles"]).toEqualTypeOf<string[] | undefined>();
    expect(session).toBeUndefined();
  });
});
