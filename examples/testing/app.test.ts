import { fakeClock, testAuth } from "auth0-edge/testing";
import { expect, it } from "vitest";
import { createApp } from "./app.ts";

const auth = testAuth();
const app = createApp(auth.options);
const get = (path: string, cookie = "") =>
  app.fetch(new Request(`http://localhost:3000${path}`, { headers: { cookie } }));

it("keeps strangers out", async () => {
  expect((await get("/")).status).toBe(401);
});

it("lets administrators in, and nobody else", async () => {
  const mira = await auth.cookieFor({ sub: "auth0|1", name: "Mira", role: "admin" });
  const jonas = await auth.cookieFor({ sub: "auth0|2", name: "Jonas" });
  expect((await get("/admin", mira)).status).toBe(200);
  expect((await get("/admin", jonas)).status).toBe(403);
});

it("logs people in through its own routes", async () => {
  const cookie = await auth.logIn(app, { user: "mira.solberg@example.com" });
  expect(await (await get("/", cookie)).text()).toBe("Hello Mira Solberg");
});

it("asks for another login after a day without a visit", async () => {
  const cookie = await auth.cookieFor({ sub: "auth0|1", name: "Mira" });
  using clock = fakeClock();
  clock.advance(24 * 3600);
  expect((await get("/", cookie)).status).toBe(401);
});
