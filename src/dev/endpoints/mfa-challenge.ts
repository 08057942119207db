import { authenticateClient } from "../client-authentication.ts";
import type { Endpoint } from "../context.ts";
import { factorsOf } from "../factors.ts";
import { invalidGrant, invalidRequest, OAuthError } from "../oauth-error.ts";
import { sendOutOfBand } from "../out-of-band.ts";
import { bodyParameters } from "../parameters.ts";
import { jsonResponse } from "../responses.ts";
import { pendingTokens } from "../second-factor.ts";

const CHALLENGE_TYPES = ["otp", "oob"];

/**
 * Challenges a second factor (Auth0: "Request MFA Challenge"): for a phone or an e-mail address a code is sent, for an
 * authenticator app there is nothing to send.
 */
export const mfaChallengeEndpoint: Endpoint = {
  path: "/mfa/challenge",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const parameters = await bodyParameters(request);
    const client = await authenticateClient(request, parameters, tenant);
    const mfaToken = parameters.get("mfa_token");
    const { grant } = await pendingTokens(tenant, mfaToken);
    if (grant.clientId !== client.clientId) throw invalidGrant("Malformed mfa_token");
    const types = (parameters.get("challenge_type") ?? CHALLENGE_TYPES.join(" ")).split(" ");
    const unknown = types.find((type) => !CHALLENGE_TYPES.includes(type));
    if (unknown !== undefined) throw invalidRequest(`Unsupported challenge_type: ${unknown}`);
    const wanted = parameters.get("authenticator_id");
    const factor = (await factorsOf(tenant, grant.sub)).find(
      ({ active, id, type }) => active && types.includes(type) && (wanted ?? id) === id,
    );
    if (factor === undefined) {
      const why = "The user does not have any of the requested authenticators";
      throw new OAuthError(403, "unsupported_challenge_type", why);
    }
    if (factor.type === "otp") return jsonResponse({ challenge_type: "otp" });
    return jsonResponse({ challenge_type: "oob", ...(await sendOutOfBand(tenant, factor, mfaToken!)) });
  },
};
