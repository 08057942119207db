import {
  AuthClient,
  type EdgeAuthError,
  edgeAuth,
  type HeadersStoreOptions,
  MemorySessionStore,
  type RequestAuth,
  ServerClient,
  type ServerClientOptions,
  type StartInteractiveLoginOptions,
  StatefulStateStore,
} from "auth0-edge";
import { appOrigin, secret, TestBrowser } from "../support/browser.ts";
import type { Faults, ProviderSetup } from "./faults.ts";
import { OpenidProvider } from "./provider.ts";

/** How the relying party is set up. */
export interface RelyingPartySetup {
  /** Options of its client beside the usual. */
  client?: Partial<ServerClientOptions<HeadersStoreOptions>>;
  /** Whether it pushes its authorization requests (RFC 9126). */
  pushes?: boolean;
  /** Whether its sessions live in cookies, so that nobody but the browser can end them. Default: in a database. */
  stateless?: boolean;
}

/** What became of a login. */
export interface LoginOutcome {
  /** The user of the session; `undefined` where there is none. */
  sub: string | undefined;
  /** Status of the last response of the app. */
  status: number;
  /** Where the app sent the browser after a login that worked. */
  location: string | null;
  /** What the client threw on the way. */
  error: EdgeAuthError | undefined;
}

/**
 * The relying party under test: an app behind `edgeAuth` with a whole `ServerClient`, and a browser. Everything goes as it
 * would on the wire; only what the client throws is listened to, since a page does not say what was wrong.
 */
export class RelyingParty {
  readonly provider: OpenidProvider;
  readonly browser: TestBrowser;
  /** The sessions in the database. */
  readonly sessions: CountingStore = new CountingStore();
  readonly app: { fetch(request: Request): Promise<Response> };
  #error: EdgeAuthError | undefined;

  constructor(provider: OpenidProvider, setup: RelyingPartySetup = {}) {
    this.provider = provider;
    const listen = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        this.#error = error as EdgeAuthError;
        throw error;
      }
    };
    class ListeningClient extends ServerClient<HeadersStoreOptions> {
      override startInteractiveLogin<T>(
        options: StartInteractiveLoginOptions<T>,
        store?: HeadersStoreOptions,
      ) {
        const pushed = { pushedAuthorizationRequests: setup.pushes };
        return listen(super.startInteractiveLogin({ ...options, ...pushed }, store));
      }
      override completeInteractiveLogin<T>(url: URL, store?: HeadersStoreOptions) {
        return listen(super.completeInteractiveLogin<T>(url, store));
      }
    }
    const { client, issuer, fetch } = provider;
    const authentication =
      client.method === "tls_client_auth"
        ? { useMtls: true }
        : client.signingKey
          ? { clientAssertionSigningKey: client.signingKey }
          : { clientSecret: client.method === "none" ? undefined : client.secret };
    const options = { ...authentication, ...setup.client };
    const userinfo = new AuthClient({ issuer, clientId: client.id, customFetch: fetch, ...authentication });
    const auth = edgeAuth({
      issuer,
      clientId: client.id,
      customFetch: fetch,
      secret,
      appBaseUrl: appOrigin,
      createClient: (given) => new ListeningClient({ ...given, ...options }),
      ...(!setup.stateless && {
        stateStore: (given, cookies) => new StatefulStateStore({ ...given, store: this.sessions }, cookies),
      }),
    });
    const pages = pagesOf(userinfo);
    this.app = auth.handler((request, _env, _ctx, login) => {
      const { pathname, searchParams } = new URL(request.url);
      return pages[pathname]?.(login, searchParams) ?? login.challenge();
    });
    this.browser = new TestBrowser(this.app);
  }

  /** A relying party at a provider of its own. */
  static async at(
    setup: ProviderSetup = {},
    faults: Faults = {},
    own: RelyingPartySetup = {},
  ): Promise<RelyingParty> {
    return new RelyingParty(await OpenidProvider.create(setup, faults), own);
  }

  /** Another browser of the same app. */
  anotherBrowser(): TestBrowser {
    return new TestBrowser(this.app);
  }

  /** A whole login, from the app to the provider and back. */
  async logIn(path = "/auth/login", browser: TestBrowser = this.browser): Promise<LoginOutcome> {
    this.#error = undefined;
    const start = await browser.send(path, { headers: { accept: "application/json" } });
    const authorize = start.headers.get("location");
    if (!authorize) return await this.#outcome(start, browser);
    const back = this.provider.visit(new URL(authorize)).headers.get("location");
    if (!back) throw new Error(`The provider refused the authorization request ${authorize}`);
    return await this.#outcome(await browser.send(back), browser);
  }

  async user(browser: TestBrowser = this.browser): Promise<string | undefined> {
    const { sub } = await (await browser.send("/")).json<{ sub?: string }>();
    return sub;
  }

  /** Asks a page of the app for JSON. */
  async ask<T>(path: string, browser: TestBrowser = this.browser): Promise<T> {
    return await (await browser.send(path)).json<T>();
  }

  /** The provider's back-channel request (OpenID Connect Back-Channel Logout 1.0 section 2.5). */
  async deliver(logoutToken: string): Promise<Response> {
    const body = new URLSearchParams({ logout_token: logoutToken }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const url = `${appOrigin}/auth/backchannel-logout`;
    return await this.app.fetch(new Request(url, { method: "POST", headers, body }));
  }

  async #outcome(response: Response, browser: TestBrowser): Promise<LoginOutcome> {
    await response.body?.cancel();
    return {
      sub: await this.user(browser),
      status: response.status,
      location: response.headers.get("location"),
      error: this.#error,
    };
  }
}

/** Counts what was stored, so that nothing can have been stored for a moment. */
export class CountingStore extends MemorySessionStore {
  writes = 0;

  override set(...write: Parameters<MemorySessionStore["set"]>): Promise<boolean | "changed"> {
    this.writes++;
    return super.set(...write);
  }
}

type Page = (
  login: RequestAuth<ServerClient<HeadersStoreOptions>>,
  query: URLSearchParams,
) => Promise<Response>;

function pagesOf(userinfo: AuthClient): Record<string, Page> {
  return {
    "/": async (login) => Response.json({ sub: (await login.getUser())?.sub }),
    "/public": () =>
      Promise.resolve(new Response("public", { headers: { "cache-control": "public, s-maxage=31536000" } })),
    "/cached": async (login) => {
      await login.getUser();
      return new Response("private", { headers: { "cache-control": "public, s-maxage=31536000" } });
    },
    "/bye": async (login) => Response.json({ sub: (await login.getUser())?.sub }),
    "/claims": (login) =>
      answer(async () => {
        const { sub } = (await login.getUser())!;
        const { accessToken } = await login.getAccessToken();
        return await userinfo.getUserInfo({ accessToken, expectedSubject: sub });
      }),
    "/token": (login) => answer(() => login.getAccessToken()),
    "/token-three-times": (login) =>
      answer(() => Promise.all(Array.from({ length: 3 }, () => login.getAccessToken()))),
    "/leave": async ({ client, storeOptions }, query) => {
      const returnTo = `${appOrigin}/bye`;
      const url = await client.logout({ returnTo, state: query.get("state") ?? undefined }, storeOptions);
      return Response.redirect(url, 303);
    },
  };
}

/** What came of it, or the error with its class, code and cause. */
async function answer(work: () => Promise<object>): Promise<Response> {
  try {
    return Response.json(await work());
  } catch (error) {
    const { name, code, message, cause } = error as EdgeAuthError;
    return Response.json({ failed: { name, code, message, cause } });
  }
}
