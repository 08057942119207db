import { pushedAuthorizationRequest } from "oauth4webapi";
import { isText } from "../arguments.ts";
import { BuildAuthorizationUrlError, NotSupportedError } from "../errors/index.ts";
import { readAnswer } from "./answer.ts";
import { InvalidTokenError, oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";

type Parameters = [name: string, value: string][];

/**
 * Pushes authorization parameters to the issuer (RFC 9126).
 *
 * @returns what is left for the browser to carry: `client_id` and `request_uri`
 * @throws NotSupportedError where the issuer takes no pushed requests
 * @throws BuildAuthorizationUrlError where it refused; `cause` has the OAuth error
 */
export async function pushParameters(server: Server, parameters: Parameters): Promise<Parameters> {
  const { metadata, client, clientAuthentication, request } = server;
  if (!metadata.pushed_authorization_request_endpoint) {
    throw new NotSupportedError(
      "par_not_supported_error",
      `'${metadata.issuer}' takes no pushed authorization requests. Turn them on there, or leave 'pushedAuthorizationRequests' out.`,
    );
  }
  try {
    const body = new URLSearchParams(parameters);
    const response = await pushedAuthorizationRequest(metadata, client, clientAuthentication, body, request);
    const { request_uri } = await readAnswer(response, 201);
    if (!isText(request_uri)) throw new InvalidTokenError("The answer has no 'request_uri'.");
    return [
      ["client_id", client.client_id],
      ["request_uri", request_uri],
    ];
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new BuildAuthorizationUrlError(`The login could not be started: ${cause.message}`, cause);
  }
}
