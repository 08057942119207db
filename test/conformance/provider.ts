import { appOrigin } from "../support/browser.ts";
import { readForm } from "../support/hostile-issuer.ts";
import { base64url } from "../support/sessions.ts";
import { clientOf, type RegisteredClient } from "./client-check.ts";
import type { Faults, ProviderSetup } from "./faults.ts";
import { type Claims, keyDrawer, type ProviderKey, signWith, unusableKeys } from "./keys.ts";
import { issuer, metadataOf, mtlsIssuer } from "./metadata.ts";

interface Grant {
  parameters: URLSearchParams;
  sid: string;
  sub: string;
  /** When the user logged in. */
  authTime: number;
  used: boolean;
}

/**
 * An OpenID provider behind a `fetch`: it checks requests as a strict one does (PKCE S256, `redirect_uri`, client
 * authentication, codes and refresh tokens that serve once) and misbehaves as it is told.
 */
export class OpenidProvider {
  readonly issuer = issuer;
  readonly redirectUri = `${appOrigin}/auth/callback`;
  readonly postLogoutRedirectUris = [appOrigin, `${appOrigin}/bye`];
  /** Requests that came, in order: `POST /token`. Those to the host for certificates begin with its name. */
  readonly requests: string[] = [];
  /** What came to the token endpoint. */
  readonly tokenForms: URLSearchParams[] = [];
  faults: Faults;
  keys: ProviderKey[] = [];
  /** Who is logged in here. A browser has one session at a time, and another one after a logout. */
  sid: string = crypto.randomUUID();
  sub = "user-1";
  /** Seconds the provider's clock is ahead. */
  clockOffset = 0;
  readonly client: RegisteredClient;
  readonly draw: ReturnType<typeof keyDrawer> = keyDrawer();
  readonly #setup: ProviderSetup;
  /** Path of its endpoints below the issuer. */
  readonly #place: string;
  readonly #grants = new Map<string, Grant>();
  readonly #pushed = new Map<string, URLSearchParams>();

  private constructor(setup: ProviderSetup, faults: Faults, client: RegisteredClient) {
    this.#setup = setup;
    this.#place = setup.hidesEndpoints ? `/${crypto.randomUUID()}` : "";
    this.faults = faults;
    this.client = client;
  }

  static async create(setup: ProviderSetup = {}, faults: Faults = {}): Promise<OpenidProvider> {
    const method = setup.clientAuth ?? "client_secret_basic";
    const provider = new OpenidProvider(setup, faults, await clientOf(method, issuer));
    await provider.rotateKeys();
    return provider;
  }

  /** New keys with new names; the old ones are gone. */
  async rotateKeys(): Promise<void> {
    this.keys = await (this.#setup.keys?.(this.draw) ?? Promise.all([this.draw("RS256")]));
  }

  now(): number {
    return Math.floor(Date.now() / 1000) + this.clockOffset;
  }

  /** A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
  logoutTokenClaims(changes: Claims = {}): Claims {
    const iat = this.now();
    const event = { "http://schemas.openid.net/event/backchannel-logout": {} };
    const whom = { sub: this.sub, sid: this.sid, jti: crypto.randomUUID() };
    const claims = { iss: issuer, aud: this.client.id, iat, exp: iat + 120, events: event, ...whom };
    return { ...claims, ...changes };
  }

  /** What the client's `fetch` reaches. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const byCertificate = request.url.startsWith(mtlsIssuer);
    const path = this.#pathOf(url);
    this.requests.push(`${request.method} ${byCertificate ? url.host : ""}${path}`);
    if (!request.url.startsWith(issuer) && !byCertificate) return new Response(null, { status: 404 });
    switch (`${request.method} ${path}`) {
      case "GET /.well-known/openid-configuration":
        return Response.json(
          (this.faults.metadata ?? same)(metadataOf(this.client, this.#setup, this.#place)),
        );
      case "GET /jwks":
        return Response.json({ keys: [...unusableKeys, ...this.keys.map(({ jwk }) => jwk)] });
      case "POST /par":
        return await this.#push(request);
      case "POST /token":
        return await this.#token(request, byCertificate);
      case "GET /userinfo":
        return this.#userinfo(request);
      default:
        return new Response(null, { status: 404 });
    }
  };

  /** What a browser reaches: the authorization endpoint and the end-session endpoint, which both send it back. */
  visit(url: URL): Response {
    const path = this.#pathOf(url);
    this.requests.push(`GET ${path}`);
    if (url.href.startsWith(issuer) && path === "/authorize") return this.#authorize(url.searchParams);
    if (url.href.startsWith(issuer) && path === "/end-session") return this.#endSession(url.searchParams);
    return new Response(`Nothing at ${url}`, { status: 404 });
  }

  /** The path of an endpoint below the issuer; of anything else, the whole of it. */
  #pathOf({ pathname }: URL): string {
    const path = pathname.replace(/^\/tenant/, "");
    return path.startsWith(`${this.#place}/`) && this.#place ? path.slice(this.#place.length) : path;
  }

