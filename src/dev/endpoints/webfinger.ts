import { ISSUER } from "../configuration.ts";
import type { Endpoint } from "../context.ts";
import { OAuthError } from "../oauth-error.ts";
import { queryParameters, required } from "../parameters.ts";
import { jsonResponse } from "../responses.ts";

const REL = "http://openid.net/specs/connect/1.0/issuer";
const PREFIX = "urn:auth0:discovery:domain:";

/**
 * Says whether people with e-mail addresses of a domain log in at a connection of their own (WebFinger, RFC 7033, in
 * Auth0's form): 200 when they do, otherwise 404.
 */
export const webfingerEndpoint: Endpoint = {
  path: "/.well-known/webfinger",
  channel: "server",
  methods: ["GET"],
  async handle(request, tenant) {
    const parameters = queryParameters(request);
    const resource = required(parameters, "resource");
    const domain = resource.startsWith(PREFIX) ? resource.slice(PREFIX.length).toLowerCase() : "";
    if (!tenant.configuration.federatedDomains.has(domain)) {
      throw new OAuthError(404, "not_found", "There is no connection for this domain");
    }
    const links = (parameters.get("rel") ?? REL) === REL ? [{ rel: REL, href: ISSUER }] : [];
    return jsonResponse({ subject: resource, links }, 200, { "content-type": "application/jrd+json" });
  },
};
