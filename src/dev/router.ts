import type { Endpoint, TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";
import { errorPage } from "./pages/message-page.ts";
import { oauthErrorResponse } from "./responses.ts";

/**
 * Answers one request with one of the endpoints. HEAD is answered as GET, without the body (RFC 9110 §9.3.2).
 *
 * @param path Path within the tenant.
 * @param channels Whose endpoints can be reached this way.
 */
export async function route(
  request: Request,
  tenant: TenantContext,
  path: string,
  channels: readonly Endpoint["channel"][],
): Promise<Response> {
  const response = await answer(request, tenant, path, channels);
  return request.method === "HEAD" ? new Response(null, response) : response;
}

async function answer(
  request: Request,
  tenant: TenantContext,
  path: string,
  channels: readonly Endpoint["channel"][],
): Promise<Response> {
  const endpoint = tenant.endpoints.find(
    (candidate) => channels.includes(candidate.channel) && matches(candidate.path, path),
  );
  if (endpoint === undefined) {
    const error = new OAuthError(404, "not_found", "The development tenant has nothing here.");
    return await refuse(error, acceptsHtml(request), request);
  }
  const isPage = endpoint.channel === "browser";
  const methods = endpoint.methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  if (!methods.includes(request.method)) {
    const allowed = methods.join(", ");
    const error = new OAuthError(405, "invalid_request", `Use ${allowed} here.`);
    const response = await refuse(error, isPage, request);
    response.headers.set("allow", allowed);
    return response;
  }
  try {
    return await endpoint.handle(request, tenant);
  } catch (error) {
    if (error instanceof OAuthError) return await refuse(error, isPage, request);
    throw error;
  }
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith("/*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

function acceptsHtml(request: Request): boolean {
  return request.headers.get("accept")?.includes("text/html") ?? false;
}

async function refuse(error: OAuthError, asPage: boolean, request: Request): Promise<Response> {
  return asPage ? await errorPage(error) : oauthErrorResponse(error, request);
}
