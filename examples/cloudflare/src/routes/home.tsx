import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { Home } from "../pages/home.tsx";
import { page } from "../pages/layout.tsx";
import { refusalOf } from "../refusal.ts";
import { placeOf } from "../sessions.ts";

const code = `
const user = await c.var.auth0.getUser();
return await page(c, "Log in at the edge", <Home user={user} {...shown} />);`;

export const home = new Hono<AppEnv>();

home.get("/", async (c) => {
  const shown = { place: placeOf(c), development: c.var.development, refusal: refusalOf(c), code };
  const user = await c.var.auth0.getUser();
  return await page(c, "Log in at the edge", <Home user={user} {...shown} />);
});
