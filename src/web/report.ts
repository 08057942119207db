import { EdgeAuthError } from "../errors/index.ts";
import type { Configuration } from "./configuration.ts";
import type { Exchange } from "./exchange.ts";
import { logProblem } from "./log.ts";
import { type Problem, problemResponse } from "./pages.ts";
import { problemOf } from "./problems.ts";
import { requestIdOf } from "./request-id.ts";

/**
 * Answers an error.
 *
 * @param retryUrl where another try begins
 * @param configuration of the app; `undefined` where it could not be made
 * @param told what the app's own hook is called with
 */
export async function reportProblem(
  error: unknown,
  request: Request,
  retryUrl: string,
  configuration?: Configuration,
  told?: Pick<Exchange, "auth" | "hooks">,
): Promise<Response> {
  return await answerProblem(error, problemOf(error, request, retryUrl), request, configuration, told);
}

/** The answer of a route that refuses a request, or knows better what its error means. */
export async function refuse(exchange: Exchange, problem: Problem, error?: unknown): Promise<Response> {
  const { request, configuration } = exchange;
  const own = error ?? new EdgeAuthError("EdgeAuthError", problem.code, problem.message);
  return await answerProblem(own, problem, request, configuration, exchange);
}

/**
 * Tells the person what they may know, and the operator the rest: only what is no fault of the request goes to the log. The
 * app's own hook may answer in our place.
 */
async function answerProblem(
  error: unknown,
  problem: Problem,
  request: Request,
  _configuration?: Configuration,
  told?: Pick<Exchange, "auth" | "hooks">,
): Promise<Response> {
  const affected = told?.auth ?? { requestId: requestIdOf(request) };
  if (problem.status >= 500) logProblem(error, affected);
  try {
    const own = await told?.hooks.onError?.(error, { request, problem, auth: told.auth });
    if (own) return own;
  } catch (thrown) {
    logProblem(thrown, affected);
  }
  return problemResponse(request, problem);
}
