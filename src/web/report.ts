import type { Configuration } from "./configuration.ts";
import { logProblem } from "./log.ts";
import { problemResponse } from "./pages.ts";
import { problemOf } from "./problems.ts";
import { requestIdOf } from "./request-id.ts";

/**
 * Tells the person what they may know, and the operator the rest: only what is no fault of the request goes to the log.
 *
 * @param retryUrl where another try begins
 * @param _configuration of the app; `undefined` where it could not be made
 */
export async function reportProblem(
  error: unknown,
  request: Request,
  retryUrl: string,
  _configuration?: Configuration,
): Promise<Response> {
  const problem = problemOf(error, request, retryUrl);
  if (problem.status >= 500) logProblem(error, requestIdOf(request));
  return problemResponse(request, problem);
}
