import { EdgeAuthError, SessionStoreError } from "../../errors/index.ts";
import type { Exchange } from "../exchange.ts";
import { logProblem } from "../log.ts";
import type { RequestAuth } from "../request-auth.ts";
import { requestIdOf } from "../request-id.ts";
import { type Problem, problemResponse } from "./pages.ts";
import { problemOf } from "./problems.ts";

const exchanges = new WeakMap<RequestAuth, Exchange>();

/** From now on what an app throws while it answers a request can be told to its hooks. */
export function rememberExchange(exchange: Exchange): void {
  exchanges.set(exchange.auth, exchange);
}

/**
 * Answers what an app threw where that the sessions are out of reach. Whatever else an app throws is the app's.
 *
 * @param auth the login state the app was given
 * @throws unknown what is the app's
 */
export async function reportStoreFailure(error: unknown, auth: RequestAuth): Promise<Response> {
  const exchange = exchanges.get(auth);
  if (!(error instanceof SessionStoreError) || !exchange) throw error;
  const { request, configuration } = exchange;
  return await reportProblem(error, request, `${configuration.base.path}/`, exchange);
}

/**
 * Answers an error.
 *
 * @param retryUrl where another try begins
 * @param told what the app's own hook is called with; `undefined` where the app could not be set up
 */
export async function reportProblem(
  error: unknown,
  request: Request,
  retryUrl: string,
  told?: Pick<Exchange, "auth" | "hooks">,
): Promise<Response> {
  return await answerProblem(error, problemOf(error, request, retryUrl), request, told);
}

/** The answer of a route that refuses a request, or knows better what its error means. */
export async function refuse(exchange: Exchange, problem: Problem, error?: unknown): Promise<Response> {
  const own = error ?? new EdgeAuthError("EdgeAuthError", problem.code, problem.message);
  return await answerProblem(own, problem, exchange.request, exchange);
}

/** Tells the person what they may know, and the operator the rest: only what is no fault of the request goes to the log. */
async function answerProblem(
  error: unknown,
  problem: Problem,
  request: Request,
  told?: Pick<Exchange, "auth" | "hooks">,
): Promise<Response> {
  if (problem.status >= 500) logProblem(error, told?.auth ?? { requestId: requestIdOf(request) });
  return (told && (await ownAnswer(error, problem, request, told))) || problemResponse(request, problem);
}

/** What the app's own hook answers in our place. What it throws hides nothing: it goes to the log. */
export async function ownAnswer(
  error: unknown,
  problem: Problem,
  request: Request,
  { auth, hooks }: Pick<Exchange, "auth" | "hooks">,
): Promise<Response | undefined> {
  try {
    return (await hooks.onError?.(error, { request, problem, auth })) || undefined;
  } catch (thrown) {
    logProblem(thrown, auth);
    return undefined;
  }
}
