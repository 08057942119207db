import { PasskeyGetTokenError } from "../errors/index.ts";
import type { Auth0Grant } from "./auth0-grant.ts";
import { objectOption, textParameters } from "./auth0-options.ts";

/** What the browser's credential says (Web Authentication section 5.1); bytes are base64url. */
export interface PasskeyCredentialResponse {
  id: string;
  rawId: string;
  type: string;
  authenticatorAttachment?: string | undefined;
  response: {
    clientDataJSON: string;
    attestationObject?: string | undefined;
    authenticatorData?: string | undefined;
    signature?: string | undefined;
    userHandle?: string | undefined;
  };
  clientExtensionResults?: Record<string, unknown> | undefined;
}

export interface PasskeyGetTokenOptions {
  /** From `register` or `challenge`. */
  authSession: string;
  credential: PasskeyCredentialResponse;
  /** The database connection. */
  realm?: string | undefined;
  scope?: string | undefined;
  audience?: string | undefined;
  /** By id or name: the ID token has to be of it. */
  organization?: string | undefined;
}

/**
 * Auth0's grant for passkeys, whose request is JSON.
 *
 * @throws PasskeyGetTokenError
 */
export function passkeyGrant(options: PasskeyGetTokenOptions): Auth0Grant {
  const optional = ["realm", "scope", "audience", "organization"] as const;
  const parameters = textParameters(PasskeyGetTokenError, options, ["authSession"], optional);
  const authn_response = objectOption(PasskeyGetTokenError, "credential", options.credential);
  if (!authn_response) throw new PasskeyGetTokenError("'credential' must be given.");
  return {
    grantType: "urn:okta:params:oauth:grant-type:webauthn",
    parameters,
    json: { authn_response },
    Failure: PasskeyGetTokenError,
  };
}
