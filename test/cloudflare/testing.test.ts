import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { cookieSessions, type EdgeAuthOptions, edgeAuth } from "auth0-edge";
import { DurableObjectRevocationList, durableObjectSessions, kvSessions } from "auth0-edge/cloudflare";
import { sessionCookie } from "auth0-edge/testing";
import { afterEach, expect, it } from "vitest";
import { appOrigin, secret } from "../support/browser.ts";
import { hostileIssuer } from "../support/hostile-issuer.ts";
import { objectsOf } from "./bench.ts";
import { current } from "./worker.ts";

afterEach(reset);

const stores: Record<string, (env: Cloudflare.Env) => EdgeAuthOptions["stateStore"]> = {
  "Durable Objects": ({ AUTH_SESSION }) => durableObjectSessions(AUTH_SESSION),
  "Workers KV": ({ SESSIONS }) => kvSessions(SESSIONS),
  "cookies with a list of revocations": ({ AUTH_REVOCATIONS }) =>
    cookieSessions({
      revocations: new DurableObjectRevocationList(AUTH_REVOCATIONS, { onUnavailable: "deny" }),
    }),
};

it.each(Object.keys(stores))(
  "sessionCookie makes sessions for a Worker that has them in %s",
  async (name) => {
    const options = (given: Cloudflare.Env): EdgeAuthOptions => ({
      domain: "hostile.example",
      clientId: "hostile-client",
      secret,
      appBaseUrl: appOrigin,
      stateStore: stores[name]!(given),
    });
    const worker = edgeAuth(options).handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getSession()) ?? null),
    );
    current.issuer = await hostileIssuer();
    const mira = { sub: "auth0|1", name: "Mira" };
    const cookie = await sessionCookie({ options, env }, mira, { data: { cart: 2 }, tokenSets: [{}, {}] });
    const response = await worker.fetch(new Request(appOrigin, { headers: { cookie } }), env);
    expect(await response.json()).toMatchObject({ user: mira, cart: 2 });
    expect(await objectsOf("session")).toHaveLength(name === "Durable Objects" ? 1 : 0);
  },
);
