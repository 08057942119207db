import type { DomainResolver } from "../context/options.ts";
import { parseCookies } from "../cookies/cookie-text.ts";
import { loopbackCookie } from "../cookies/session-cookie.ts";
import { isLoopbackHttp } from "../loopback.ts";
import { isOfIssuer, issuerName, normalizeDomain } from "../session/issuer-name.ts";
import { isCeilingReached } from "../session/lifetime.ts";
import type { SessionOf, UserOf } from "../session/state-data.ts";
import type { EncryptedStoreOptions } from "../store/abstract-stores.ts";
import type { RevocationList } from "../store/contracts.ts";
import { readSessionCookie } from "../store/session-cookie.ts";
import {
  rememberSettings,
  type SessionConfiguration,
  type SessionSettings,
} from "../store/session-settings.ts";

/** Options of {@link readSession}: those of the store that wrote the session. */
export interface ReadSessionOptions extends SessionConfiguration, EncryptedStoreOptions {
  /**
   * Auth0 domain the session has to be of, or the function that chooses it for each request; its store options have the
   * request and nothing else. Neither `domain` nor `issuer`: of any issuer.
   */
  domain?: string | DomainResolver<{ request: ReadableRequest }> | undefined;
  /** URL of another provider the session has to be of. */
  issuer?: string | undefined;
  /** Default `__a0_session`. */
  stateIdentifier?: string | undefined;
  /** Those of the store, where it has them; without, a session that was ended from outside goes on here to its own end. */
  revocations?: RevocationList<{ request: ReadableRequest }> | undefined;
}

/** What of a request is read. */
export interface ReadableRequest {
  readonly headers: Headers;
  readonly url?: string;
}

/** A session that was only read. */
export type ReadSession<TClaims extends object = object, TData extends object = object> = SessionOf<
  TClaims,
  TData
> & { user: UserOf<TClaims> };

/**
 * Who is logged in, for middleware that has to stay small: reads a session in sealed cookies and nothing else. Expiry,
 * inactivity, the upstream ceiling, the domain, logouts and older secrets count as they do for `ServerClient`. It never
 * refreshes, never extends, and no OAuth code is reached, so a bundle that uses only this stays a few kilobytes.
 *
 * @param request the incoming request; where its URL is on http://localhost, cookie names go without prefix as with `edgeAuth`
 * @param options keep them in a constant: what is derived from them is remembered by the object
 * @returns the session; `undefined` where there is none
 * @throws InvalidConfigurationError for an empty secret, and where `domain` is a function that returns none
 * @throws SessionStoreError where `revocations` cannot be reached and are told to deny then
 *
 * @example
 * const options = { secret: env.AUTH0_SECRET };
 * const session = await readSession(request, options);
 * if (!session) return Response.redirect(new URL("/auth/login", request.url));
 */
export async function readSession<TClaims extends object = object, TData extends object = object>(
  request: ReadableRequest,
  options: ReadSessionOptions,
): Promise<ReadSession<TClaims, TData> | undefined> {
  const now = Math.floor(Date.now() / 1000);
  const cookies = parseCookies(request.headers.get("cookie"));
  const local = request.url !== undefined && isLoopbackHttp(new URL(request.url));
  const found =
    (await readSessionCookie(settingsFor(options), cookies, now)) ??
    (local ? await readSessionCookie(settingsFor(options, "local"), cookies, now) : undefined);
  if (!found?.state.user || isCeilingReached(found.state.sessionExpiresAt, now)) return undefined;
  const { domain, issuer } = options;
  const isChosen = typeof domain === "function";
  // Both forms of a resolver find here what they look for; see `DomainResolver`.
  const chosen = isChosen ? ((await domain({ request, storeOptions: { request } })) ?? "") : domain;
  const name = issuer
    ? issuerName(new URL(issuer))
    : chosen === undefined
      ? undefined
      : normalizeDomain(chosen);
  if (name !== undefined && !isOfIssuer(found.state, name, isChosen)) return undefined;
  if (await options.revocations?.isRevoked(found.state, { request })) return undefined;
  const { internal: _, ...session } = found.state;
  return session as ReadSession<TClaims, TData>;
}

type Settings = (identifier: string) => SessionSettings;
const remembered = new WeakMap<ReadSessionOptions, Partial<Record<"local" | "public", Settings>>>();

/** @param place `local` for the cookie as `edgeAuth` has it on http://localhost */
function settingsFor(options: ReadSessionOptions, place: "local" | "public" = "public"): SessionSettings {
  const kept = remembered.get(options) ?? {};
  remembered.set(options, kept);
  const cookie = place === "local" ? loopbackCookie(options.cookie) : options.cookie;
  kept[place] ??= rememberSettings({ ...options, cookie }, "session");
  return kept[place](options.stateIdentifier ?? "__a0_session");
}
