import { BROWSER_COOKIE, readCookie, setCookie } from "./browser-cookies.ts";
import type { TenantContext } from "./context.ts";
import { randomToken, sha256Base64url } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import type { SentRequest } from "./pushed-request.ts";
import type { LoginProgress } from "./records.ts";
import { openParameters, sealParameters } from "./sealed-parameters.ts";

/** Seconds in which a person may choose. */
const LIFETIME = 3600;

/** An authorization request that waits for a person. */
export interface PendingLogin {
  handle: string;
  sent: SentRequest;
  progress: LoginProgress | undefined;
  /** Hash of the cookie of the browser that may choose. */
  browser: string;
}

/**
 * Keeps an authorization request until its person has chosen. It survives a reload of the page and of the
 * Worker, and several tabs may each have one.
 *
 * @returns What waits, its handle being what the pages carry, and the cookie that ties it to this browser.
 */
export async function keepLogin(
  request: Request,
  tenant: TenantContext,
  sent: SentRequest,
): Promise<{ pending: PendingLogin; cookie: string }> {
  const handle = randomToken();
  const secret = readCookie(request, BROWSER_COOKIE) ?? randomToken();
  const browser = await sha256Base64url(secret);
  await save(tenant, { handle, sent, browser }, undefined);
  const cookie = setCookie(request, tenant, BROWSER_COOKIE, secret, LIFETIME);
  return { pending: { handle, sent, progress: undefined, browser }, cookie };
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
): Promise<PendingLogin> {
  const record = handle === undefined ? undefined : await tenant.records.load("login", handle);
  const parameters = record && (await openParameters(handle!, record.parameters));
  const browser = readCookie(request, BROWSER_COOKIE);
  const isHere = browser !== undefined && record?.browser === (await sha256Base64url(browser));
  if (record === undefined || parameters === undefined || !isHere) {
    const why =
      "It has expired, was begun in another browser, or the tenant has lost its memory in a reload.";
    throw new OAuthError(400, "invalid_request", `${why} Go back to the app and log in again.`, {
      title: "This login has ended",
    });
  }
  return {
    handle: handle!,
    sent: { parameters, pushed: record.pushed },
    progress: record.progress,
    browser: record.browser,
  };
}

/** Notes how far a login has come. */
export async function keepProgress(
  tenant: TenantContext,
  pending: Omit<PendingLogin, "progress">,
  progress: LoginProgress,
): Promise<void> {
  await save(tenant, pending, progress);
}

async function save(
  tenant: TenantContext,
  { handle, sent, browser }: Omit<PendingLogin, "progress">,
  progress: LoginProgress | undefined,
): Promise<void> {
  const parameters = await sealParameters(handle, sent.parameters);
  const record = { parameters, pushed: sent.pushed, browser, ...(progress && { progress }) };
  await tenant.records.save("login", handle, record, LIFETIME);
}
