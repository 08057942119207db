import { SessionStoreError } from "../errors/index.ts";

/**
 * Tells the operator what went wrong, in one line: what came from outside can neither begin a new one nor colour it. Of a session
 * store also what the store itself said, without which nobody could mend it.
 *
 * @param requestId what the person who saw the problem was told to call it
 */
export function logProblem(error: unknown, requestId: string): void {
  const text = error instanceof Error ? error.message : "unknown error";
  const cause =
    error instanceof SessionStoreError && error.cause instanceof Error ? error.cause.message : text;
  const line = cause === text ? text : `${text} ${cause}`;
  console.error(`auth0-edge: ${line.replace(/\p{Cc}+/gu, " ")} (request ${requestId})`);
}
