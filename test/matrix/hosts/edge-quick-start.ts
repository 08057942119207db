/**
 * The quick start of Vercel, and what its platform does around it: a request that middleware lets pass goes on to a page, with the
 * request headers that middleware chose, and the page's answer carries the response headers of the middleware.
 */
import { readSession } from "auth0-edge";
import middleware from "../../../examples/vercel-edge/middleware.ts";
import { onFetch } from "./fetch-event.ts";

const prefix = "x-middleware-";

onFetch(async (event) => {
  const { request } = event;
  const answer = await middleware(request, event);
  if (!answer.headers.has(`${prefix}next`)) return answer;
  const chosen = answer.headers.get(`${prefix}override-headers`)?.split(",");
  const headers = chosen
    ? chosen.map((name): [string, string] => [name, answer.headers.get(`${prefix}request-${name}`) ?? ""])
    : [...request.headers];
  const response = await page(new Request(request.url, { headers }));
  for (const [name, value] of answer.headers) {
    if (!name.startsWith(prefix)) response.headers.append(name, value);
  }
  return response;
});

/** A page behind the middleware. */
async function page(request: Request): Promise<Response> {
  const { AUTH0_SECRET, AUTH0_DOMAIN } = process.env;
  const session = await readSession(request, { secret: AUTH0_SECRET!, domain: AUTH0_DOMAIN! });
  return new Response(`Hello ${session?.user.name}`);
}
