import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { AppEnv } from "../env.ts";
import { Cookies } from "../pages/cookies.tsx";
import { page } from "../pages/layout.tsx";
import { placeOf } from "../sessions.ts";

const code = `
const session = await c.var.auth0.getSession();
const cookies = Object.entries(getCookie(c));`;

export const cookies = new Hono<AppEnv>();

cookies.get("/", async (c) => {
  const session = await c.var.auth0.getSession();
  const cookies = Object.entries(getCookie(c));
  const shown = { cookies, session, place: placeOf(c), code };
  return await page(c, "Cookies", <Cookies {...shown} />);
});
