import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { users } from "../support/browser.ts";
import { CookieJar } from "../support/cookie-jar.ts";
import { TenantBrowser } from "../support/tenant-browser.ts";
import type { ServedTenant } from "./tenant.ts";

/** A request as it goes over the wire: with these headers and no others. */
export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What came back. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Where it sends the browser, as a URL. */
  location: URL | undefined;
}

/** Sends a request by HTTP alone: `fetch` would add headers and hide some. */
export async function send(url: URL, { method = "GET", headers = {}, body }: Sent = {}): Promise<Answer> {
  const length = body === undefined ? {} : { "content-length": `${Buffer.byteLength(body)}` };
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...length, ...headers } }, resolve);
    outgoing.on("error", reject);
    outgoing.end(body);
  });
  const received = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) received.append(name, value);
  }
  const location = received.get("location");
  return {
    status: incoming.statusCode!,
    headers: received,
    text: new TextDecoder("utf-8", { fatal: true }).decode(await buffer(incoming)),
    location: location === null ? undefined : new URL(location, url),
  };
}

/** One person's browser. */
export class Visitor {
  readonly jar = new CookieJar();
  readonly #app: string;
  readonly #pages: TenantBrowser;

  constructor(app: string, tenant: ServedTenant) {
    this.#app = app;
    this.#pages = new TenantBrowser({
      async fetch(page) {
        if (!page.url.startsWith(`${tenant.url}/`)) return undefined;
        const { status, headers, text } = await send(new URL(page.url), {
          method: page.method,
          headers: Object.fromEntries(page.headers),
          ...(page.body && { body: await page.text() }),
        });
        return new Response(text, { status, headers });
      },
    });
  }

  /** Goes to a page of the app, and keeps the cookies of its answer. */
  async visit(path: string | URL, { headers, ...sent }: Sent = {}): Promise<Answer> {
    const cookie = this.jar.header();
    const answer = await send(new URL(path, this.#app), {
      ...sent,
      headers: { accept: "text/html", ...(cookie && { cookie }), ...headers },
    });
    this.jar.receive(answer);
    return answer;
  }

  /** Asks the app as a program does. */
  async ask(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const { status, text } = await this.visit(path, { headers: { accept: "application/json" } });
    if (!text.startsWith("{")) throw new Error(`${path} answered ${status} and no JSON: '${text}'`);
    return { status, body: JSON.parse(text) };
  }

  /** Begins a login; answers where the browser is sent. */
  async beginLogin(mount = "", query = ""): Promise<URL> {
    const { status, location, text } = await this.visit(`${mount}/auth/login${query}`);
    if (!location) throw new Error(`The login was answered with ${status}: ${text}`);
    return location;
  }

  /** Chooses a person at the tenant; answers where the browser is sent back to, without going there. */
  async choose(authorizationUrl: URL, user: string = users.mira): Promise<URL> {
    return await this.#pages.logIn(authorizationUrl, user);
  }

  /** A whole login; answers what the callback did. */
  async logIn({ mount = "", user = users.mira as string, query = "" } = {}): Promise<Answer> {
    return await this.visit(await this.choose(await this.beginLogin(mount, query), user));
  }

  /** Follows a logout through the tenant; answers where the browser ends. */
  async leave(url: URL): Promise<URL> {
    return (await this.#pages.go(url)).url;
  }
}
