import { type RequestAuth, ServerClient, type UserClaims } from "auth0-edge";
import {
  type AuthEnv,
  auth0,
  claimCheck,
  claimEquals,
  claimIncludes,
  requiresAuth,
  requiresOrg,
} from "auth0-edge/hono";
import { Hono } from "hono";
import { expect, expectTypeOf, it } from "vitest";
import { appOrigin, secret } from "../../support/browser.ts";

interface Env {
  AUTH0_DOMAIN: string;
  LIMIT: number;
}

interface Claims {
  "https://example.com/roles": string[];
}

const options = { domain: "tenant.example", clientId: "a", secret, appBaseUrl: appOrigin };

/** Whether a handler ran whose types are what the tests here are about. They count when the tests are compiled. */
async function compiles(app: { request(path: string, init?: object, env?: object): unknown }): Promise<void> {
  const response = (await app.request(`${appOrigin}/`, {}, { LIMIT: 1 })) as Response;
  expect([response.status, await response.text()]).toEqual([200, "typed"]);
}

it("c.var.auth0 has the claims and c.env the bindings of AuthEnv", async () => {
  const app = new Hono<AuthEnv<Env, Claims>>();
  app.use(auth0<Env, Claims>((env) => ({ ...options, refreshLeeway: env.LIMIT })));
  app.get("/", async (c) => {
    expectTypeOf(c.env).toEqualTypeOf<Env>();
    const user = await c.var.auth0.getUser();
    expectTypeOf(user).toEqualTypeOf<(UserClaims & Claims) | undefined>();
    expectTypeOf((await c.var.auth0.getSession())?.user?.["https://example.com/roles"]).toEqualTypeOf<
      string[] | undefined
    >();
    return c.text("typed");
  });
  await compiles(app);
});

it("a guard before a handler leaves its types alone", async () => {
  const app = new Hono<AuthEnv<Env, Claims>>();
  const pass = claimCheck<Claims>((claims) => {
    expectTypeOf(claims).toEqualTypeOf<UserClaims & Claims>();
    return claims["https://example.com/roles"].includes("admin");
  });
  app.use(auth0<Env, Claims>(options));
  app.get(
    "/inside",
    requiresAuth(),
    requiresOrg("a"),
    claimEquals("a", 1),
    claimIncludes("b", "c"),
    pass,
    async (c) => {
      expectTypeOf(c.env).toEqualTypeOf<Env>();
      expectTypeOf(await c.var.auth0.getUser()).toEqualTypeOf<(UserClaims & Claims) | undefined>();
      return c.text("inside");
    },
  );
  app.get("/", (c) => c.text("typed"));
  await compiles(app);
});

it("without parameters claims are the standard ones, and there is no whole client", async () => {
  const app = new Hono<AuthEnv>();
  app.use(auth0(options));
  app.get("/", async (c) => {
    expectTypeOf(await c.var.auth0.getUser()).toEqualTypeOf<(UserClaims & object) | undefined>();
    expectTypeOf(c.var.auth0.client).not.toHaveProperty("mfa");
    return c.text("typed");
  });
  await compiles(app);
});

it("the client is the one that createClient makes", async () => {
  type Client = ServerClient<Parameters<RequestAuth["client"]["getUser"]>[0] & object, Claims>;
  const app = new Hono<AuthEnv<Env, Claims, Client>>();
  app.use(auth0<Env, Claims, Client>({ ...options, createClient: (given) => new ServerClient(given) }));
  app.get("/", async (c) => {
    expectTypeOf(c.var.auth0.client).toEqualTypeOf<Client>();
    expectTypeOf(c.var.auth0.client).toHaveProperty("mfa");
    expectTypeOf(await c.var.auth0.getUser()).toEqualTypeOf<(UserClaims & Claims) | undefined>();
    return c.text("typed");
  });
  await compiles(app);
});

it("a chained app learns of c.var.auth0 by app.use()", async () => {
  const app = new Hono().use(auth0(options)).get("/", async (c) => {
    expectTypeOf(await c.var.auth0.getUser()).toEqualTypeOf<(UserClaims & object) | undefined>();
    return c.text("typed");
  });
  await compiles(app);
});

it("what is wrong does not compile", () => {
  // @ts-expect-error A claim is a value of JSON.
  claimEquals("a", new Date());
  // @ts-expect-error An organization is named by text.
  expect(() => requiresOrg(1)).toThrow();
  // @ts-expect-error There is no such option.
  expect(auth0({ ...options, clientIdd: "a" })).toBeTypeOf("function");
});
