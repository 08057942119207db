import { BROWSER_COOKIE, readCookie, setCookie } from "./browser-cookies.ts";
import type { TenantContext } from "./context.ts";
import { equalInConstantTime, randomToken, sha256Base64url } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import { ownForm } from "./own-form.ts";
import type { Parameters } from "./parameters.ts";

/** Seconds a form may stay open. */
const LIFETIME = 3600;

/** What a form carries so that only the browser it was shown in can send it, and the cookie that says which one that is. */
export interface FormToken {
  /** To be sent as `form`. */
  token: string;
  /** A `Set-Cookie` value. */
  cookie: string;
}

/** A token for the forms of a page that belongs to no login. */
export async function formToken(request: Request, tenant: TenantContext): Promise<FormToken> {
  const browser = readCookie(request, BROWSER_COOKIE) ?? randomToken();
  const token = await sha256Base64url(`form ${browser}`);
  return { token, cookie: setCookie(request, tenant, BROWSER_COOKIE, browser, LIFETIME) };
}

/**
 * The fields of such a form.
 *
 * @throws {OAuthError} 403 when another site sent it, or another browser.
 */
export async function tokenForm(request: Request): Promise<Parameters> {
  const form = await ownForm(request);
  const browser = readCookie(request, BROWSER_COOKIE);
  const expected = browser && (await sha256Base64url(`form ${browser}`));
  if (expected && (await equalInConstantTime(form.get("form") ?? "", expected))) return form;
  throw new OAuthError(
    403,
    "invalid_request",
    "The form has expired. Go back, open the page anew and try again.",
  );
}
