import type { DevTenant } from "auth0-edge/dev";

/** A page of the tenant, or the place at which the browser left it. */
export interface TenantPage {
  url: URL;
  html: string;
}

/**
 * A browser at the development tenant: keeps its cookies, follows redirects as long as they stay there, and presses
 * buttons. Web APIs only, so it runs inside workerd as well.
 */
export class TenantBrowser {
  readonly #tenant: Pick<DevTenant, "fetch">;
  readonly #cookies = new Map<string, string>();
  #page: TenantPage = { url: new URL("about:blank"), html: "" };

  constructor(tenant: Pick<DevTenant, "fetch">) {
    this.#tenant = tenant;
  }

  /** Opens a URL; answers the page that comes, or where the browser leaves the tenant. */
  async go(to: URL | string, init: RequestInit = {}): Promise<TenantPage> {
    let url = new URL(to);
    let next: RequestInit | undefined = init;
    for (let step = 0; step < 10; step++) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { ...(next?.headers as Record<string, string>), ...(cookie && { cookie }) };
      const response = await this.#tenant.fetch(new Request(url, { ...next, headers, redirect: "manual" }));
      if (!response) return { url, html: "" };
      this.#keep(response);
      const location = response.headers.get("location");
      if (!location) {
        this.#page = { url, html: await response.text() };
        return this.#page;
      }
      url = new URL(location, url);
      next = undefined;
    }
    throw new Error("The tenant's redirects do not come to an end.");
  }

  /**
   * Presses a button of the page that was opened last.
   *
   * @param value Which one, of several of that name. Default: the first.
   */
  async press(name: string, value?: string): Promise<TenantPage> {
    const forms = this.#page.html.matchAll(/<form[^>]* action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g);
    for (const [, action = "", inside = ""] of forms) {
      const buttons = [...inside.matchAll(/<button[^>]* name="([^"]*)" value="([^"]*)"/g)];
      const button = buttons.find(([, n, v]) => n === name && (value === undefined || v === value));
      if (!button) continue;
      const hidden = inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
      const fields = [...hidden].map(([, n = "", v = ""]) => [n, v]);
      const body = new URLSearchParams([...fields, [name, button[2]!]]).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      return await this.go(new URL(action, this.#page.url), { method: "POST", headers, body });
    }
    throw new Error(`No button "${name}" ${value ?? ""} at ${this.#page.url}: ${textOf(this.#page.html)}`);
  }

  /** Opens an authorization URL and chooses a person; answers where that leads. */
  async logIn(url: URL, user?: string): Promise<URL> {
    await this.go(url);
    return (await this.press("user", user)).url;
  }

  #keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes("Max-Age=0")) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

/** The next request for approval that the tenant shows, decided by its person. */
export async function decideNext(tenant: DevTenant, choice: "approve" | "deny"): Promise<void> {
  const browser = new TenantBrowser(tenant);
  const approvePage = await approvePageOf(tenant);
  for (let tries = 0; tries < 100; tries++) {
    const { html } = await browser.go(approvePage);
    if (html.includes(`name="${choice}"`)) {
      await browser.press(choice);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("No request for approval came.");
}

/** The page stands next to the authorization endpoint. */
async function approvePageOf(tenant: DevTenant): Promise<URL> {
  const response = await tenant.customFetch(`${tenant.issuer}.well-known/openid-configuration`);
  const { authorization_endpoint } = (await response.json()) as { authorization_endpoint: string };
  return new URL(authorization_endpoint.replace(/authorize$/, "approve"));
}

function textOf(html: string): string {
  return html.replace(/^[\s\S]*<main/, "<main").slice(0, 1000);
}
