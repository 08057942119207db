import { type DevTenant, type DevTenantOptions, devTenant } from "auth0-edge/dev";

/** A Worker's app, or anything with its `fetch`. */
export interface TestApp {
  fetch(request: Request): Promise<Response> | Response;
}

/** Where the app under test stands. */
export const appOrigin = "http://localhost:8787";

/** A secret that is long enough for `edgeAuth`. */
export const secret = "a-secret-for-tests-that-has-more-than-32-characters";

/** A development tenant for the app under test. */
export function testTenant(options: DevTenantOptions = {}): DevTenant {
  return devTenant({ appBaseUrl: appOrigin, ...options });
}

/**
 * A browser for an app whose tenant is served next to it: keeps cookies as browsers do (name and path), follows no
 * redirect by itself, and can press the buttons of the tenant's picker.
 */
export class TestBrowser {
  readonly #app: TestApp;
  readonly #tenant: DevTenant | undefined;
  /** Name to value; every cookie of these tests has the path `/` or the tenant's. */
  readonly cookies = new Map<string, string>();

  constructor(app: TestApp, tenant?: DevTenant) {
    this.#app = app;
    this.#tenant = tenant;
  }

  /** Sends a request and keeps the cookies of its response, unless they are to be kept later. */
  async send(path: string | URL, init: RequestInit = {}, keepCookies = true): Promise<Response> {
    const url = new URL(path, appOrigin);
    const headers = new Headers({ accept: "text/html", ...(init.headers as Record<string, string>) });
    if (this.cookies.size) headers.set("cookie", this.cookieHeader());
    const request = new Request(url, { redirect: "manual", ...init, headers });
    const response = (await this.#tenant?.fetch(request)) ?? (await this.#app.fetch(request));
    if (keepCookies) this.keep(response);
    return response;
  }

  /** Applies the `Set-Cookie` lines of a response. */
  keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const name = pair.slice(0, pair.indexOf("="));
      // Browsers drop larger cookies without a word.
      if (pair.length > 4097) continue;
      if (attributes.some((attribute) => attribute.toLowerCase() === "max-age=0")) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(name.length + 1));
    }
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Follows a response's redirects, within the app and its tenant, until a page comes or another origin. */
  async follow(response: Response): Promise<{ response: Response; url: URL }> {
    let current = response;
    let url = new URL(appOrigin);
    for (let step = 0; step < 10; step++) {
      const location = current.headers.get("location");
      if (!location) return { response: current, url };
      url = new URL(location, url);
      if (url.origin !== appOrigin) return { response: current, url };
      current = await this.send(url);
    }
    throw new Error("The redirects do not come to an end.");
  }

  /** Goes to the picker by the app's login route; answers the picker's hidden state. */
  async openPicker(loginPath = "/auth/login"): Promise<string> {
    const { response, url } = await this.follow(await this.send(loginPath));
    const state = url.searchParams.get("state");
    if (!url.pathname.endsWith("/u/login") || !state) {
      throw new Error(`No picker at ${url.pathname}: ${response.status} ${await response.text()}`);
    }
    await response.body?.cancel();
    return state;
  }

  /** Presses a button of the picker; answers the callback URL without going there. */
  async choose(state: string, choice: { user: string } | { refuse: "deny" | "fail" }): Promise<URL> {
    const response = await this.send("/dev-tenant/u/login", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ state, ...choice }).toString(),
    });
    const location = response.headers.get("location");
    if (!location) throw new Error(`The picker answered ${response.status}: ${await response.text()}`);
    return new URL(location);
  }

  /** A whole login. */
  async logIn(user: string = users.mira, loginPath = "/auth/login"): Promise<Response> {
    return await this.send(await this.choose(await this.openPicker(loginPath), { user }));
  }
}

/** The tenant's seeded users. */
export const users = {
  mira: "auth0|66a1f0c27d3be90012c40a01",
  jonas: "auth0|66a1f0c27d3be90012c40a02",
  zoe: "auth0|66a1f0c27d3be90012c40a03",
} as const;
