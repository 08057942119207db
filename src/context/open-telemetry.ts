import type { SpanFacts, Tracing } from "./observe.ts";

/** What of a span of `@opentelemetry/api` is used. */
export interface SpanLike {
  setAttribute(key: string, value: string): unknown;
  /** `2` is `SpanStatusCode.ERROR`. */
  setStatus(status: { code: 2; message?: string }): unknown;
  end(): void;
}

/** What of a `Tracer` of `@opentelemetry/api` is used; the package itself is not needed. */
export interface TracerLike {
  startActiveSpan<R>(name: string, run: (span: SpanLike) => R): R;
}

/**
 * Spans by OpenTelemetry, for the option `tracing`. Each step has one, named as {@link Tracing} says; what is asked of the issuer
 * within it is its child, where the SDK of OpenTelemetry has a context manager (`AsyncLocalStorageContextManager`).
 *
 * Attributes are `auth0.domain`, `auth0.request_id`, `auth0.audience`, `auth0.connection`, `auth0.document` and `auth0.step`. A
 * step that failed has the status ERROR with its `reason` as message, and that also as `error.type`, with `auth0.error` beside it.
 * Nothing secret is among them, and no exception is recorded, since its message may repeat what an issuer wrote.
 *
 * @example
 * import { trace } from "@opentelemetry/api";
 * const auth = edgeAuth({ tracing: openTelemetry(trace.getTracer("auth0-edge")) });
 */
export function openTelemetry(tracer: TracerLike): Tracing {
  return {
    span: (name, facts, run) =>
      tracer.startActiveSpan(name, async (span) => {
        try {
          return await run();
        } finally {
          for (const [key, value] of attributesOf(facts)) span.setAttribute(key, value);
          if (facts.reason) span.setStatus({ code: 2, message: facts.reason });
          span.end();
        }
      }),
  };
}

/** What is known of a step, as attributes of a span. */
export function attributesOf({ reason, ...facts }: Readonly<SpanFacts>): [key: string, value: string][] {
  const own = Object.entries(facts).map(([name, value]): [string, string | undefined] => [
    `auth0.${name.replace("requestId", "request_id")}`,
    value,
  ]);
  return [...own, ["error.type", reason] as const].filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
}
