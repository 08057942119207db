import type { Endpoint } from "../context.ts";
import { createChallenge, PASSKEY_LIFETIME, passkeyRequest, rpIdOf } from "../passkey-challenge.ts";
import { jsonResponse } from "../responses.ts";

/** Begins to log in somebody with a passkey, whoever it may be (Auth0: "Request Login Challenge"). */
export const passkeyChallengeEndpoint: Endpoint = {
  path: "/passkey/challenge",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const { client } = await passkeyRequest(request, tenant);
    const { authSession, challenge } = await createChallenge(tenant, client);
    return jsonResponse({
      auth_session: authSession,
      authn_params_public_key: {
        challenge,
        timeout: PASSKEY_LIFETIME * 1000,
        rpId: rpIdOf(tenant),
        userVerification: "preferred",
      },
    });
  },
};
