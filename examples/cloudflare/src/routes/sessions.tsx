import { requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import type { AppEnv } from "../env.ts";
import { formOf } from "../form.ts";
import { page } from "../pages/layout.tsx";
import { Message } from "../pages/message.tsx";
import { Sessions } from "../pages/sessions.tsx";
import { refusalOf } from "../refusal.ts";
import { defaultPlace, placeCookie, placeOf, sessionPlaces } from "../sessions.ts";

const code = `
// src/sessions.ts
kv: (env) => kvSessions(env.SESSIONS, { coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) }),
"durable-object": (env) => durableObjectSessions(env.AUTH_SESSION),
// src/routes/sessions.tsx
const { client, storeOptions } = c.var.auth0;
const url = await client.logout({ everywhere: true, returnTo: c.env.APP_BASE_URL }, storeOptions);
return c.redirect(url.href, 303);`;

export const sessions = new Hono<AppEnv>();

sessions.get("/", async (c) => {
  const session = await c.var.auth0.getSession();
  const places = { current: placeOf(c), byDefault: defaultPlace(c.env) };
  const shown = { isLoggedIn: session !== undefined, refusal: refusalOf(c), ...places, code };
  return await page(c, "Sessions", <Sessions {...shown} />);
});

/** Another place for the sessions of this browser. What lives in the old one ends, and a silent login makes the new one. */
sessions.post("/place", async (c) => {
  const form = await formOf(c);
  const place = sessionPlaces.find((one) => one === form.place);
  if (!place) {
    const message = { title: "There is no such place", text: `Choose one of ${sessionPlaces.join(", ")}.` };
    return await page(c, "Sessions", <Message {...message} href="/sessions" label="Back" />, 400);
  }
  const { client, storeOptions, getUser } = c.var.auth0;
  const secure = c.env.APP_BASE_URL.startsWith("https:");
  const isLoggedIn = (await getUser()) !== undefined;
  if (isLoggedIn) await client.logout({}, storeOptions);
  setCookie(c, placeCookie, place, {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    maxAge: 31_536_000,
    secure,
  });
  return c.redirect(isLoggedIn ? "/auth/login?prompt=none&returnTo=/sessions" : "/sessions", 303);
});

/** Ends every session of this person, in all browsers. */
sessions.post("/everywhere", requiresAuth(), async (c) => {
  const { client, storeOptions } = c.var.auth0;
  const url = await client.logout({ everywhere: true, returnTo: c.env.APP_BASE_URL }, storeOptions);
  return c.redirect(url.href, 303);
});
