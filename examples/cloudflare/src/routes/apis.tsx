import { requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../env.ts";
import { Apis, type Call } from "../pages/apis.tsx";
import { page } from "../pages/layout.tsx";

const code = `
// One refresh token, a token for each API:
const orders = await callApi(c, "/orders", { audience: API_AUDIENCE, scope: "read:orders" });
const invoices = await callApi(c, "/invoices", { audience: INVOICES_AUDIENCE, scope: "read:invoices" });
// What callApi does:
const response = await c.var.auth0.fetch(\`\${origin}/api\${path}\`, { ...wanted, method, customFetch });`;

export const apis = new Hono<AppEnv>();

apis.get("/", requiresAuth(), async (c) => {
  const { API_AUDIENCE, INVOICES_AUDIENCE } = c.env;
  const calls: Call[] = [];
  if (API_AUDIENCE && c.req.query("call") !== undefined) {
    const orders = await callApi(c, "/orders", { audience: API_AUDIENCE, scope: "read:orders" });
    calls.push({ ...orders, title: "Orders" });
  }
  if (INVOICES_AUDIENCE && c.req.query("call") !== undefined) {
    const invoices = await callApi(c, "/invoices", { audience: INVOICES_AUDIENCE, scope: "read:invoices" });
    calls.push({ ...invoices, title: "Invoices" });
  }
  return await answer(c, calls);
});

/** Another scope of the same API: where the token of the session is good for reading only, one that may pay is fetched. */
apis.post("/payment", requiresAuth(), async (c) => {
  const audience = c.env.INVOICES_AUDIENCE;
  if (!audience) return c.redirect("/apis", 303);
  const path = "/invoices/payment";
  const first = await callApi(c, path, { audience, scope: "read:invoices" }, "POST");
  const calls = [{ ...first, title: "Paying with the token that can read" }];
  if (first.status === 403) {
    const second = await callApi(c, path, { audience, scope: "read:invoices pay:invoices" }, "POST");
    calls.push({ ...second, title: "Paying with a token that was asked for it" });
  }
  return await answer(c, calls);
});

/** Calls an API with a token for it. These are part of this Worker, hence `customFetch`; others need none. */
async function callApi(
  c: AppContext,
  path: string,
  wanted: { audience: string; scope: string },
  method = "GET",
): Promise<Omit<Call, "title">> {
  const { origin } = new URL(c.env.APP_BASE_URL);
  const customFetch: typeof fetch = async (...request) =>
    await c.var.apis.fetch(new Request(...request), c.env);
  const response = await c.var.auth0.fetch(`${origin}/api${path}`, { ...wanted, method, customFetch });
  const { status } = response;
  return { request: `${method} /api${path}`, scope: wanted.scope, status, body: await response.json() };
}

async function answer(c: AppContext, calls: Call[]): Promise<Response> {
  const audiences = [c.env.API_AUDIENCE, c.env.INVOICES_AUDIENCE].filter(
    (audience) => audience !== undefined,
  );
  const session = (await c.var.auth0.getSession())!;
  const shown = { audiences, calls, tokenSets: session.tokenSets, now: Date.now() / 1000, code };
  return await page(c, "APIs", <Apis {...shown} />);
}
