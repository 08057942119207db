import { TokenForConnectionError } from "auth0-edge";
import { requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";
import type { AppContext, AppEnv } from "../env.ts";
import { formOf } from "../form.ts";
import { Accounts, type ConnectionToken } from "../pages/accounts.tsx";
import { page } from "../pages/layout.tsx";

/** The services people can link an account of. */
const connections = [
  { name: "google-oauth2", label: "Google", scope: "https://www.googleapis.com/auth/calendar.readonly" },
  { name: "github", label: "GitHub", scope: "repo" },
];

const code = `
// src/auth-options.ts
moreRoutes: [linkRoutes()],
// src/routes/accounts.tsx
const { client, storeOptions } = c.var.auth0;
const token = await client.getAccessTokenForConnection({ connection }, storeOptions);`;

export const accounts = new Hono<AppEnv>();

accounts.get("/", requiresAuth(), async (c) => await answer(c));

/** A token of the linked account, to call the other service with (Auth0: "Token Vault"). */
accounts.post("/token", requiresAuth(), async (c) => {
  const form = await formOf(c);
  const connection = connections.find(({ name }) => name === form.connection)?.name;
  if (!connection) return c.redirect("/accounts", 303);
  const { client, storeOptions } = c.var.auth0;
  try {
    const token = await client.getAccessTokenForConnection({ connection }, storeOptions);
    return await answer(c, { connection, token });
  } catch (error) {
    if (!(error instanceof TokenForConnectionError)) throw error;
    return await answer(c, { connection, problem: error.cause?.error ?? error.code });
  }
});

async function answer(c: AppContext, token?: ConnectionToken): Promise<Response> {
  const user = (await c.var.auth0.getUser())!;
  const identities = await c.var.development?.identitiesOf(user.sub);
  const shown = { user, identities, connections, token, now: Date.now() / 1000, code };
  return await page(c, "Accounts", <Accounts {...shown} />);
}
