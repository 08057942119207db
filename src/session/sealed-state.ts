import { decodeBase64url, encodeBase64url } from "../base64url.ts";
import type { StateData, UserClaims } from "./state-data.ts";

/**
 * How a session is laid out for sealing: tokens leave the data and stand in a list of their own, a number in their
 * place says where. The user's claims are not written a second time where the ID token says the same: `user` is `0` where they
 * are its payload to the letter, and `[changed, missing]` where only some differ, as after a refresh that brought a new ID
 * token. That makes the cookie about a quarter smaller.
 */
export interface SealedState {
  data: unknown;
  tokens: string[];
}

/** An opened sealed state; see `OpenedPayload` of the seal. */
export interface OpenedState {
  data: unknown;
  token(index: number): string | undefined;
  tokenPart(index: number, part: number): string | undefined;
}

const payloadPart = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The tokens of a session apart from the rest. */
export function sealState(state: StateData): SealedState {
  const tokens: string[] = [];
  const take = (token: string | undefined): number | undefined =>
    token ? tokens.push(token) - 1 : undefined;
  const idToken = take(state.idToken);
  return {
    data: {
      ...state,
      user:
        isUser(state.user) && state.idToken ? sealUser(state.user, state.idToken) : state.user || undefined,
      idToken,
      refreshToken: take(state.refreshToken),
      tokenSets: state.tokenSets.map((set) => ({ ...set, accessToken: take(set.accessToken) })),
      ...(state.connectionTokenSets && {
        connectionTokenSets: state.connectionTokenSets.map((set) => ({
          ...set,
          accessToken: take(set.accessToken),
        })),
      }),
    },
    tokens,
  };
}

/** The session again: plain data. */
export function openState(opened: OpenedState): StateData {
  const state = opened.data as StateData & { user: SealedUser };
  const restore = (index: unknown): string | undefined => opened.token(index as number);
  const { user, idToken: idTokenIndex } = state as { user: SealedUser; idToken: unknown };
  if (user === 0 || Array.isArray(user)) {
    const payload = JSON.parse(opened.tokenPart(idTokenIndex as number, payloadPart)!) as UserClaims;
    if (user) {
      Object.assign(payload, user[0]);
      for (const name of user[1]) delete payload[name];
    }
    state.user = payload;
  }
  state.idToken = restore(state.idToken);
  state.refreshToken = restore(state.refreshToken);
  for (const set of state.tokenSets) set.accessToken = restore(set.accessToken)!;
  for (const set of state.connectionTokenSets ?? []) set.accessToken = restore(set.accessToken)!;
  return state;
}

function isUser(user: unknown): user is UserClaims {
  return typeof user === "object" && user !== null && !Array.isArray(user);
}

type SealedUser = 0 | [changed: object, missing: string[]] | UserClaims | undefined;

function sealUser(user: UserClaims, idToken: string): SealedUser {
  const text = JSON.stringify(user);
  const payload = idToken.split(".")[payloadPart] ?? "";
  if (encodeBase64url(encoder.encode(text)) === payload) return 0;
  const claims = readObject(payload);
  if (!claims) return user;
  // A name that objects inherit is no claim that differs; an own `__proto__` would be none at all once it is merged.
  if ([user, claims].some((one) => Object.hasOwn(one, "__proto__"))) return user;
  const changed = Object.entries(user).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(ownOf(claims, name)),
  );
  const missing = Object.keys(claims).filter((name) => ownOf(user, name) === undefined);
  const difference: SealedUser = [Object.fromEntries(changed), missing];
  return JSON.stringify(difference).length < text.length ? difference : user;
}

function ownOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

/** The JSON object that a segment of a JWT is; `undefined` where it is none. */
export function readObject(payload: string): Record<string, unknown> | undefined {
  const bytes = decodeBase64url(payload);
  try {
    const value: unknown = bytes && JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
