import { failureOf, tell } from "../context/observe.ts";
import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import { contextOf } from "../core-client.ts";
import { type OAuthErrorCause, SessionStoreError } from "../errors/index.ts";
import type { EdgeClient } from "./edge-client.ts";

/** The request that had a problem: its login state, as far as there is one. */
export interface Affected {
  /** What the person who saw the problem was told to call it. */
  requestId: string;
  client?: EdgeClient | undefined;
  storeOptions?: HeadersStoreOptions | undefined;
}

/**
 * Tells the operator what went wrong, in one line: what came from outside can neither begin a new one nor colour it. Of a session
 * store also what the store itself said, without which nobody could mend it. Where the app listens to events it is one of them, and
 * the log has none.
 */
export function logProblem(error: unknown, { requestId, client, storeOptions }: Affected): void {
  const { message = "unknown error", cause } = error instanceof Error ? error : {};
  const { message: said } = (cause ?? {}) as Partial<OAuthErrorCause>;
  const isStore = error instanceof SessionStoreError && cause instanceof Error && said !== message;
  const line = isStore ? `${message} ${said}` : message;
  const context = client && contextOf(client);
  if (!context?.onEvent) {
    console.error(`auth0-edge: ${oneLine(line)} (request ${requestId})`);
    return;
  }
  const failure = failureOf(error);
  // What an issuer says may be anything, such as what it was sent.
  const own = said && !isStore ? line.replaceAll(said, failure.error ?? "") : line;
  const { domain } = context;
  const event = {
    type: "error" as const,
    at: Date.now(),
    domain,
    requestId,
    ...failure,
    message: oneLine(own),
  };
  tell(context, event, storeOptions);
}

function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
}
