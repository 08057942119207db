import { encodeBase64url } from "../base64url.ts";
import type { StateData, UserClaims } from "./state-data.ts";

/**
 * How a session is laid out for sealing: tokens leave the data and stand in a list of their own, a number in their
 * place says where. The user's claims are left out where the ID token's payload says the very same: `user` is `0` then.
 * That makes the cookie about a quarter smaller, and a reader that wants no tokens decodes none.
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

/** The tokens of a session apart from the rest. */
export function sealState(state: StateData): SealedState {
  const tokens: string[] = [];
  const take = (token: string | undefined): number | undefined =>
    token ? tokens.push(token) - 1 : undefined;
  const idToken = take(state.idToken);
  return {
    data: {
      ...state,
      user: state.user && state.idToken && isPayloadOf(state.user, state.idToken) ? 0 : state.user,
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

/** The session again. Its tokens, and a user who stands in the ID token, are decoded when they are first read. */
export function openState(opened: OpenedState): StateData {
  const state = opened.data as StateData & { user: UserClaims | 0 };
  const restore = (holder: object, key: string): void => {
    const index = (holder as Record<string, unknown>)[key];
    if (typeof index === "number") lazy(holder, key, () => opened.token(index));
    else (holder as Record<string, unknown>)[key] = undefined;
  };
  const { idToken: idTokenIndex } = state as { idToken: unknown };
  if (state.user === 0) {
    lazy(
      state,
      "user",
      () => JSON.parse(opened.tokenPart(idTokenIndex as number, payloadPart)!) as UserClaims,
    );
  }
  restore(state, "idToken");
  restore(state, "refreshToken");
  for (const set of [...state.tokenSets, ...(state.connectionTokenSets ?? [])]) restore(set, "accessToken");
  return state;
}

function isPayloadOf(user: UserClaims, idToken: string): boolean {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(user))) === idToken.split(".")[payloadPart];
}

/**
 * A member that becomes a plain value once it is read or assigned: of `this`, since descriptors may have moved it to
 * another object, and without insisting, since that object may be frozen.
 */
function lazy(holder: object, key: string, compute: () => unknown): void {
  let computed: [unknown] | undefined;
  const settle = (owner: object, value: unknown): unknown => {
    Reflect.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
    return value;
  };
  Object.defineProperty(holder, key, {
    enumerable: true,
    configurable: true,
    get(this: object) {
      computed ??= [compute()];
      return settle(this, computed[0]);
    },
    set(this: object, value: unknown) {
      settle(this, value);
    },
  });
}
