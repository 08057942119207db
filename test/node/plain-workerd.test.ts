import { convertV4MiniflareOptions, Miniflare, Response } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../support/bundle.ts";
import { TenantBrowser } from "../support/tenant-browser.ts";

const ISSUER = "https://tenant.example/";

/**
 * The runner of the tests in `test/workerd` needs Node's modules, so those tests could not tell whether the SDK does.
 * Here a bundle of it runs in a workerd that has none.
 */
const edgeAuthWorker = `
  import { edgeAuth } from "auth0-edge";

  const hostGlobals = [typeof process, typeof Buffer];
  export default edgeAuth().handler((request, env, ctx, login) =>
    request.url.endsWith("/0") ? login.challenge() : Response.json(hostGlobals),
  );
`;

const honoWorker = `
  import { auth0, claimCheck, claimEquals, claimIncludes, requiresAuth, requiresOrg } from "auth0-edge/hono";
  import { Hono } from "hono";

  const app = new Hono();
  app.use(auth0());
  app.get("/", (c) => c.json([typeof process, typeof Buffer]));
  const guards = [requiresAuth(), requiresOrg(), claimEquals("a", 1), claimIncludes("b", 2), claimCheck(() => true)];
  guards.forEach((guard, index) => app.get("/" + index, guard, (c) => c.text("inside")));
  export default app;
`;

describe.each([
  { app: "edgeAuth", code: edgeAuthWorker, guarded: ["/0"] },
  { app: "Hono", code: honoWorker, guarded: ["/0", "/1", "/2", "/3", "/4"] },
])("a Worker on $app without nodejs_compat", ({ code: text, guarded }) => {
  let worker: Miniflare;

  beforeAll(async () => {
    const { code } = await bundle({ code: text });
    worker = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: code,
        compatibilityDate: "2026-10-01",
        compatibilityFlags: ["no_nodejs_compat", "no_nodejs_compat_v2"],
        bindings: {
          AUTH0_DOMAIN: "tenant.example",
          AUTH0_CLIENT_ID: "a-client",
          AUTH0_CLIENT_SECRET: "a-client-secret",
          AUTH0_SECRET: "a secret of more than thirty-two characters",
          APP_BASE_URL: "http://localhost:8787",
        },
        outboundService: (request: { url: string }) => answerAsIssuer(request.url),
      }),
    );
    await worker.ready;
  });
  afterAll(() => worker?.dispose());

  it("serves an anonymous request, and has none of Node's globals", async () => {
    const response = await worker.dispatchFetch("http://localhost:8787/");
    expect(await response.json()).toEqual(["undefined", "undefined"]);
  });

  it("starts a login", async () => {
    const response = await worker.dispatchFetch("http://localhost:8787/auth/login", { redirect: "manual" });
    const location = new URL(response.headers.get("location") ?? "http://nowhere.example");
    expect(location.origin + location.pathname).toBe(`${ISSUER}authorize`);
    expect(location.searchParams.get("code_challenge_method")).toBe("S256");
    expect(response.headers.getSetCookie().join()).toContain("__a0_tx");
  });

  it("lets nobody past who is not logged in", async () => {
    const answers = guarded.map((path) => worker.dispatchFetch(`http://localhost:8787${path}`));
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(guarded.map(() => 401));
  });
});

describe("the app of the README that needs no account, as a Worker", () => {
  let worker: Miniflare;

  beforeAll(async () => {
    const { code } = await bundle("examples/cloudflare/quick-start-development.ts");
    const options = { modules: true, script: code, compatibilityDate: "2026-10-01" };
    worker = new Miniflare(convertV4MiniflareOptions(options));
    await worker.ready;
  });
  afterAll(() => worker?.dispose());

  it("logs a person in at the development tenant and greets them by name", async () => {
    const at = async (url: string | URL, init: RequestInit = {}) => {
      const sent = { ...init, redirect: "manual" } as never;
      return (await worker.dispatchFetch(`${url}`, sent)) as unknown as globalThis.Response;
    };
    let cookie = "";
    const app = async (url: string | URL) => {
      const response = await at(url, { headers: { cookie } });
      const lines = response.headers.getSetCookie().map((line) => line.split(";")[0]!);
      cookie = lines.filter((pair) => !pair.endsWith("=")).join("; ") || cookie;
      return response;
    };
    const locationOf = (response: globalThis.Response) =>
      new URL(response.headers.get("location") ?? "http://nowhere.example", "http://localhost:8787");
    const tenant = new TenantBrowser({
      fetch: async (request) => {
        if (!new URL(request.url).pathname.startsWith("/dev-tenant")) return undefined;
        const body = request.method === "POST" ? await request.text() : undefined;
        return await at(request.url, {
          method: request.method,
          headers: Object.fromEntries(request.headers),
          ...(body && { body }),
        });
      },
    });

    expect((await app("http://localhost:8787/")).status).toBe(401);
    await tenant.go(locationOf(await app("http://localhost:8787/auth/login")));
    const { url: callback } = await tenant.press("user");
    const page = locationOf(await app(callback));
    expect(page.href).toBe("http://localhost:8787/");
    expect(await (await app(page)).text()).toBe("Hello Mira Solberg");
  });
});

function answerAsIssuer(url: string): Response {
  if (url !== `${ISSUER}.well-known/openid-configuration`) return new Response(null, { status: 404 });
  return Response.json({
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}authorize`,
    token_endpoint: `${ISSUER}oauth/token`,
    jwks_uri: `${ISSUER}.well-known/jwks.json`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  });
}
