/** A browser, as far as logging in at `oidc-provider` needs one. Web APIs only, so it runs inside workerd as well. */
export interface OidcBrowser {
  /** Follows an authorization URL, fills in the forms and returns the URL at which the provider leaves its own origin. */
  logIn(authorizationUrl: URL, options?: LogInOptions): Promise<URL>;
  /** Follows an end-session URL, confirms, and returns the URL at which the provider leaves its own origin. */
  logOut(endSessionUrl: URL): Promise<URL>;
}

export interface LogInOptions {
  /** The name typed into the login form; it becomes `sub`. `alice` if left out. */
  login?: string;
}

/** More steps than any real login takes: a provider that sends the browser in circles fails the test. */
const MAX_STEPS = 20;

/**
 * Plays one person's login at `oidc-provider` in a fresh browser.
 *
 * @returns the callback URL, with `code` and `state` or with `error`
 */
export async function logInAtProvider(authorizationUrl: URL, options?: LogInOptions): Promise<URL> {
  return oidcBrowser().logIn(authorizationUrl, options);
}

/**
 * A browser that keeps its cookies from one call to the next, so that the provider remembers its user.
 *
 * @param visit sends its requests; the platform's `fetch` if left out
 */
export function oidcBrowser(visit: typeof fetch = (input, init) => fetch(input, init)): OidcBrowser {
  const browser = { visit, jar: new CookieJar() };
  return {
    logIn: (url, { login = "alice" } = {}) => browse(browser, url, { login, password: "any" }),
    logOut: (url) => browse(browser, url, { logout: "yes" }),
  };
}

interface Browser {
  visit: typeof fetch;
  jar: CookieJar;
}

async function browse(browser: Browser, start: URL, typed: Record<string, string>): Promise<URL> {
  let request: { url: URL; body?: URLSearchParams } = { url: start };
  for (let step = 0; step < MAX_STEPS; step++) {
    const response = await send(browser, request);
    const location = response.headers.get("location");
    if (location) {
      await response.body?.cancel();
      const url = new URL(location, request.url);
      if (url.origin !== start.origin) return url;
      request = { url };
      continue;
    }
    const page = await response.text();
    const form = readForm(page, request.url);
    if (!form)
      throw new Error(`The provider answered ${response.status} without a form: ${page.slice(0, 2000)}`);
    for (const [name, value] of Object.entries(typed)) form.fields.set(name, value);
    request = { url: form.action, body: form.fields };
  }
  throw new Error(`The provider did not come to an end within ${MAX_STEPS} steps`);
}

async function send(
  { visit, jar }: Browser,
  { url, body }: { url: URL; body?: URLSearchParams },
): Promise<Response> {
  const headers = { cookie: jar.header(url), accept: "text/html" };
  const init: RequestInit = { headers, redirect: "manual" };
  const response = await visit(url, body ? { ...init, method: "POST", body } : init);
  jar.store(response.headers.getSetCookie(), url);
  return response;
}

/** The first form of a page. A regular expression is enough for the three pages this provider has. */
function readForm(page: string, base: URL): { action: URL; fields: URLSearchParams } | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/.exec(page);
  if (!form) return undefined;
  const fields = new URLSearchParams();
  for (const [, input = ""] of (form[2] ?? "").matchAll(/<input\b([^>]*)>/g)) {
    const name = attribute(input, "name");
    if (name) fields.set(name, attribute(input, "value") ?? "");
  }
  return { action: new URL(attribute(form[1] ?? "", "action") ?? "", base), fields };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll("&amp;", "&");
}

/** Cookies of one host. The provider tells its interactions apart by `Path`, so that is honoured. */
class CookieJar {
  #cookies = new Map<string, { pair: string; path: string }>();

  store(setCookies: string[], url: URL): void {
    for (const text of setCookies) {
      const [pair = "", ...attributes] = text.split(/;\s*/);
      const value = (name: string) =>
        attributes.find((a) => a.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
      const path = value("path") ?? url.pathname;
      const key = `${path} ${pair.split("=")[0]}`;
      const expires = value("expires");
      if (expires && Date.parse(expires) <= Date.now()) this.#cookies.delete(key);
      else this.#cookies.set(key, { pair, path });
    }
  }

  header(url: URL): string {
    return [...this.#cookies.values()]
      .filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, "/")))
      .map(({ pair }) => pair)
      .join("; ");
  }
}
