import { observe } from "../context/observe.ts";
import { tokenForConnection } from "../protocol/connection-token.ts";
import type { Receipt } from "../session/renewal.ts";
import { type Ask, serverOf } from "./ask-for-tokens.ts";

/** Asks for a token of an upstream identity provider (Auth0 Token Vault). */
export const askForConnectionToken: Ask = (context, state, renewal, storeOptions, signal) => {
  const { refreshToken: spent = "" } = state;
  const { connection = "", loginHint } = renewal;
  const ask = async (own: typeof context): Promise<Receipt> => {
    const server = await serverOf(own, state, storeOptions, signal);
    const tokens = await tokenForConnection(server, { connection, loginHint, refreshToken: spent });
    const { accessToken, scope, expiresAt, refreshToken } = tokens;
    return { spent, renewal, tokens: { accessToken, scope, expiresAt, refreshToken } };
  };
  return observe(context, storeOptions, "refresh", ask, renewal, { connection });
};
