import { readSession } from "auth0-edge";
import { EdgeRuntime } from "edge-runtime";
import { beforeAll, describe, expect, it } from "vitest";
import { appOrigin, secret, type TestApp, TestBrowser, users } from "../support/browser.ts";
import { type Bundle, bundle } from "../support/bundle.ts";

/** Middleware as a project on Vercel has it, with the development tenant beside it. */
const middleware = `
  import { next, rewrite } from "@vercel/functions/middleware";
  import { devTenant } from "auth0-edge/dev";
  import { vercelAuth } from "auth0-edge/vercel";

  const appBaseUrl = ${JSON.stringify(appOrigin)};
  const refreshTokenPolicies = [{ audience: "https://api.example.com/", scopes: ["read:orders"] }];
  const tenant = devTenant({
    appBaseUrl,
    clients: [{ clientId: "edge", clientSecret: "edge-secret", refreshTokenPolicies }],
  });
  const auth = vercelAuth({ ...tenant.clientOptions, appBaseUrl, secret: ${JSON.stringify(secret)} });
  const middleware = auth.middleware(async (login, request) => {
    if (!(await login.getUser())) return login.challenge();
    switch (new URL(request.url).pathname) {
      case "/refreshed":
        await login.getAccessToken({ audience: "https://api.example.com/", scope: "read:orders" });
        return next();
      case "/two-cookies":
        await login.updateSession({ seen: crypto.randomUUID() });
        return next({ headers: new Headers([["set-cookie", "a=1; Path=/"], ["set-cookie", "b=2; Path=/"]]) });
      case "/rewritten":
        await login.updateSession({ seen: crypto.randomUUID() });
        return rewrite(new URL("/inside", request.url));
      case "/answered":
        return Response.json([typeof process, typeof Buffer, typeof EdgeRuntime]);
    }
  });

  addEventListener("fetch", (event) => event.respondWith(
    tenant.fetch(event.request).then((response) => response ?? middleware(event.request, event))
  ));
`;

describe("middleware in the edge runtime of Vercel", () => {
  let bundled: Bundle;
  let runtime: EdgeRuntime;
  let browser: TestBrowser;

  const app: TestApp = {
    // The runtime has classes of its own: only plain values go in and out.
    async fetch(request) {
      const { method, url } = request;
      const response = await runtime.dispatchFetch(url, {
        method,
        headers: Object.fromEntries(request.headers),
        ...(method === "POST" && { body: await request.text() }),
      });
      await response.waitUntil();
      const text = await response.text();
      const headers = new Headers([...response.headers].filter(([name]) => name !== "set-cookie"));
      for (const line of response.headers.getSetCookie()) headers.append("set-cookie", line);
      return new Response(text || null, { status: response.status, headers });
    },
  };

  beforeAll(async () => {
    bundled = await bundle(
      { code: middleware },
      { format: "iife", conditions: ["edge-light", "worker", "browser"] },
    );
    runtime = new EdgeRuntime({ initialCode: bundled.code });
    browser = new TestBrowser(app);
    await browser.logIn(users.zoe);
  });

  it("is one file that needs nothing of Node", async () => {
    expect(bundled.externals).toEqual([]);
    expect(await (await browser.send("/answered")).json()).toEqual(["undefined", "undefined", "string"]);
  });

  it("sends whoever is not logged in to the login, which comes back", async () => {
    const response = await new TestBrowser(app).send("/page?a=1");
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      `${appOrigin}/auth/login?returnTo=%2Fpage%3Fa%3D1`,
    ]);
  });

  it("lets a page see the tokens that were refreshed in the very same request", async () => {
    const before = await sessionIn(new Headers({ cookie: browser.cookieHeader() }));
    const response = await browser.send("/refreshed");
    expect(response.headers.get("x-middleware-next")).toBe("1");
    const seen = await sessionIn(pageHeaders(response));
    expect(before!.tokenSets.map(({ audience }) => audience)).not.toContain("https://api.example.com/");
    expect(seen!.tokenSets.map(({ audience }) => audience)).toContain("https://api.example.com/");
    expect(seen!.refreshToken).not.toBe(before!.refreshToken);
    expect(await sessionIn(new Headers({ cookie: browser.cookieHeader() }))).toEqual(seen);
  });

  it("keeps several cookies", async () => {
    const response = await browser.send("/two-cookies");
    const names = response.headers.getSetCookie().map((line) => line.split("=")[0]);
    expect(names).toEqual(["a", "b", "__a0_session", "__a0_session.0"]);
    expect((await sessionIn(pageHeaders(response)))!.user.sub).toBe(users.zoe);
  });

  it("hands the session to the page of a rewrite", async () => {
    const response = await browser.send("/rewritten");
    expect(response.headers.get("x-middleware-rewrite")).toBe(`${appOrigin}/inside`);
    expect(await sessionIn(pageHeaders(response))).toHaveProperty("seen");
  });

  it("lets nothing through that only the platform may say", async () => {
    const forged = {
      "x-middleware-request-cookie": "__a0_session=forged",
      "x-middleware-subrequest": "middleware",
    };
    const response = await browser.send("/inside", { headers: { ...forged, "x-mine": "1" } });
    const headers = pageHeaders(response);
    expect(headers.get("x-mine")).toBe("1");
    expect([...headers.keys()].filter((name) => name.startsWith("x-middleware-"))).toEqual([]);
    expect((await sessionIn(headers))!.user.sub).toBe(users.zoe);
  });

  it("ends with the login: a page after the logout is the login again", async () => {
    await browser.send("/auth/logout");
    expect((await browser.send("/inside")).headers.get("location")).toBe(
      `${appOrigin}/auth/login?returnTo=%2Finside`,
    );
  });
});

describe("what middleware carries", () => {
  const gzip = async (code: string) => (await bundle({ code })).gzip;

  it("is less than a kilobyte beside edgeAuth", async () => {
    const plain = await gzip('import { edgeAuth } from "auth0-edge"; export default edgeAuth().handler;');
    const door = await gzip(
      'import { vercelAuth } from "auth0-edge/vercel"; export default vercelAuth().middleware;',
    );
    expect(door - plain).toBeLessThan(1000);
  });

  it("is less than a kilobyte for next() of the platform's package, where it comes from its own entry", async () => {
    const next = await gzip('export { next } from "@vercel/functions/middleware";');
    expect(next).toBeLessThan(1000);
  });
});

/** The request headers of the page, as the platform makes them of a response. */
function pageHeaders({ headers }: Response): Headers {
  const names = headers.get("x-middleware-override-headers")!.split(",");
  return new Headers(names.map((name) => [name, headers.get(`x-middleware-request-${name}`)!]));
}

/** The session a page would read. */
function sessionIn(headers: Headers) {
  return readSession({ headers, url: appOrigin }, { secret });
}
