import { authenticateClient, authenticationMetadata } from "../client-authentication.ts";
import type { Client } from "../configuration.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { GRANT_TYPE, requireGrantType } from "../grant-types.ts";
import { authorizationCodeGrant } from "../grants/authorization-code.ts";
import { cibaGrant } from "../grants/ciba.ts";
import { clientCredentialsGrant } from "../grants/client-credentials.ts";
import { connectionTokenGrant } from "../grants/connection-token.ts";
import { mfaOobGrant } from "../grants/mfa-oob.ts";
import { mfaOtpGrant } from "../grants/mfa-otp.ts";
import { mfaRecoveryCodeGrant } from "../grants/mfa-recovery-code.ts";
import { passwordGrant } from "../grants/password.ts";
import { passwordlessOtpGrant } from "../grants/passwordless-otp.ts";
import { refreshTokenGrant } from "../grants/refresh-token.ts";
import { tokenExchangeGrant } from "../grants/token-exchange.ts";
import { webauthnGrant } from "../grants/webauthn.ts";
import { OAuthError } from "../oauth-error.ts";
import { bodyParameters, type Parameters, required } from "../parameters.ts";

type GrantHandler = (parameters: Parameters, client: Client, tenant: TenantContext) => Promise<Response>;

/** The grant types. To add one, write its file in `grants/` and list it here. */
const GRANTS: ReadonlyMap<string, GrantHandler> = new Map<string, GrantHandler>([
  [GRANT_TYPE.authorizationCode, authorizationCodeGrant],
  [GRANT_TYPE.refreshToken, refreshTokenGrant],
  [GRANT_TYPE.clientCredentials, clientCredentialsGrant],
  [GRANT_TYPE.ciba, cibaGrant],
  [GRANT_TYPE.connectionToken, connectionTokenGrant],
  [GRANT_TYPE.password, passwordGrant],
  [GRANT_TYPE.passwordRealm, passwordGrant],
  [GRANT_TYPE.passwordlessOtp, passwordlessOtpGrant],
  [GRANT_TYPE.mfaOtp, mfaOtpGrant],
  [GRANT_TYPE.mfaOob, mfaOobGrant],
  [GRANT_TYPE.mfaRecoveryCode, mfaRecoveryCodeGrant],
  [GRANT_TYPE.webauthn, webauthnGrant],
  [GRANT_TYPE.tokenExchange, tokenExchangeGrant],
]);

/** The token endpoint (RFC 6749 §3.2). */
export const tokenEndpoint: Endpoint = {
  path: "/oauth/token",
  channel: "server",
  methods: ["POST"],
  advertisedAs: "token_endpoint",
  metadata: {
    grant_types_supported: [...GRANTS.keys()],
    ...authenticationMetadata("token_endpoint"),
  },
  async handle(request, tenant) {
    const parameters = await bodyParameters(request, ["authn_response"]);
    const grantType = required(parameters, "grant_type");
    const client = await authenticateClient(request, parameters, tenant);
    const grant = GRANTS.get(grantType);
    if (grant === undefined) {
      throw new OAuthError(403, "unsupported_grant_type", `Unsupported grant type: ${grantType}`);
    }
    requireGrantType(client, grantType);
    return await grant(parameters, client, tenant);
  },
};
