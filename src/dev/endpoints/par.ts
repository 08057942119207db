import { authorizationRequest, destinationOf } from "../authorization-request.ts";
import { authenticateClient } from "../client-authentication.ts";
import type { Endpoint } from "../context.ts";
import { invalidRequest } from "../oauth-error.ts";
import { bodyParameters } from "../parameters.ts";
import { keepPushed, PUSHED_LIFETIME } from "../pushed-request.ts";
import { jsonResponse } from "../responses.ts";

/** What proves who the client is, and is no part of the authorization request. */
const CREDENTIALS = ["client_secret", "client_assertion", "client_assertion_type"];

/**
 * The pushed authorization request endpoint (RFC 9126). The request is checked here already, and once more when the
 * browser brings its `request_uri`.
 */
export const parEndpoint: Endpoint = {
  path: "/oauth/par",
  channel: "server",
  methods: ["POST"],
  advertisedAs: "pushed_authorization_request_endpoint",
  metadata: { require_pushed_authorization_requests: false },
  async handle(request, tenant) {
    const body = await bodyParameters(request);
    const { clientId } = await authenticateClient(request, body, tenant);
    if (body.has("request_uri")) throw invalidRequest("request_uri must not be pushed");
    const parameters = new Map([...body].filter(([name]) => !CREDENTIALS.includes(name)));
    parameters.set("client_id", clientId);
    const destination = destinationOf(parameters, tenant);
    await authorizationRequest({ parameters, pushed: true }, destination, tenant);
    const requestUri = await keepPushed(tenant, clientId, parameters);
    return jsonResponse({ request_uri: requestUri, expires_in: PUSHED_LIFETIME }, 201);
  },
};
