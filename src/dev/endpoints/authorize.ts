import {
  authorizationRequest,
  type Destination,
  destinationOf,
  satisfiedBy,
} from "../authorization-request.ts";
import { orSendBack } from "../authorization-response.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { openInvitation } from "../invitations.ts";
import { answerSilently, goOn } from "../login-steps.ts";
import { OAuthError } from "../oauth-error.ts";
import { anyParameters } from "../parameters.ts";
import { keepLogin } from "../pending-login.ts";
import { type SentRequest, sentRequest } from "../pushed-request.ts";
import type { SessionTransferRecord } from "../records.ts";
import { redirect } from "../responses.ts";
import { narrowedBy, TRANSFER_TOKEN, takeTransfer } from "../session-transfer.ts";
import { currentSession, startSession } from "../tenant-session.ts";
import { loginEndpoint } from "./login.ts";

/** Parameters whose values work once. */
const USED_UP = ["request_uri", TRANSFER_TOKEN];

/**
 * The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core 1.0 §3.1.2). Unlike Auth0 it always shows
 * the login page, even with a login session, so that one can become someone else; `prompt=none` answers
 * from the session.
 */
export const authorizeEndpoint: Endpoint = {
  path: "/authorize",
  channel: "browser",
  methods: ["GET", "POST"],
  advertisedAs: "authorization_endpoint",
  metadata: {
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  },
  async handle(request, tenant) {
    const parameters = await anyParameters(request);
    // HEAD only looks whether there is something: it must not use up what works once.
    if (request.method === "HEAD" && USED_UP.some((name) => parameters.has(name))) return new Response(null);
    const sent = await sentRequest(tenant, parameters);
    const destination = destinationOf(sent.parameters, tenant);
    return await orSendBack(request, destination, async () => {
      const asked = await authorizationRequest(sent, destination, tenant);
      const transfer = await takeTransfer(tenant, sent, asked);
      if (transfer !== undefined) {
        return await transferSession(request, tenant, destination, narrowedBy(transfer, sent), transfer);
      }
      await openInvitation(tenant, asked);
      const current = await currentSession(request, tenant);
      const session = satisfiedBy(asked, current, tenant.now()) ? current : undefined;
      if (asked.prompt.includes("none")) {
        if (session === undefined) throw new OAuthError(403, "login_required", "Login required");
        return await answerSilently(request, tenant, asked, session);
      }
      const { pending, cookie } = await keepLogin(request, tenant, sent);
      // Accounts are those of whoever is logged in: there is nobody to choose.
      if (session !== undefined && session.sub === asked.linking?.sub) {
        return await goOn(request, tenant, { ...pending, progress: { sid: session.sid } }, asked, session, [
          cookie,
        ]);
      }
      const page = tenant.pageUrl(request, `${loginEndpoint.path}?state=${pending.handle}`);
      return redirect(request, page, [cookie]);
    });
  },
};

/** Logs in the person of a session transfer, in place of whoever the browser has been until now. */
async function transferSession(
  request: Request,
  tenant: TenantContext,
  destination: Destination,
  sent: SentRequest,
  { subject, actor }: SessionTransferRecord,
): Promise<Response> {
  const asked = await authorizationRequest(sent, destination, tenant);
  const { session, cookie } = await startSession(request, tenant, subject, actor);
  if (asked.prompt.includes("none")) return await answerSilently(request, tenant, asked, session, [cookie]);
  const { pending, cookie: browserCookie } = await keepLogin(request, tenant, sent);
  const progress = { sid: session.sid };
  return await goOn(request, tenant, { ...pending, progress }, asked, session, [cookie, browserCookie]);
}