  async #push(request: Request): Promise<Response> {
    const form = await readForm(request);
    if (!(await this.client.isProved(request, form, false))) return oauthError("invalid_client", 401);
    const requestUri = `urn:example:${crypto.randomUUID()}`;
    this.#pushed.set(requestUri, form);
    return Response.json({ request_uri: requestUri, expires_in: 60 }, { status: 201 });
  }

  #authorize(query: URLSearchParams): Response {
    const requestUri = query.get("request_uri");
    const parameters = requestUri ? this.#pushed.get(requestUri) : query;
    if (requestUri) this.#pushed.delete(requestUri);
    const wanted: Record<string, string> = {
      client_id: this.client.id,
      redirect_uri: this.redirectUri,
      response_type: "code",
      code_challenge_method: "S256",
    };
    const wrong = Object.keys(wanted).find((name) => parameters?.get(name) !== wanted[name]);
    const scopes = parameters?.get("scope")?.split(" ") ?? [];
    const bound = ["state", "nonce", "code_challenge"].every((name) => parameters?.get(name));
    if (
      !parameters ||
      wrong ||
      !scopes.includes("openid") ||
      !bound ||
      Boolean(this.#setup.demandsPar) !== (requestUri !== null)
    ) {
      return new Response(`No authorization request of a relying party: ${wrong ?? query}`, { status: 400 });
    }
    const code = crypto.randomUUID();
    this.#grants.set(code, { parameters, sid: this.sid, sub: this.sub, authTime: this.now(), used: false });
    const answer = new URLSearchParams({ code, state: parameters.get("state")! });
    if (this.#setup.namesItself) answer.set("iss", issuer);
    this.faults.authorization?.(answer);
    return redirect(`${this.redirectUri}?${answer}`);
  }

  async #token(request: Request, byCertificate: boolean): Promise<Response> {
    const form = await readForm(request);
    this.tokenForms.push(form);
    const refusal = this.faults.token?.(form);
    if (refusal) return refusal;
    if (!(await this.client.isProved(request, form, byCertificate))) return oauthError("invalid_client", 401);
    const type = form.get("grant_type") ?? "";
    const name = form.get(type === "refresh_token" ? "refresh_token" : "code") ?? "";
    const grant = this.#grants.get(name);
    if (!grant || grant.used) return oauthError("invalid_grant");
    if (type === "authorization_code" && !(await isOwnerOf(grant, form))) return oauthError("invalid_grant");
    grant.used = true;
    const accessToken = `${grant.sub}:${crypto.randomUUID()}`;
    const refreshToken = crypto.randomUUID();
    for (const token of [accessToken, refreshToken]) this.#grants.set(token, { ...grant, used: false });
    await this.faults.beforeSigning?.(this);
    const claims = await this.#idTokenClaims(grant, type, accessToken);
    const sign =
      this.faults.sign ?? ((one: Claims) => signWith(this.keys.at(this.#setup.signingKey ?? 0)!, one));
    const expiresIn = "expiresIn" in this.#setup ? this.#setup.expiresIn : 300;
    const body = {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: "Bearer",
      id_token: await sign((this.faults.idToken ?? same)(claims, type), this),
      scope: grant.parameters.get("scope"),
      ...(expiresIn !== undefined && { expires_in: expiresIn }),
    };
    return Response.json((this.faults.tokens ?? same)(body, type));
  }

  async #idTokenClaims(grant: Grant, type: string, accessToken: string): Promise<Claims> {
    const iat = this.now();
    return {
      iss: issuer,
      aud: this.client.id,
      sub: grant.sub,
      iat,
      exp: iat + 300,
      sid: grant.sid,
      auth_time: grant.authTime,
      at_hash: base64url((await sha256(accessToken)).slice(0, 16)),
      ...(type === "authorization_code" && { nonce: grant.parameters.get("nonce") }),
    };
  }

  #userinfo(request: Request): Response {
    const [, token = ""] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
    const grant = this.#grants.get(token);
    const scopes = grant?.parameters.get("scope")?.split(" ") ?? [];
    if (!grant) return new Response(null, { status: 401, headers: { "www-authenticate": "Bearer" } });
    const claims = {
      sub: grant.sub,
      ...(scopes.includes("profile") && { name: "Mira Weiß" }),
      ...(scopes.includes("email") && { email: "mira@example.com", email_verified: true }),
    };
    return Response.json((this.faults.userinfo ?? same)(claims));
  }

  #endSession(query: URLSearchParams): Response {
    const target = query.get("post_logout_redirect_uri") ?? "";
    const [, payload = ""] = query.get("id_token_hint")?.split(".") ?? [];
    const hint = payload
      ? (JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Claims)
      : {};
    const known = this.postLogoutRedirectUris.includes(target) && query.get("client_id") === this.client.id;
    if (!known || hint.iss !== issuer || hint.sid !== this.sid) {
      return new Response("No logout of a relying party.", { status: 400 });
    }
    const answer = new URLSearchParams();
    if (query.has("state")) answer.set("state", query.get("state")!);
    this.faults.logout?.(answer);
    return redirect(answer.size ? `${target}?${answer}` : target);
  }
}

/** Whether who exchanges a code is who asked for it (RFC 7636 section 4.6, RFC 6749 section 4.1.3). */
async function isOwnerOf({ parameters }: Grant, form: URLSearchParams): Promise<boolean> {
  const challenge = base64url(await sha256(form.get("code_verifier") ?? ""));
  return (
    challenge === parameters.get("code_challenge") &&
    form.get("redirect_uri") === parameters.get("redirect_uri")
  );
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function oauthError(error: string, status = 400): Response {
  return Response.json({ error }, { status });
}

function same<T>(value: T): T {
  return value;
}
