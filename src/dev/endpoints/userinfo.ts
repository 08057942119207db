import type { Endpoint } from "../context.ts";
import { jsonResponse } from "../responses.ts";
import { userClaims } from "../user-claims.ts";

/** The UserInfo endpoint (OpenID Connect Core 1.0 §5.3); the token comes in the header (RFC 6750 §2.1). */
export const userinfoEndpoint: Endpoint = {
  path: "/userinfo",
  channel: "server",
  methods: ["GET", "POST"],
  advertisedAs: "userinfo_endpoint",
  async handle(request, tenant) {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return refuse(401, undefined, "Unauthorized");
    const access = await tenant.records.load("access", token);
    const user = access && (await tenant.people.find(access.sub));
    if (!access || !user || (await tenant.records.isRevoked(access.grantId))) {
      return refuse(401, "invalid_token", "The access token is unknown, expired or revoked");
    }
    if (!access.scope.includes("openid")) {
      return refuse(403, "insufficient_scope", "The access token lacks the scope openid");
    }
    return jsonResponse({ sub: user.sub, ...userClaims(user, access.scope) });
  },
};

/** RFC 6750 §3: a request without a token is told the scheme, and no error code. */
function refuse(status: number, error: string | undefined, description: string): Response {
  const challenge =
    error === undefined ? "Bearer" : `Bearer error="${error}", error_description="${description}"`;
  const body = { error: error ?? "unauthorized", error_description: description };
  return jsonResponse(body, status, { "www-authenticate": challenge });
}
