import type { OAuthError } from "./oauth-error.ts";

/** A JSON answer that no cache keeps (RFC 6749 §5.1). */
export function jsonResponse(
  body: unknown,
  status: number = 200,
  headers?: Record<string, string>,
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      pragma: "no-cache",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

/**
 * An {@link OAuthError} as RFC 6749 §5.2 writes it. 401 names the scheme that would have been accepted, but only to
 * clients that used the header: some read no body where there is a challenge, and Auth0 sends none.
 */
export function oauthErrorResponse(error: OAuthError, request: Request): Response {
  const isChallenged = error.status === 401 && request.headers.has("authorization");
  const challenge = { "www-authenticate": 'Basic realm="dev-tenant"' };
  return jsonResponse(error.body, error.status, { ...error.headers, ...(isChallenged && challenge) });
}

/**
 * Sends the browser on.
 *
 * @param request The request answered: after a POST the status is 303, so that the browser goes on with GET.
 * @param location Absolute URL.
 * @param cookies `Set-Cookie` values.
 */
export function redirect(request: Request, location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location, "cache-control": "no-store", "referrer-policy": "no-referrer" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status: request.method === "POST" ? 303 : 302, headers });
}
