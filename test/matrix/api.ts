import { type Served, serve } from "./served.ts";

/**
 * Serves an API that answers each request with the audience of its token, and whether cookies came along. What is below `/once`
 * takes no token the first time; `/away` sends the request to another place.
 *
 * @param away where that is
 */
export async function serveApi(away = ""): Promise<Served> {
  const refused = new Set<string>();
  return await serve(() => ({ url = "", headers }, response) => {
    if (url === "/away") return response.writeHead(302, { location: `${away}/` }).end();
    if (url.startsWith("/once/") && !refused.has(url)) {
      refused.add(url);
      return response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).end();
    }
    response.setHeader("content-type", "application/json");
    return response.end(
      JSON.stringify({ audience: audienceOf(headers.authorization), cookies: "cookie" in headers }),
    );
  });
}

/** What the token is good for, as it says itself. */
function audienceOf(authorization = ""): unknown {
  const [, payload] = /^Bearer [\w-]+\.([\w-]+)\./.exec(authorization) ?? [];
  return payload ? JSON.parse(Buffer.from(payload, "base64url").toString()).aud : null;
}
