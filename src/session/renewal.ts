import { EdgeAuthError, type OAuthErrorCause } from "../errors/index.ts";
import type { ConnectionTokenSet, StateData } from "./state-data.ts";
import { createTokenSet, type ReceivedTokens, withConnectionTokenSet, withTokens } from "./token-sets.ts";

/** What a session's refresh token is spent for. Plain data: it may travel to whatever owns the session. */
export interface Renewal {
  /** The API an access token is wanted for. Default: that of the login. */
  audience?: string | undefined;
  /** The scope it has to have. */
  scope?: string | undefined;
  /** Whether the caller named one of them: only then are they sent, and a plain refresh asks for what the login got. */
  named?: boolean | undefined;
  /** A token of this connection's own provider is wanted instead (Auth0 Token Vault). */
  connection?: string | undefined;
  /** Which account of that connection. */
  loginHint?: string | undefined;
}

/** What an issuer gave for a refresh token. Plain data. */
export interface Receipt {
  /** The refresh token that was spent. */
  spent: string;
  renewal: Renewal;
  tokens: ReceivedTokens;
}

/**
 * The session with what came for it. The refresh token that came takes the place of the one that was spent, and of no other:
 * whatever replaced that one in the meantime is newer.
 */
export function withReceipt(state: StateData, { spent, renewal, tokens }: Receipt, now: number): StateData {
  const { audience, scope, connection, loginHint } = renewal;
  const refreshToken = state.refreshToken === spent ? (tokens.refreshToken ?? spent) : state.refreshToken;
  if (connection === undefined) {
    return withTokens(state, { ...tokens, refreshToken }, createTokenSet(tokens, audience, scope), now);
  }
  const { accessToken, expiresAt } = tokens;
  const tokenSet: ConnectionTokenSet = {
    connection,
    accessToken,
    scope: tokens.scope,
    expiresAt,
    ...(loginHint !== undefined && { loginHint }),
  };
  return withConnectionTokenSet({ ...state, refreshToken }, tokenSet, now);
}

/** The session after its issuer said that it will never take its refresh token again (RFC 6749 section 5.2). */
export function withoutRefreshToken(state: StateData, refused: string): StateData {
  return { ...state, refreshToken: undefined, internal: { ...state.internal, refused } };
}

/**
 * What an issuer said that will never take a refresh token again, `undefined` for every other failure. Only a plain refresh tells:
 * a connection's token can be refused for reasons of its own.
 */
export function refusalOf(error: unknown, { connection }: Renewal): string | undefined {
  if (connection !== undefined || !(error instanceof EdgeAuthError)) return undefined;
  const said = (error.cause as Partial<OAuthErrorCause> | undefined)?.error;
  return said === "invalid_grant" ? said : undefined;
}
