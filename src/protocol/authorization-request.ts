import { optionsOf } from "../arguments.ts";
import { sha256 } from "../base64url.ts";
import { BuildAuthorizationUrlError, InvalidConfigurationError } from "../errors/index.ts";
import { browserEndpoint } from "./browser-endpoint.ts";
import { encodeParameters } from "./parameters.ts";
import { pushParameters } from "./pushed-authorization-request.ts";
import type { Server } from "./server.ts";

/** Parameters of an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1). */
export interface AuthorizationParameters {
  scope?: string | undefined;
  audience?: string | undefined;
  /** Absolute URL the user comes back to. */
  redirect_uri?: string | undefined;
  organization?: string | undefined;
  /** Any other parameter is passed on as it is. */
  [key: string]: unknown;
}

/**
 * What no caller sets: the SDK does, or it would replace the request that is protected here, or give away the client's proof
 * (RFC 9101, RFC 9126 section 2.1).
 */
const reserved =
  "client_id response_type code_challenge code_challenge_method request request_uri client_secret client_assertion client_assertion_type".split(
    " ",
  );

/**
 * Checks parameters before anything is sent.
 *
 * @throws InvalidConfigurationError where one would override what the SDK sets, or is no text where it has to be one
 */
export function checkAuthorizationParameters(parameters: AuthorizationParameters, clientId: string): void {
  const allowed: Record<string, string> = {
    client_id: clientId,
    response_type: "code",
    code_challenge_method: "S256",
  };
  for (const name of reserved) {
    if ([undefined, null, allowed[name]].includes(parameters[name] as string | undefined)) continue;
    throw new InvalidConfigurationError(`The authorization parameter '${name}' cannot be set by a caller.`);
  }
  optionsOf(parameters, "scope", "audience", "redirect_uri");
}

/**
 * The URL of an authorization request with PKCE S256 (RFC 7636).
 *
 * @param parameters checked by `checkAuthorizationParameters`: everything but `client_id`, `response_type` and the code challenge
 * @param pushed whether the parameters are pushed to the issuer first (RFC 9126), so that the URL carries none of them
 * @throws BuildAuthorizationUrlError where the issuer has no usable authorization endpoint or no S256, or refused the push
 * @throws NotSupportedError where the issuer takes no pushed requests
 */
export async function authorizationUrl(
  server: Server,
  parameters: Readonly<Record<string, unknown>>,
  codeVerifier: string,
  pushed = false,
): Promise<URL> {
  const { metadata, client } = server;
  const methods: unknown[] = [metadata.code_challenge_methods_supported ?? "S256"].flat();
  if (!methods.includes("S256")) {
    throw new BuildAuthorizationUrlError(
      `'${metadata.issuer}' does not offer PKCE with S256, which is required.`,
    );
  }
  const url = browserEndpoint(metadata.authorization_endpoint);
  if (!url)
    throw new BuildAuthorizationUrlError(`'${metadata.issuer}' names no usable authorization endpoint.`);
  const all = encodeParameters({
    ...parameters,
    client_id: client.client_id,
    response_type: "code",
    code_challenge: await sha256(codeVerifier),
    code_challenge_method: "S256",
  });
  const sent = pushed ? await pushParameters(server, all) : all;
  for (const [name, value] of sent) url.searchParams.set(name, value);
  return url;
}
