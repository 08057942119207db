import { EdgeAuthError, VerifyLogoutTokenError } from "../../errors/index.ts";
import { type Exchange, methodNotAllowed, readForm } from "../exchange.ts";
import { logProblem } from "../log.ts";
import { ownAnswer } from "../pages/report.ts";

/**
 * `POST /auth/backchannel-logout`: the issuer ends sessions (OpenID Connect Back-Channel Logout 1.0 section 2.5). Answers
 * 200 when they are ended and 400 in every other case, never to be cached.
 */
export async function backchannelLogout(exchange: Exchange): Promise<Response> {
  const { request, auth } = exchange;
  if (request.method !== "POST") return methodNotAllowed("POST");
  const headers = { "cache-control": "no-store" };
  const token = (await readForm(request))?.get("logout_token") ?? "";
  try {
    await auth.client.handleBackchannelLogout(token, auth.storeOptions);
    return new Response(null, { status: 200, headers });
  } catch (error) {
    // A token that is not there or not valid is its sender's affair; that sessions could not be ended is the operator's.
    if (token && !(error instanceof VerifyLogoutTokenError)) logProblem(error, auth);
    const message = error instanceof EdgeAuthError ? error.message : "The sessions could not be ended.";
    const problem = { status: 400, code: "invalid_request", title: "No session was ended", message };
    const own = await ownAnswer(error, problem, request, exchange);
    return (
      own ?? Response.json({ error: problem.code, error_description: message }, { status: 400, headers })
    );
  }
}
