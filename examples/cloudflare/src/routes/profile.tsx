import { requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { page } from "../pages/layout.tsx";
import { Profile } from "../pages/profile.tsx";

const code = `
profile.get("/", requiresAuth(), async (c) => {
  const session = await c.var.auth0.getSession();`;

export const profile = new Hono<AppEnv>();

profile.get("/", requiresAuth(), async (c) => {
  const session = await c.var.auth0.getSession();
  return await page(c, "Profile", <Profile session={session!} now={Date.now() / 1000} code={code} />);
});
