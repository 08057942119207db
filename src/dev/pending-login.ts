import { BROWSER_COOKIE, readCookie, setCookie } from "./browser-cookies.ts";
import type { TenantContext } from "./context.ts";
import { randomToken, sha256Base64url } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";

/** Seconds in which a person may choose. */
const LIFETIME = 3600;

/**
 * Keeps an authorization request until its person has chosen. It survives a reload of the page and of the
 * Worker, and several tabs may each have one.
 *
 * @returns The handle that the login page carries, and the cookie that ties it to this browser.
 */
export async function keepLogin(
  request: Request,
  tenant: TenantContext,
  parameters: Parameters,
): Promise<{ handle: string; cookie: string }> {
  const handle = randomToken();
  const browser = readCookie(request, BROWSER_COOKIE) ?? randomToken();
  const record = { parameters: [...parameters], browser: await sha256Base64url(browser) };
  await tenant.records.save("login", handle, record, LIFETIME);
  return { handle, cookie: setCookie(request, tenant, BROWSER_COOKIE, browser, LIFETIME) };
}

/**
 * The authorization request behind a handle. It is not used up: a double click or the Back button simply
 * makes another code, and the app decides whether it still wants it.
 *
 * @throws {OAuthError} To be shown as a page: unknown, expired, or begun in another browser.
 */
export async function recallLogin(
  request: Request,
  tenant: TenantContext,
  handle: string | undefined,
): Promise<Parameters> {
  const record = handle === undefined ? undefined : await tenant.records.load("login", handle);
  const browser = readCookie(request, BROWSER_COOKIE);
  if (record === undefined || browser === undefined || record.browser !== (await sha256Base64url(browser))) {
    const why =
      "It has expired, was begun in another browser, or the tenant has lost its memory in a reload.";
    throw new OAuthError(400, "invalid_request", `${why} Go back to the app and log in again.`, {
      title: "This login has ended",
    });
  }
  return new Map(record.parameters);
}
