import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { loginTokenLifetime } from "../../stampede/issuer/issuer.ts";
import { type Browser, createWorld, type World } from "../../stampede/world.ts";

/** Seconds the store has for an answer. */
const STORE_TIMEOUT = 1;
/** Milliseconds in which a request has to be answered then. */
const bound = 4000;

const unreachable = { status: 503, body: { code: "session_store_error" } };

let world: World;
afterEach(() => world?.close());

describe.each(["throws", "hangs"])("the object of a session %s", (mode) => {
  it("a request is answered 503 in bounded time, and the session is there afterwards", async () => {
    const browser = await logInAt("durable-object", { STORE_TIMEOUT });
    await setFault("AUTH_SESSION", mode);
    for (const path of ["/user", "/token", "/update?color=red"]) {
      expect(await inTime(browser.ask(path))).toMatchObject(unreachable);
    }
    expect(world.issuer.record.tokenCalls).toBe(0);

    await setFault("AUTH_SESSION");
    await expectToBeWell(browser);

    // A logout that could not be carried out is not answered as one; the browser is logged out all the same.
    await setFault("AUTH_SESSION", mode);
    expect(await inTime(browser.ask("/auth/logout"))).toMatchObject({ status: 503 });
    await setFault("AUTH_SESSION");
    expect(await browser.ask("/user")).toMatchObject({ status: 401 });
  });

  it("a request is an anonymous one where the app wants that, and the session is there afterwards", async () => {
    const browser = await logInAt("durable-object", { STORE_TIMEOUT, ON_STORE_ERROR: "anonymous" });
    await setFault("AUTH_SESSION", mode);
    expect(await inTime(browser.ask("/user"))).toMatchObject({ status: 401 });

    await setFault("AUTH_SESSION");
    await expectToBeWell(browser);
  });
});

it("without the coordinator of cookies users stay, and no refresh token is spent", async () => {
  const browser = await logInAt("stateless");
  await setFault("AUTH_COORDINATOR", "throws");
  expect(await browser.ask("/user")).toMatchObject({ status: 200, body: { sub: "mira" } });
  expect(await inTime(browser.ask("/token"))).toMatchObject(unreachable);
  expect(world.issuer.record.tokenCalls).toBe(0);

  await setFault("AUTH_COORDINATOR");
  await expectToBeWell(browser);
});

it.each(["throws", "hangs"])(
  "a list of revocations that %s, and is to deny then: 503 in bounded time",
  async (mode) => {
    const browser = await logInAt("stateless");
    await setFault("AUTH_REVOCATIONS", mode);
    expect(await inTime(browser.ask("/user"))).toMatchObject(unreachable);

    await setFault("AUTH_REVOCATIONS");
    await expectToBeWell(browser);
  },
);

/** A login whose access token has expired. */
async function logInAt(
  store: "durable-object" | "stateless",
  settings: Record<string, string | number> = {},
): Promise<Browser> {
  world = await createWorld({ store, settings });
  const browser = await world.logIn("mira");
  await sleep((loginTokenLifetime + 0.2) * 1000);
  return browser;
}

async function setFault(binding: string, mode = ""): Promise<void> {
  await world.browser().ask(`/admin/fault?binding=${binding}&mode=${mode}`);
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const start = Date.now();
  await answer;
  expect(Date.now() - start).toBeLessThan(bound);
  return await answer;
}

/** The session is what it was, and refreshes. */
async function expectToBeWell(browser: Browser): Promise<void> {
  expect(await browser.ask("/user")).toMatchObject({ status: 200, body: { sub: "mira" } });
  expect(await browser.ask("/token")).toMatchObject({ status: 200 });
  expect(world.issuer.record.tokenCalls).toBe(1);
}
