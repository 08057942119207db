import { cookieSessions, type EdgeAuthOptions, InvalidConfigurationError } from "auth0-edge";
import {
  DurableObjectRevocationList,
  durableObjectCoordinator,
  durableObjectSessions,
  kvSessions,
} from "auth0-edge/cloudflare";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { AppContext, Env } from "./env.ts";

type StateStoreMaker = NonNullable<EdgeAuthOptions["stateStore"]>;

/** Where sessions may live. */
export type SessionPlace = "cookies" | "kv" | "durable-object";

const places: Record<SessionPlace, (env: Env) => StateStoreMaker> = {
  // Refreshed once however many requests want it, and ended from outside, though the browser keeps them.
  cookies: (env) =>
    cookieSessions({
      coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR),
      revocations: new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" }),
    }),
  kv: (env) => kvSessions(env.SESSIONS, { coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) }),
  "durable-object": (env) => durableObjectSessions(env.AUTH_SESSION),
};

export const sessionPlaces = Object.keys(places) as SessionPlace[];

/** Keeps what a browser has chosen. */
export const placeCookie = "showcase_place";

/** Where this browser wants its sessions; `undefined` where it has not said so. */
export function chosenPlace(c: Context): SessionPlace | undefined {
  return sessionPlaces.find((place) => place === getCookie(c, placeCookie));
}

/** Where the sessions of this browser live. */
export function placeOf(c: AppContext): SessionPlace {
  return chosenPlace(c) ?? defaultPlace(c.env);
}

/** Where sessions live by the setting `SESSION_STORE`. */
export function defaultPlace({ SESSION_STORE = "cookies" }: Env): SessionPlace {
  const place = sessionPlaces.find((one) => one === SESSION_STORE);
  if (place) return place;
  throw new InvalidConfigurationError(
    `SESSION_STORE must be one of ${sessionPlaces.join(", ")}, not '${SESSION_STORE}'.`,
  );
}

/**
 * The store of a place, as `edgeAuth` takes it. An app with one place needs no more than its line above; here a person may have
 * sessions in several, so what ends sessions from outside ends them in all.
 */
export function stateStore(env: Env, place: SessionPlace = defaultPlace(env)): StateStoreMaker {
  return (...given) => {
    const store = places[place](env)(...given);
    const others = sessionPlaces.filter((one) => one !== place).map((one) => places[one](env)(...given));
    const endHere = store.deleteByLogoutToken.bind(store);
    store.deleteByLogoutToken = async (claims, options) => {
      const endings = others.map((other) => other.deleteByLogoutToken(claims, options));
      await Promise.all([endHere(claims, options), ...endings]);
    };
    return store;
  };
}
