import { isText, requireTexts } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import {
  MissingSessionError,
  type OAuthErrorCause,
  TokenByRefreshTokenError,
  TokenExchangeError,
  TokenExchangeErrorCode,
} from "../errors/index.ts";
import { unverifiedClaims } from "../protocol/jws.ts";
import {
  type ExtraParameters,
  exchangedTokens,
  exchangeRequest,
  tokenTypePrefix,
} from "../protocol/token-exchange.ts";
import { assertOrganization } from "../session/organization.ts";
import type { StateData } from "../session/state-data.ts";
import { askForTokens } from "./ask-for-tokens.ts";
import { loadSession } from "./load-session.ts";
import { renewSession } from "./refresh-session.ts";
import { serialize } from "./serialize.ts";

/** Who acts: by a token of theirs. */
export interface SessionTransferActor {
  token: string;
  /** URI of the kind of token. Default: an ID token. Auth0 takes one of this client that has not expired. */
  type?: string | undefined;
}

/** Whose session is wanted, and by whom (Auth0: Custom Token Exchange with session transfer). */
export interface RequestSessionTransferTokenOptions {
  /** Says whose session; an Action of Auth0 judges it. */
  subjectToken: string;
  /** URI of what kind of token it is: that of a Token Exchange Profile. */
  subjectTokenType: string;
  /** Default: the logged-in user, by the ID token of the session. */
  actor?: SessionTransferActor | undefined;
  /** Scope of the tokens of that session, separated by spaces. */
  scope?: string | undefined;
  /** Organization the token is asked for, by id or name. That of the session is the one of the redirect. */
  organization?: string | undefined;
  extra?: ExtraParameters | undefined;
}

/** A token that opens a session in another app: once, and within about a minute. */
export interface SessionTransferTokenResult {
  sessionTransferToken: string;
  /** URI of the kind of token, as the issuer named it: `urn:auth0:params:oauth:token-type:session_transfer_token`. */
  issuedTokenType: string;
  /** Seconds it lives; 0 where the issuer did not tell. */
  expiresIn: number;
  /** `n_a`: it is none to call an API with. */
  tokenType?: string | undefined;
  scope?: string | undefined;
}

/** Asks for a session transfer token. It is kept nowhere; a refreshed ID token of the session is. */
export async function requestSessionTransferToken<T>(
  context: Context<T>,
  options: RequestSessionTransferTokenOptions,
  storeOptions: T | undefined,
): Promise<SessionTransferTokenResult> {
  requireTexts(options, "subjectToken", "subjectTokenType");
  assertOrganization(options.organization);
  const { actor, ...asked } = options;
  if (actor !== undefined && !isText(actor?.token)) {
    throw actorUnavailable("The actor has no token: pass one, or leave 'actor' out for the logged-in user.");
  }
  const explicit = actor && { actorToken: actor.token, actorTokenType: actor.type ?? idTokenType };
  const { parameters, ...request } = exchangeRequest({ ...asked, audience: undefined, ...explicit }, false);
  const domain = await context.resolveDomain(storeOptions);
  const sessionActor = actor
    ? {}
    : { actor_token: await idTokenOf(context, storeOptions), actor_token_type: idTokenType };
  const tokens = await exchangedTokens(await context.server(domain, storeOptions), {
    ...request,
    parameters: { ...parameters, ...sessionActor, audience: `urn:${domain}:session_transfer` },
  });
  return {
    sessionTransferToken: tokens.accessToken,
    issuedTokenType: tokens.issuedTokenType ?? "",
    expiresIn: Math.max(0, tokens.expiresAt - context.now()),
    tokenType: tokens.tokenType,
    scope: tokens.scope,
  };
}

const idTokenType = `${tokenTypePrefix}id_token`;

/** The ID token of the logged-in user, refreshed where it has expired. */
async function idTokenOf<T>(context: Context<T>, storeOptions: T | undefined): Promise<string> {
  return await serialize(context, storeOptions, async (own) => {
    const state = await loadSession(own, storeOptions);
    if (!state?.idToken) {
      throw actorUnavailable(
        "Nobody is logged in who could act, or the session keeps no ID token. Pass an 'actor' or log in.",
      );
    }
    if (isAlive(state.idToken, own.now())) return state.idToken;
    const { audience, scope } = own.authorizationParams;
    try {
      if (!state.refreshToken) throw new TokenByRefreshTokenError("The session has no refresh token.");
      const isDone = ({ idToken }: StateData): boolean =>
        idToken !== undefined && isAlive(idToken, own.now());
      const task = { renewal: { audience, scope }, ask: askForTokens, serves: isDone };
      const session = await renewSession(own, state, task, storeOptions);
      if (isDone(session)) return session.idToken!;
      throw new TokenByRefreshTokenError("The refresh brought none.");
    } catch (error) {
      if (!(error instanceof TokenByRefreshTokenError || error instanceof MissingSessionError)) throw error;
      const cause = error.cause as OAuthErrorCause | undefined;
      throw actorUnavailable(`The ID token has expired and there is no new one: ${error.message}`, cause);
    }
  });
}

function isAlive(idToken: string, now: number): boolean {
  return Number(unverifiedClaims(idToken)?.exp) > now;
}

function actorUnavailable(message: string, cause?: OAuthErrorCause): TokenExchangeError {
  return new TokenExchangeError(message, cause, TokenExchangeErrorCode.ACTOR_UNAVAILABLE);
}
