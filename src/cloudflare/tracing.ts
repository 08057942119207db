import * as host from "cloudflare:workers";
import type { Tracing } from "../context/observe.ts";
import { attributesOf } from "../context/open-telemetry.ts";

/**
 * Spans in the traces that Cloudflare itself makes of a Worker (`observability.traces` in its configuration), for the option
 * `tracing`. They have the names and attributes of `openTelemetry`, and the status where the runtime knows one (since October
 * 2026). Where the host makes no traces, nothing happens.
 *
 * @example
 * const auth = edgeAuth({ tracing: cloudflareTracing() });
 */
export function cloudflareTracing(): Tracing {
  // Not every runtime that has the module has this in it.
  const { tracing } = host as { tracing?: typeof host.tracing };
  return {
    async span(name, facts, run) {
      if (!tracing?.enterSpan) return await run();
      return await tracing.enterSpan(name, async (span) => {
        try {
          return await run();
        } finally {
          for (const [key, value] of attributesOf(facts)) span.setAttribute(key, value);
          if (facts.reason) span.setStatus?.({ code: "error", message: facts.reason });
        }
      });
    },
  };
}
