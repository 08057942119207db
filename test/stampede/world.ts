import { CookieJar } from "../support/cookie-jar.ts";
import { freePort } from "../support/free-port.ts";
import type { Issuer } from "./issuer/issuer.ts";
import { startOidcProvider } from "./issuer/oidc-provider.ts";
import { type OwnIssuer, startOwnIssuer } from "./issuer/own.ts";
import { type Runtime, type StoreName, startRuntime } from "./runtime.ts";

/** An issuer and an app that logs in there. */
export interface World<TIssuer extends Issuer = Issuer> {
  issuer: TIssuer;
  runtime: Runtime;
  /** A browser with nobody in it. */
  browser(): Browser;
  /** A browser in which that user has just logged in. */
  logIn(user: string): Promise<Browser>;
  close(): Promise<void>;
}

/** What a world is made of. */
export interface WorldOptions {
  store: StoreName;
  /** Milliseconds the issuer takes for a refresh. */
  delay?: number;
  /** Further bindings of the Worker. */
  settings?: Record<string, string | number>;
}

/** What the app answered: its JSON, or nothing. */
export interface Answer {
  status: number;
  body: {
    digest?: string;
    sub?: string;
    color?: string;
    reason?: string;
    code?: string;
    message?: string;
    reset?: number;
    operations?: number;
  };
}

/** A world with the issuer of this folder, which a test can hold up and ask for logout tokens. */
export function createWorld(options: WorldOptions): Promise<World<OwnIssuer>> {
  return build(options, startOwnIssuer);
}

/** A world with an issuer that is not ours. */
export function createWorldOfOidcProvider(options: WorldOptions): Promise<World> {
  return build(options, startOidcProvider);
}

async function build<TIssuer extends Issuer>(
  { store, delay, settings }: WorldOptions,
  start: (options: { appUrl: string; delay: number | undefined }) => Promise<TIssuer>,
): Promise<World<TIssuer>> {
  const port = await freePort();
  const issuer = await start({ appUrl: `http://localhost:${port}`, delay });
  const runtime = await startRuntime(store, port, {
    ISSUER: issuer.url,
    CLIENT_ID: issuer.clientId,
    CLIENT_SECRET: issuer.clientSecret,
    SECRET: "a secret of more than thirty-two characters",
    APP_URL: `http://localhost:${port}`,
    ...settings,
  }).catch(async (error) => {
    await issuer.close();
    throw error;
  });
  const browser = () => new Browser(runtime.url);
  return {
    issuer,
    runtime,
    browser,
    async logIn(user) {
      const visitor = browser();
      await visitor.logIn(issuer, user);
      return visitor;
    },
    async close() {
      await runtime.close();
      await issuer.close();
    },
  };
}

/** One person's browser at the app. */
export class Browser {
  readonly #url: string;
  readonly jar: CookieJar;

  constructor(url: string, jar: CookieJar = new CookieJar()) {
    this.#url = url;
    this.jar = jar;
  }

  /** The same browser as it is now, which learns nothing of what happens to this one. */
  copy(): Browser {
    return new Browser(this.#url, this.jar.clone());
  }

  /** A whole login through edgeAuth's routes. */
  async logIn(issuer: Issuer, user: string): Promise<void> {
    const start = await this.send(`/auth/login?login_hint=${encodeURIComponent(user)}`);
    const callback = await issuer.logIn(new URL(start.headers.get("location")!), user);
    const end = await this.send(callback.pathname + callback.search);
    if (end.status !== 302)
      throw new Error(`The login of ${user} ended with ${end.status}: ${await end.text()}`);
  }

  /** Asks the app and keeps the cookies of its answer. */
  async ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.send(path, headers);
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : {} };
  }

  async send(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(this.#url + path, {
      headers: { cookie: this.jar.header(), accept: "application/json", ...headers },
      redirect: "manual",
    });
    this.jar.receive(response);
    return response;
  }
}
