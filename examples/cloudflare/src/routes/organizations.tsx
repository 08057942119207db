import { requiresOrg } from "auth0-edge/hono";
import { Hono, type MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";
import { page } from "../pages/layout.tsx";
import { Members } from "../pages/members.tsx";
import { Organizations } from "../pages/organizations.tsx";

const code = `
const membersOnly: MiddlewareHandler<AppEnv> = (c, next) => requiresOrg(c.env.ORGANIZATION)(c, next);
organizations.get("/members", membersOnly, async (c) => {
  const user = await c.var.auth0.getUser();`;

/** For those who have logged in to the organization of the setting; without one, to any. */
const membersOnly: MiddlewareHandler<AppEnv> = (c, next) => requiresOrg(c.env.ORGANIZATION)(c, next);

export const organizations = new Hono<AppEnv>();

organizations.get("/", async (c) => {
  const user = await c.var.auth0.getUser();
  const named = c.req.query("named")?.slice(0, 64);
  const { ORGANIZATION: organization } = c.env;
  const shown = { user, organization, development: c.var.development, named, code };
  return await page(c, "Organizations", <Organizations {...shown} />);
});

organizations.get("/members", membersOnly, async (c) => {
  const user = await c.var.auth0.getUser();
  return await page(c, "Members", <Members user={user!} />);
});
