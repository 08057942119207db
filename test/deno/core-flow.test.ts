// What people do in Deno, in Deno: run by test/node/deno.test.ts, which starts the provider. Deno's own sanitizers fail a
// test that leaves a timer or a connection behind.
import assert from "node:assert/strict";
import {
  allowInsecureLoopback,
  edgeAuth,
  HeadersCookieHandler,
  MemorySessionStore,
  readSession,
  StatefulStateStore,
} from "auth0-edge";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../support/browser.ts";
import { oidcBrowser } from "../support/oidc-browser.ts";
import type { ProvidedOidcProvider } from "../support/provided.ts";
import { type ClientBench, clientBench, comeBack } from "../support/server-client.ts";

const provider: ProvidedOidcProvider = JSON.parse(Deno.env.get("OIDC_PROVIDER")!);
const { brief, public: openClient, signing } = provider.clients;
const atProvider = { issuer: provider.issuer, [allowInsecureLoopback]: true } as const;

async function logIn(bench: ClientBench, login: string): Promise<unknown> {
  const options = bench.request();
  const url = await bench.client.startInteractiveLogin({ appState: { returnTo: "/orders" } }, options);
  bench.keep(options);
  return await comeBack(bench, await oidcBrowser().logIn(url, { login }));
}

/** Login, session, refresh and logout, step by step. */
async function wholeRound(bench: ClientBench): Promise<void> {
  assert.partialDeepStrictEqual(await logIn(bench, "alice"), { appState: { returnTo: "/orders" } });
  const before = await bench.client.getSession(bench.request());
  assert.equal(before?.user?.sub, "alice");
  assert.equal(before.user.email, "alice@example.com");

  // Access tokens of this client live one second.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const refreshing = bench.request();
  const { accessToken } = await bench.client.getAccessToken(refreshing);
  bench.keep(refreshing);
  const after = await bench.client.getSession(bench.request());
  assert.notEqual(accessToken, before.tokenSets[0]!.accessToken);
  assert.notEqual(after?.refreshToken, before.refreshToken);

  const leaving = bench.request();
  const url = await bench.client.logout({ returnTo: provider.postLogoutRedirectUri }, leaving);
  bench.keep(leaving);
  assert.equal(url.searchParams.get("post_logout_redirect_uri"), provider.postLogoutRedirectUri);
  assert.equal(await bench.client.getUser(bench.request()), undefined);
}

Deno.test("sessions in sealed cookies: login, session, refresh, logout", async () => {
  await wholeRound(clientBench({ ...atProvider, ...brief }));
});

Deno.test("sessions in a database: login, session, refresh, logout", async () => {
  const store = new MemorySessionStore();
  const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
  await wholeRound(clientBench({ ...atProvider, ...brief, stateStore }));
});

for (const [alg, credentials] of Object.entries(signing)) {
  Deno.test(`a client proves itself by a private key with ${alg}`, async () => {
    const bench = clientBench({ ...atProvider, ...credentials });
    await logIn(bench, "gina");
    assert.equal((await bench.client.getUser(bench.request()))?.sub, "gina");
  });
}

Deno.test("an error of the provider is one of the SDK's own", async () => {
  const bench = clientBench({ ...atProvider, ...brief, clientSecret: "wrong" });
  await assert.rejects(logIn(bench, "bob"), { name: "TokenByCodeError", code: "token_by_code_error" });
  assert.equal(await bench.client.getUser(bench.request()), undefined);
});

Deno.test("edgeAuth under Deno.serve, which passes something else along with each request", async () => {
  let discoveries = 0;
  const auth = edgeAuth({
    ...atProvider,
    ...openClient,
    secret,
    appBaseUrl: appOrigin,
    customFetch: (input, init) => {
      if (String(input).includes("/.well-known/")) discoveries++;
      return fetch(input, init);
    },
  });
  const { fetch: serve } = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getUser()) ?? null),
  );
  await using server = Deno.serve({ port: 0, hostname: "localhost", onListen: () => {} }, serve);
  // The browser sees the address that is registered at the provider.
  const browser = new TestBrowser({
    fetch: (request) =>
      fetch(request.url.replace(appOrigin, `http://localhost:${server.addr.port}`), {
        headers: request.headers,
        redirect: "manual",
      }),
  });
  const text = async (response: Response | Promise<Response>): Promise<string> => (await response).text();

  const start = await browser.send("/auth/login?returnTo=/orders");
  await text(start);
  const callback = await oidcBrowser().logIn(new URL(start.headers.get("location")!), { login: "dora" });
  const landing = await browser.send(callback);
  await text(landing);
  assert.equal(landing.headers.get("location"), "/orders");
  for (let visit = 0; visit < 100; visit++) {
    assert.equal(JSON.parse(await text(browser.send("/"))).sub, "dora");
  }
  const request = new Request(appOrigin, { headers: { cookie: browser.cookieHeader() } });
  assert.equal((await readSession(request, { secret, ...atProvider }))?.user.sub, "dora");

  await text(browser.send("/auth/logout"));
  assert.equal(await text(browser.send("/")), "null");
  assert.equal(discoveries, 1);
});

Deno.test("the development tenant serves a login", async () => {
  const tenant = testTenant();
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getUser()) ?? null),
  );
  const browser = new TestBrowser(app, tenant);
  await browser.logIn(users.mira);
  assert.equal((await (await browser.send("/")).json()).sub, users.mira);
});
