/**
 * The development tenant in the place of Auth0, inside the process of an example. The example does not know of it: it has the
 * settings it would have anyway, and what it fetches from its issuer is answered here.
 */
import { devTenant } from "auth0-edge/dev";
import { notes } from "./pages.ts";

type Fetch<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Promise<Response>;

const { env } = (globalThis as unknown as { process: { env: Record<string, string> } }).process;
const tenant = devTenant({
  appBaseUrl: env.APP_BASE_URL!,
  appName: "auth0-edge Example",
  clients: [{ clientId: env.AUTH0_CLIENT_ID!, clientSecret: env.AUTH0_CLIENT_SECRET! }],
});

notes.push("You need no account here: a development tenant lets you choose who to be.");

const { fetch } = globalThis;
globalThis.fetch = ((input: RequestInfo | URL, init?: RequestInit) => {
  const url = input instanceof Request ? input.url : `${input}`;
  return url.startsWith(tenant.issuer) ? tenant.customFetch(input, init) : fetch(input, init);
}) as typeof fetch;

/** An app whose browsers find the tenant's pages beside it. */
export function withTenant<Rest extends unknown[]>(app: Fetch<Rest>): Fetch<Rest> {
  return async (request, ...rest) => (await tenant.fetch(request)) ?? (await app(request, ...rest));
}
