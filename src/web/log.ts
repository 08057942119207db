/** Tells the operator what went wrong, in one line: what came from outside can neither begin a new one nor colour it. */
export function logProblem(error: unknown): void {
  const text = error instanceof Error ? error.message : "unknown error";
  console.error(`auth0-edge: ${text.replace(/\p{Cc}+/gu, " ")}`);
}
