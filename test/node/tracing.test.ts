import { context, type Span, type SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { openTelemetry, type SpanLike } from "auth0-edge";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { appOrigin } from "../support/browser.ts";
import { edgeApp } from "../support/edge-app.ts";
import { type HostileIssuer, hostileIssuer } from "../support/hostile-issuer.ts";

const exporter = new InMemorySpanExporter();
let provider: BasicTracerProvider;
let issuer: HostileIssuer;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
});
afterAll(async () => {
  context.disable();
  await provider.shutdown();
});
beforeEach(async () => {
  exporter.reset();
  issuer = await hostileIssuer();
});

const appOf = () => {
  // Compiles against the package itself: its `Tracer` is one that is taken.
  const tracing = openTelemetry(provider.getTracer("auth0-edge"));
  return edgeApp(issuer, { tracing }, async (login, request) => {
    if (new URL(request.url).pathname === "/nowhere") return login.challenge();
    await login.getAccessToken({ audience: "https://orders.example/" });
    return new Response("done");
  });
};
const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
const named = (name: string): ReadableSpan => {
  const found = spans().filter((span) => span.name === name);
  expect(found.map((span) => span.name)).toEqual([name]);
  return found[0]!;
};
/** The name of the span a span is within. */
const parentOf = (span: ReadableSpan): string | undefined =>
  spans().find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)?.name;

describe("spans by OpenTelemetry", () => {
  it("show a login as it is: what is asked of the issuer is within the step that needs it", async () => {
    const browser = await appOf().logIn();
    const pairs = spans().map((span) => [span.name, span.attributes["auth0.document"], parentOf(span)]);
    expect(pairs).toEqual([
      ["auth0.discovery", "metadata", "auth0.login_start"],
      ["auth0.login_start", undefined, undefined],
      ["auth0.discovery", "keys", "auth0.login"],
      ["auth0.login", undefined, undefined],
    ]);
    expect(named("auth0.login").status.code).toBe(0 satisfies SpanStatusCode.UNSET);
    exporter.reset();
    await browser.send("/");
    expect(named("auth0.refresh").attributes).toMatchObject({
      "auth0.step": "refresh",
      "auth0.domain": issuer.domain,
      "auth0.audience": "https://orders.example/",
      "auth0.request_id": expect.stringMatching(/^[\w-]{36}$/),
    });
  });

  it("are within the span of whatever the app does, and keep requests at the same time apart", async () => {
    const browser = await appOf().logIn();
    exporter.reset();
    const tracer = provider.getTracer("the app");
    const send = async (name: string): Promise<void> =>
      await tracer.startActiveSpan(name, async (span: Span) => {
        await browser.send("/", {}, false);
        span.end();
      });
    await Promise.all([send("one"), send("two")]);
    const parents = spans()
      .filter(({ name }) => name === "auth0.refresh")
      .map(parentOf);
    expect(parents.sort()).toEqual(["one", "two"]);
  });

  it("say that a step failed and why, by its codes, and nothing the issuer made up", async () => {
    const app = appOf();
    const browser = await app.logIn();
    exporter.reset();
    issuer.misbehave.token = (body, form) =>
      Response.json(
        { error: "invalid_grant", error_description: `${body.access_token} ${form.get("refresh_token")}` },
        { status: 403 },
      );
    await expect(browser.send("/")).rejects.toThrow(/could not be refreshed/);
    const { status, attributes, events } = named("auth0.refresh");
    expect(status).toEqual({
      code: 2 satisfies SpanStatusCode.ERROR,
      message: "token_by_refresh_token_error",
    });
    expect(attributes).toMatchObject({
      "error.type": "token_by_refresh_token_error",
      "auth0.error": "invalid_grant",
    });
    expect(events).toEqual([]);
    const { body } = issuer.calls.findLast(({ path }) => path === "/token")!;
    const text = JSON.stringify(
      spans().map((span) => [span.name, span.attributes, span.status, span.events]),
    );
    expect(text).not.toContain(String(body.refresh_token));
    expect(text).not.toContain(issuer.clientSecret);
    expect(text).not.toContain("user-1");
  });

  it("end, each once, whatever becomes of the login", async () => {
    const app = appOf();
    issuer.misbehave.discovery = () => new Response("down", { status: 503 });
    const response = await app.fetch(new Request(`${appOrigin}/auth/login`));
    expect(response.status).toBe(502);
    expect(spans().map(({ name, ended, status }) => [name, ended, status.code])).toEqual([
      ["auth0.discovery", true, 2],
      ["auth0.login_start", true, 2],
    ]);
  });

  it("take any tracer that looks like one, the global one included", async () => {
    const ended: string[] = [];
    const tracing = openTelemetry({
      startActiveSpan: <R>(name: string, run: (span: SpanLike) => R): R =>
        run({ setAttribute: () => undefined, setStatus: () => undefined, end: () => ended.push(name) }),
    });
    await edgeApp(issuer, { tracing }).logIn();
    expect(ended).toContain("auth0.login");
    // Nobody has registered a provider: its spans go nowhere, and the login works.
    const browser = await edgeApp(issuer, { tracing: openTelemetry(trace.getTracer("nobody")) }).logIn();
    expect((await browser.send("/")).status).toBe(200);
  });
});
