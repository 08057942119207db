import { decode } from "jose/base64url";
import {
  DEV_TENANT_GRANT_TYPES,
  type DevTenant,
  type DevTenantOptions,
  devTenant,
} from "../../../src/dev/index.ts";

export const APP = "http://localhost:8787";
export const CALLBACK = `${APP}/auth/callback`;
export const API = "https://api.example.com/";
export const MIRA = "auth0|66a1f0c27d3be90012c40a01";
export const JONAS = "auth0|66a1f0c27d3be90012c40a02";
/** A verifier and its S256 challenge: the example of RFC 7636 appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SCOPE = "openid profile email offline_access read:orders";

/** A tenant of the app, with one more client that is public. */
export function appTenant(options: DevTenantOptions = {}): DevTenant {
  return devTenant({
    appBaseUrl: APP,
    clients: [
      { clientId: "dev-client", clientSecret: "dev-secret", name: "Dev App" },
      { clientId: "dev-spa", name: "Dev SPA" },
    ],
    ...options,
  });
}

/** The answer of the tenant to a browser; fails when the tenant does not feel responsible. */
export async function visit(tenant: DevTenant, url: string, init: RequestInit = {}): Promise<Response> {
  const response = await tenant.fetch(new Request(url, init));
  if (response === undefined) throw new Error(`not answered by the tenant: ${url}`);
  return response;
}

/** A browser with one tab: keeps cookies, follows redirects inside the tenant, submits its login form. */
export class Browser {
  readonly cookies: Map<string, string> = new Map();
  readonly tenant: DevTenant;

  constructor(tenant: DevTenant) {
    this.tenant = tenant;
  }

  async open(url: string, init: RequestInit = {}): Promise<{ response: Response; url: URL }> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) {
      headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    const response = await visit(this.tenant, url, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (cookie.includes("Max-Age=0")) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    const location = response.headers.get("location");
    if (location === null) return { response, url: new URL(url) };
    const next = new URL(location);
    if (!next.pathname.startsWith("/dev-tenant/u/")) return { response, url: next };
    return await this.open(next.href);
  }

  /** Opens a page of the tenant, such as the login page of an authorization request. */
  async show(url: string, init: RequestInit = {}): Promise<LoginForm> {
    const opened = await this.open(url, init);
    return { html: await opened.response.text(), ...opened };
  }

  /** Opens the login page of an authorization request. */
  async authorize(parameters: Record<string, string | undefined> = {}): Promise<LoginForm> {
    return await this.show(authorizeUrl(parameters));
  }

  /** Presses a button of the first form of a page, or of the one that has a field; answers the page that follows. */
  async submit(form: LoginForm, name: string, value: string, having = ""): Promise<LoginForm> {
    const forms = [...form.html.matchAll(/<form[^>]* action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
    const [, action, inside] = forms.find(([text]) => text.includes(having))!;
    const body = new URLSearchParams();
    for (const [, key, text] of inside!.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
      body.set(key!, text!);
    }
    body.set(name, value);
    return await this.show(action!, { method: "POST", body });
  }

  /** Presses a button of a page's form; answers where the browser ends up. */
  async press(form: LoginForm, name: string, value: string): Promise<URL> {
    return (await this.submit(form, name, value)).url;
  }

  /** Logs in as someone; answers the callback URL. */
  async logIn(parameters: Record<string, string | undefined> = {}, sub: string = MIRA): Promise<URL> {
    return await this.press(await this.authorize(parameters), "user", sub);
  }
}

/** What a browser sees of the login page. */
export interface LoginForm {
  html: string;
  response: Response;
  url: URL;
}

/** An authorization request; `undefined` leaves a parameter out. */
export function authorizeUrl(parameters: Record<string, string | undefined> = {}): string {
  const url = new URL(`${APP}/dev-tenant/authorize`);
  const all = {
    client_id: "dev-client",
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: SCOPE,
    audience: API,
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** The members of a token response, or of an error. */
export interface TokenAnswer {
  status: number;
  access_token: string;
  id_token: string;
  refresh_token: string;
  scope: string;
  expires_in: number;
  token_type: string;
  authorization_details?: unknown;
  error?: string;
  error_description?: string;
}

/** Calls an endpoint of the tenant with a form, authenticated as the confidential client unless told otherwise. */
export async function post(
  tenant: DevTenant,
  path: string,
  parameters: Record<string, string | undefined>,
  init: RequestInit = {},
): Promise<TokenAnswer> {
  const body = new URLSearchParams();
  const all = { client_id: "dev-client", client_secret: "dev-secret", ...parameters };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) body.set(name, value);
  const response = await tenant.customFetch(`https://dev.localhost${path}`, {
    method: "POST",
    body,
    ...init,
  });
  const text = await response.text();
  return { status: response.status, ...(text === "" ? {} : JSON.parse(text)) };
}

/** Calls an endpoint of the tenant with JSON, authenticated like {@link post}. */
export async function postJson(
  tenant: DevTenant,
  path: string,
  body: Record<string, unknown>,
  init: RequestInit = {},
): Promise<{ status: number; [member: string]: unknown }> {
  const response = await tenant.customFetch(`https://dev.localhost${path}`, {
    method: "POST",
    body: JSON.stringify({ client_id: "dev-client", client_secret: "dev-secret", ...body }),
    ...init,
    headers: { "content-type": "application/json", ...(init.headers as Record<string, string>) },
  });
  const answer: unknown = await response.json();
  return { status: response.status, ...(Array.isArray(answer) ? { list: answer } : (answer as object)) };
}

/** A tenant whose client may use every grant type; so may its public one. */
export function openTenant(options: DevTenantOptions = {}): DevTenant {
  const clientGrants = [{ audience: API, scopes: ["read:orders", "read:nothing"] }];
  const client = { clientId: "dev-client", clientSecret: "dev-secret", name: "Dev App", clientGrants };
  return appTenant({
    clients: [
      { ...client, grantTypes: DEV_TENANT_GRANT_TYPES },
      { clientId: "dev-spa", grantTypes: DEV_TENANT_GRANT_TYPES },
    ],
    ...options,
  });
}

/** Redeems a code. */
export async function redeem(
  tenant: DevTenant,
  callback: URL,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer> {
  return await post(tenant, "/oauth/token", {
    grant_type: "authorization_code",
    code: callback.searchParams.get("code")!,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    ...parameters,
  });
}

/** Pushes an authorization request; answers the one that is left for the browser. */
export async function push(
  tenant: DevTenant,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer & { request_uri: string; url: string }> {
  const asked = Object.fromEntries(new URL(authorizeUrl(parameters)).searchParams);
  const answer = (await post(tenant, "/oauth/par", asked)) as TokenAnswer & { request_uri: string };
  const query = new URLSearchParams({ client_id: asked.client_id!, request_uri: answer.request_uri });
  return { ...answer, url: `${APP}/dev-tenant/authorize?${query}` };
}

/** The payload of a JWT, unchecked. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(decode(token.split(".")[1]!)));
}

/** Uses a refresh token. */
export async function refresh(
  tenant: DevTenant,
  refreshToken: string,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer> {
  const form = { grant_type: "refresh_token", refresh_token: refreshToken, ...parameters };
  return await post(tenant, "/oauth/token", form);
}

/** Logs in as Mira and redeems the code. */
export async function tokensOf(
  tenant: DevTenant,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer> {
  return await redeem(tenant, await new Browser(tenant).logIn(parameters));
}

/** Asks the userinfo endpoint. */
export async function userinfo(tenant: DevTenant, accessToken: string): Promise<Response> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return await tenant.customFetch("https://dev.localhost/userinfo", { headers });
}
