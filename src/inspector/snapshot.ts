import type { Context } from "../context/context.ts";
import { chunkNames, maxCookieBytes, maxCookiesBytes } from "../cookies/chunks.ts";
import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import { sha256Base64url } from "../dev/encoding.ts";
import { isMemberOfSdk } from "../session/custom-data.ts";
import { type SessionLifetime, sessionEnd } from "../session/lifetime.ts";
import type { StateData, UserClaims } from "../session/state-data.ts";
import { readSessionCookie } from "../store/session-cookie.ts";
import { rememberSettings, type SessionSettings } from "../store/session-settings.ts";
import { StatefulStateStore } from "../store/stateful-state-store.ts";
import { StatelessStateStore } from "../store/stateless-state-store.ts";
import type { Exchange } from "../web/exchange.ts";
import type { Inspection } from "./actions.ts";
import { type TokenView, tokenViews } from "./tokens.ts";

/** A cookie of the SDK. */
export interface CookieView {
  name: string;
  what: string;
  /** Bytes of name and value. */
  bytes: number;
}

/** A time that runs out. Times are seconds since the epoch. */
export interface ClockView {
  title: string;
  what: string;
  begins: number;
  ends: number;
}

/** A signing key of the tenant. */
export interface KeyView {
  kid: string;
  signs: boolean;
}

/** What there is of a session. */
export interface SessionView {
  user: UserClaims | undefined;
  /** Members the app keeps in the session, and the bytes each takes as JSON: what stands in them is the app's affair. */
  data: { name: string; bytes: number }[];
  clocks: ClockView[];
  tokens: TokenView[];
  createdAt: number;
  /** Beginning of a digest: enough to tell two sessions apart. */
  digest: string | undefined;
  sid: string;
  domain: string | undefined;
}

/** Everything the page shows, as plain data. */
export interface Snapshot {
  /** Seconds since the epoch. */
  now: number;
  session: SessionView | undefined;
  /** Whether the browser sent a session cookie that is none. */
  isRefused: boolean;
  cookies: CookieView[];
  /** Bytes a single cookie, and all cookies of a session, may have. */
  limits: { cookie: number; session: number };
  store: string;
  keys: KeyView[];
}

/** @param store what to call the store */
export async function takeSnapshot(inspection: Inspection, store: string | undefined): Promise<Snapshot> {
  const { exchange, context, tenant, state } = inspection;
  const now = context.now();
  const inCookie = settingsOf(exchange, context, "session");
  return {
    now,
    session: state && (await sessionView(inspection, state, inCookie, now)),
    isRefused: !state && (await exchange.auth.getReason()) === "invalid_session",
    cookies: cookieViews(exchange, context, inCookie),
    limits: { cookie: maxCookieBytes, session: maxCookiesBytes },
    store: store ?? nameOf(context),
    keys: await keyViews(tenant),
  };
}

async function sessionView(
  { exchange, context }: Inspection,
  state: StateData,
  inCookie: SessionSettings,
  now: number,
): Promise<SessionView> {
  const { user, domain, internal } = state;
  const end = await endInCookie(exchange, context, inCookie, now);
  return {
    user,
    data: Object.entries(state)
      .filter(([name, value]) => !isMemberOfSdk(name) && value !== undefined)
      .map(([name, value]) => ({ name, bytes: bytesOf(JSON.stringify(value)) })),
    clocks: clocks(state, inCookie.lifetime, end ?? sessionEnd(state, inCookie.lifetime, now)),
    tokens: tokenViews(state),
    createdAt: internal.createdAt,
    digest: internal.id && (await sha256Base64url(internal.id)).slice(0, 8),
    sid: internal.sid,
    domain,
  };
}

function clocks(state: StateData, lifetime: SessionLifetime, end: number): ClockView[] {
  const { createdAt } = state.internal;
  const ceiling = state.sessionExpiresAt;
  return [
    {
      title: "Inactivity",
      what: "ends the session unless somebody comes; a visit winds it up again",
      begins: end - lifetime.inactivityDuration,
      ends: end,
    },
    {
      title: "Absolute",
      what: "ends the session whatever happens",
      begins: createdAt,
      ends: createdAt + lifetime.absoluteDuration,
    },
    ...(ceiling === undefined
      ? []
      : [
          {
            title: "Identity provider",
            what: "ends the session: its claim session_expiry",
            begins: createdAt,
            ends: ceiling,
          },
        ]),
  ].slice(lifetime.rolling ? 0 : 1);
}

/** When the browser's cookie ends: of a session in cookies, or of the id of one in a database. */
async function endInCookie(
  exchange: Exchange,
  context: Context<HeadersStoreOptions>,
  inCookie: SessionSettings,
  now: number,
): Promise<number | undefined> {
  const cookies = exchange.configuration.cookies.getCookies(exchange.auth.storeOptions);
  const found = await readSessionCookie(inCookie, cookies, now);
  if (found) return found.end;
  const { name, sealer } = settingsOf(exchange, context, "session-id");
  return (await sealer.open(cookies[name] ?? "", now))?.exp;
}

function settingsOf(
  { configuration }: Exchange,
  { stateIdentifier }: Context<HeadersStoreOptions>,
  purpose: "session" | "session-id",
): SessionSettings {
  return rememberSettings(configuration.session, purpose)(stateIdentifier);
}

function cookieViews(
  { configuration, auth }: Exchange,
  { transactionIdentifier }: Context<HeadersStoreOptions>,
  { name, markerName }: SessionSettings,
): CookieView[] {
  const cookies = configuration.cookies.getCookies(auth.storeOptions);
  const parts = new Set(chunkNames(name, cookies));
  const whatIs = (one: string): string | undefined => {
    if (parts.has(one)) return parts.size > 1 ? "Part of the session" : "Session";
    if (one === markerName) return "Which sessions have ended";
    return one.startsWith(`${transactionIdentifier}.`) ? "A login under way" : undefined;
  };
  return Object.entries(cookies).flatMap(([one, value]) => {
    const what = whatIs(one);
    return what ? [{ name: one, what, bytes: bytesOf(one) + bytesOf(value) }] : [];
  });
}

function nameOf({ stateStore }: Context<HeadersStoreOptions>): string {
  if (stateStore instanceof StatefulStateStore) return "A database (StatefulStateStore)";
  if (stateStore instanceof StatelessStateStore) return "Sealed cookies (StatelessStateStore)";
  return stateStore.constructor.name;
}

async function keyViews({ customFetch, issuer }: Inspection["tenant"]): Promise<KeyView[]> {
  const response = await customFetch(`${issuer}.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }, index) => ({ kid, signs: index === 0 }));
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
