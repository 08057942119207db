import { authorizationRequest, destinationOf, satisfiedBy } from "../authorization-request.ts";
import { codeResponse, orSendBack } from "../authorization-response.ts";
import type { Endpoint } from "../context.ts";
import { OAuthError } from "../oauth-error.ts";
import { anyParameters } from "../parameters.ts";
import { keepLogin } from "../pending-login.ts";
import { redirect } from "../responses.ts";
import { currentSession } from "../tenant-session.ts";
import { loginEndpoint } from "./login.ts";

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
    const destination = destinationOf(parameters, tenant);
    return await orSendBack(request, destination, async () => {
      const asked = authorizationRequest(parameters, destination, tenant);
      if (asked.prompt.includes("none")) {
        const session = await currentSession(request, tenant);
        if (satisfiedBy(asked, session, tenant.now())) {
          return await codeResponse(request, tenant, asked, session);
        }
        throw new OAuthError(403, "login_required", "Login required");
      }
      const { handle, cookie } = await keepLogin(request, tenant, parameters);
      const page = tenant.pageUrl(request, `${loginEndpoint.path}?state=${handle}`);
      return redirect(request, page, [cookie]);
    });
  },
};
