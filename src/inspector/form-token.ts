import { equalInConstantTime, randomToken, sha256Base64url } from "../dev/encoding.ts";
import { type Exchange, readForm } from "../web/exchange.ts";

/** Tells which browser a form was shown in. */
const cookieName = "__a0_inspector";
/** Seconds a form may stay open. */
const lifetime = 3600;

/** What a form carries so that only the browser it was shown in can send it, and the cookie that says which one that is. */
export interface FormToken {
  token: string;
  /** A `Set-Cookie` value. */
  cookie: string;
}

/** A token for the forms of the page. */
export async function formToken(exchange: Exchange): Promise<FormToken> {
  const browser = browserOf(exchange) ?? randomToken();
  const secure = exchange.url.protocol === "https:" ? "; Secure" : "";
  return {
    token: await tokenOf(browser),
    cookie: `${cookieName}=${browser}; Path=${exchange.url.pathname}; Max-Age=${lifetime}; HttpOnly; SameSite=Strict${secure}`,
  };
}

/** The fields of a form; `undefined` unless the page itself sent it, from the browser it was shown in. */
export async function ownForm(exchange: Exchange): Promise<URLSearchParams | undefined> {
  const { request, url } = exchange;
  const site = request.headers.get("sec-fetch-site");
  // Browsers of before fetch metadata name the origin with every form that is posted.
  if (site === null ? request.headers.get("origin") !== url.origin : site !== "same-origin") return undefined;
  const form = await readForm(request);
  const browser = browserOf(exchange);
  if (!form || !browser) return undefined;
  return (await equalInConstantTime(form.get("form") ?? "", await tokenOf(browser))) ? form : undefined;
}

function browserOf({ configuration, auth }: Exchange): string | undefined {
  const value = configuration.cookies.getCookie(cookieName, auth.storeOptions);
  return value && /^[\w-]{43}$/.test(value) ? value : undefined;
}

function tokenOf(browser: string): Promise<string> {
  return sha256Base64url(`inspector ${browser}`);
}
