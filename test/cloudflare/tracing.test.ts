import { reset } from "cloudflare:test";
import * as host from "cloudflare:workers";
import { type AuthEvent, cookieSessions, type EdgeAuthOptions } from "auth0-edge";
import { cloudflareTracing, durableObjectCoordinator, durableObjectSessions } from "auth0-edge/cloudflare";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { later } from "../support/clock.ts";
import { edgeApp } from "../support/edge-app.ts";
import { type RotatingIssuer, rotatingIssuer } from "../support/rotating-issuer.ts";
import { current } from "./worker.ts";

let issuer: RotatingIssuer;
beforeEach(async () => {
  issuer = await rotatingIssuer();
  current.issuer = issuer;
});
afterEach(async () => {
  current.onEvent = undefined;
  await reset();
});

const { tracing, env } = host;
const inObjects = (): EdgeAuthOptions => ({ stateStore: durableObjectSessions(env.AUTH_SESSION) });

const inCookies = (): EdgeAuthOptions => ({
  stateStore: cookieSessions({ coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) }),
});

/** What is done to a span. */
interface Seen {
  name: string;
  attributes: Record<string, unknown>;
  status?: unknown;
}

/** Watches the host's own spans, which go on being made. */
function watchSpans(): Seen[] {
  const seen: Seen[] = [];
  const { enterSpan } = tracing;
  const spy = vi.spyOn(tracing, "enterSpan").mockImplementation(((
    name: string,
    run: (span: object, ...args: unknown[]) => unknown,
  ) =>
    enterSpan.call(tracing, name, (span) => {
      const one: Seen = { name, attributes: {} };
      seen.push(one);
      return run({
        setAttribute(key: string, value: string) {
          one.attributes[key] = value;
          return span.setAttribute(key, value);
        },
        setStatus(status: Parameters<typeof span.setStatus>[0]) {
          one.status = status;
          return span.setStatus?.(status);
        },
      });
    })) as never);
  onTestFinished(() => spy.mockRestore());
  return seen;
}

describe("spans by Cloudflare", () => {
  it("are made by the runtime for each step, with its facts and its end", async () => {
    const seen = watchSpans();
    const app = edgeApp(issuer, { tracing: cloudflareTracing() }, async (login) => {
      await login.getAccessToken({ audience: "https://orders.example/" });
      return new Response("done");
    });
    const browser = await app.logIn();
    expect((await browser.send("/")).status).toBe(200);
    expect(seen.map(({ name }) => name)).toEqual([
      "auth0.login_start",
      "auth0.discovery",
      "auth0.login",
      "auth0.discovery",
      "auth0.refresh",
    ]);
    expect(seen.at(-1)!.attributes).toMatchObject({
      "auth0.domain": issuer.domain,
      "auth0.audience": "https://orders.example/",
    });
    expect(seen.map(({ status }) => status)).toEqual(seen.map(() => undefined));
    issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 403 });
    await app.logIn();
    const { attributes, status } = seen.at(-1)!;
    expect(attributes).toMatchObject({ "error.type": "token_by_code_error", "auth0.error": "invalid_grant" });
    expect(status).toEqual({ code: "error", message: "token_by_code_error" });
  });

  it("run on this very runtime as they are", async () => {
    const app = edgeApp(issuer, { tracing: cloudflareTracing(), ...inObjects() });
    const browser = await app.logIn();
    expect((await browser.send("/")).status).toBe(200);
    expect((await browser.send("/auth/logout")).status).toBe(303);
  });
});

describe("a runtime that makes no spans", () => {
  it("changes nothing", async () => {
    const { enterSpan } = tracing;
    onTestFinished(() => void Reflect.set(tracing, "enterSpan", enterSpan));
    expect(Reflect.set(tracing, "enterSpan", undefined)).toBe(true);
    const app = edgeApp(issuer, { tracing: cloudflareTracing() });
    const browser = await app.logIn();
    expect(tracing.enterSpan).toBeUndefined();
    expect((await browser.send("/")).status).toBe(200);
  });
});

describe("a refresh that an object has carried for many requests", () => {
  it.each([
    ["of a session it owns", inObjects],
    ["of a session in cookies", inCookies],
  ])("is told of once, by the options of the carrier: %s", async (_name, store) => {
    const told: AuthEvent[] = [];
    const carried: AuthEvent[] = [];
    current.onEvent = (event) => void carried.push(event);
    const options = { onEvent: (event: AuthEvent) => void told.push(event), ...store() };
    const app = edgeApp(issuer, options, async (login) => {
      await login.getAccessToken();
      return new Response("done");
    });
    const browser = await app.logIn();
    later(3700);
    await Promise.all(Array.from({ length: 20 }, () => browser.send("/", {}, false)));
    const refreshes = (events: AuthEvent[]) => events.filter(({ type }) => type.startsWith("refresh_"));
    expect(refreshes(told)).toEqual([]);
    expect(refreshes(carried)).toEqual([
      expect.objectContaining({ type: "refresh_finished", domain: issuer.domain }),
    ]);
    issuer.before = () => Response.json({ error: "invalid_grant" }, { status: 403 });
    carried.length = 0;
    later(3700);
    await browser.send("/?other", {}, false).catch(() => undefined);
    expect(refreshes(told)).toEqual([]);
    expect(refreshes(carried)).toEqual([
      expect.objectContaining({ type: "refresh_failed", error: "invalid_grant" }),
    ]);
  });
});
