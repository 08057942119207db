import { applySetCookies } from "../cookies/set-cookie.ts";
import type { DevTenant, DevTenantUser } from "../dev/index.ts";

/** The app under test: a handler, a Worker, a Hono app or a function of the request. */
export type TestedApp =
  // biome-ignore lint/suspicious/noExplicitAny: every host passes something else along, and it is the caller's to say what
  | { fetch(request: Request, env?: any, ctx?: any): Response | Promise<Response> }
  | ((request: Request) => Response | Promise<Response>);

/** How to log in. */
export interface LogInOptions {
  /** A person of the tenant, by `sub` or e-mail address. Default: the first. */
  user?: string | undefined;
  /** Where the login begins. Default: the login route of the app. */
  path?: string | undefined;
  /** Passed to the app with each request: a Worker's `env`. */
  env?: unknown;
  /** Passed to the app with each request: a Worker's `ctx`. */
  ctx?: unknown;
}

/** What a login goes through. */
export interface LoginWay {
  tenant: DevTenant;
  people: readonly DevTenantUser[];
  /** URL at which the app begins a login. */
  loginUrl: string;
}

/** Redirects of a login at most. */
const maxSteps = 20;

/**
 * Logs a person in through the routes of an app, as a browser would: to the login route, to the tenant and its page, and back to
 * the callback.
 *
 * @returns the cookies of the app after that, as the value of a `Cookie` header
 * @throws Error where the login does not get there, saying how far it came
 */
export async function logIn(app: TestedApp, way: LoginWay, options: LogInOptions): Promise<string> {
  const user = subOf(way.people, options.user);
  const origins = { app: new URL(way.loginUrl).origin, tenant: new URL(way.tenant.issuer).origin };
  const cookies: Record<string, Record<string, string>> = { [origins.app]: {}, [origins.tenant]: {} };
  const ask = typeof app === "function" ? app : app.fetch.bind(app);

  let url = new URL(options.path ?? way.loginUrl, way.loginUrl);
  let form: URLSearchParams | undefined;
  let cameBack = false;
  for (let step = 0; step < maxSteps; step++) {
    const jar = cookies[url.origin];
    if (!jar) {
      throw new Error(
        `The login went to ${url.origin}, which is neither the app (${origins.app}) nor the tenant (${origins.tenant}). Does the app give the 'options' of testAuth to edgeAuth?`,
      );
    }
    const request = requestOf(url, jar, form);
    form = undefined;
    const isAtTenant = url.origin === origins.tenant;
    const response = isAtTenant
      ? (await way.tenant.fetch(request))!
      : await ask(request, options.env, options.ctx);
    applySetCookies(jar, response.headers.getSetCookie());
    if (cameBack && response.status < 400) return cookieHeader(jar);
    const location = response.headers.get("location");
    if (location) {
      url = new URL(location, url);
      cameBack = isAtTenant && url.origin === origins.app;
    } else if (response.ok && isAtTenant && url.pathname === "/u/login") {
      form = new URLSearchParams({ state: url.searchParams.get("state") ?? "", user });
    } else {
      const where = isAtTenant ? "The tenant" : "The app";
      throw new Error(
        `${where} answered ${response.status} at ${url.pathname}, where the login ends: ${await words(response)}`,
      );
    }
  }
  throw new Error(`The login does not come to an end: after ${maxSteps} steps it is at ${url.pathname}.`);
}

function requestOf(url: URL, jar: Record<string, string>, form: URLSearchParams | undefined): Request {
  const headers = { accept: "text/html", cookie: cookieHeader(jar) };
  // A body of form parameters brings its own content type.
  return new Request(url, { headers, redirect: "manual", ...(form && { method: "POST", body: form }) });
}

function cookieHeader(jar: Record<string, string>): string {
  return Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}

function subOf(people: readonly DevTenantUser[], wanted: string | undefined): string {
  const person = people.find(({ sub, email }) => wanted === undefined || [sub, email].includes(wanted));
  if (person) return person.sub;
  throw new Error(
    `Nobody at the tenant is '${wanted}'. There are ${people.map(({ sub }) => sub).join(", ")}; more come by 'tenant: { users }'.`,
  );
}

/** What a page or JSON says, without its markup. */
async function words(response: Response): Promise<string> {
  const text = (await response.text()).replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, " ").replace(/\s+/g, " ");
  return text.trim().slice(0, 500) || "nothing";
}
