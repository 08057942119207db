import { isText } from "../arguments.ts";
import { MissingClientAuthError, TokenExchangeError } from "../errors/index.ts";
import { unverifiedClaims } from "./jws.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import { parameterName } from "./parameters.ts";
import type { Server } from "./server.ts";
import { type ActClaim, requestTokens, type TokenResponse } from "./token-request.ts";

/** Parameters of one's own, which an Action of Auth0 sees; a list of at most 20 values is sent as so many parameters. */
export type ExtraParameters = Record<string, string | string[]>;

/** A token of another kind in exchange for tokens of the issuer (RFC 8693; Auth0: Custom Token Exchange). */
export interface ExchangeProfileOptions {
  /** The token given, without `Bearer ` before it. */
  subjectToken: string;
  /** URI of what kind of token it is; at Auth0 that of a Token Exchange Profile. */
  subjectTokenType: string;
  /** The API the access token is for. */
  audience?: string | undefined;
  /** Separated by spaces. With `openid` an ID token comes along. */
  scope?: string | undefined;
  /** URI of the kind of token wanted. Default: an access token. */
  requestedTokenType?: string | undefined;
  /** Organization of the user, by id or name. An ID token that comes has to name it. */
  organization?: string | undefined;
  /** A token of who acts for the user, and the URI of its kind: both or neither. */
  actorToken?: string | undefined;
  actorTokenType?: string | undefined;
  extra?: ExtraParameters | undefined;
}

/** A token of Auth0 in exchange for one of an upstream identity provider (Auth0: Token Vault). */
export interface TokenVaultExchangeOptions {
  /** The connection, such as `google-oauth2`. */
  connection: string;
  /** An access token, or a refresh token if `subjectTokenType` says so. */
  subjectToken: string;
  /** Default `urn:ietf:params:oauth:token-type:access_token`. */
  subjectTokenType?: string | undefined;
  /** Default: the access token of the identity provider. */
  requestedTokenType?: string | undefined;
  /** Which account, where the user has several of that connection. */
  loginHint?: string | undefined;
  /** Scope to ask of the identity provider, separated by spaces. */
  scope?: string | undefined;
  extra?: ExtraParameters | undefined;
}

/** What a token exchange sends. */
export interface ExchangeRequest {
  grantType: string;
  parameters: Readonly<Record<string, string | string[] | undefined>>;
}

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
/** For tokens of upstream identity providers Auth0 has a grant of its own. */
export const vaultGrantType =
  "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
export const vaultTokenType = "http://auth0.com/oauth/token-type/federated-connection-access-token";
/** What the URIs of tokens begin with (RFC 8693 section 3). */
export const tokenTypePrefix = "urn:ietf:params:oauth:token-type:";

const shared = ["subjectToken", "subjectTokenType", "requestedTokenType", "scope"];
const profileOnly = ["audience", "organization", "actorToken", "actorTokenType"];
const vaultOnly = ["connection", "loginHint"];

/** What `extra` must not say: what the SDK sends itself, and what would change whom or what the tokens are for. */
const reserved = new Set(
  "grant_type client_id client_secret client_assertion client_assertion_type assertion aud resource resources resource_indicator"
    .split(" ")
    .concat([...shared, ...profileOnly, ...vaultOnly].map(parameterName)),
);
const maxValues = 20;

/**
 * What is sent for these options; nothing is yet.
 *
 * @param vault whether they are those of the Token Vault
 * @throws TokenExchangeError where they cannot be honoured
 */
export function exchangeRequest(
  options: ExchangeProfileOptions | TokenVaultExchangeOptions | undefined,
  vault: boolean,
): ExchangeRequest {
  const given = (options ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of vault ? [...profileOnly, "resource"] : vaultOnly) {
    if (given[name] !== undefined) throw new TokenExchangeError(`'${name}' does not go with this exchange.`);
  }
  const parameters: Record<string, string | string[] | undefined> = vault
    ? { subject_token_type: `${tokenTypePrefix}access_token`, requested_token_type: vaultTokenType }
    : {};
  for (const name of [...shared, ...(vault ? vaultOnly : profileOnly)]) {
    const value = given[name];
    if (isText(value)) parameters[parameterName(name)] = value;
    else if (value !== undefined && (value !== "" || name === "actorToken"))
      throw new TokenExchangeError(`'${name}' must be a text.`);
  }
  const { subject_token: subject, actor_token: actor } = parameters;
  const needed = vault ? ["connection", "subjectToken"] : ["subjectToken", "subjectTokenType"];
  for (const name of needed) {
    if (!isText(given[name])) throw new TokenExchangeError(`'${name}' is required.`);
  }
  if (!actor !== !parameters.actor_token_type)
    throw new TokenExchangeError("'actorToken' and 'actorTokenType' go together.");
  for (const token of [subject, actor] as string[]) {
    if (token && (token !== token.trim() || /^bearer\s/i.test(token)))
      throw new TokenExchangeError("A token is given without spaces around it and without 'Bearer'.");
  }
  return {
    grantType: vault ? vaultGrantType : grantType,
    parameters: { ...parameters, ...checkedExtra(given.extra) },
  };
}

/**
 * Exchanges a token.
 *
 * @throws MissingClientAuthError for a public client
 * @throws TokenExchangeError with the OAuth error in `cause`
 */
export async function exchangedTokens(server: Server, request: ExchangeRequest): Promise<TokenResponse> {
  if (server.isPublicClient) throw new MissingClientAuthError();
  try {
    return await sendExchange(server, request);
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenExchangeError(`The token could not be exchanged: ${cause.message}`, cause);
  }
}

/** Asks the token endpoint. What is issued need not be an access token; then its type is `N_A` (section 2.2.1). */
export async function sendExchange(server: Server, request: ExchangeRequest): Promise<TokenResponse> {
  const tokens = await requestTokens(server, request.grantType, request.parameters, ["bearer", "n_a"]);
  const act = tokens.claims?.act ?? unverifiedClaims(tokens.accessToken)?.act;
  return isActor(act) ? { ...tokens, act } : tokens;
}

function checkedExtra(extra: unknown): ExtraParameters {
  if (extra === undefined) return {};
  if (typeof extra !== "object" || extra === null || Array.isArray(extra))
    throw new TokenExchangeError("'extra' must be an object.");
  for (const [name, value] of Object.entries(extra)) {
    if (reserved.has(name)) throw new TokenExchangeError(`'${name}' cannot be among the extra parameters.`);
    const values = [value ?? []].flat();
    if (values.length > maxValues || !values.every((one) => typeof one === "string"))
      throw new TokenExchangeError(`'extra.${name}' must be a text, or a list of at most ${maxValues}.`);
  }
  return extra as ExtraParameters;
}

function isActor(act: unknown): act is ActClaim {
  return typeof act === "object" && act !== null && typeof (act as { sub?: unknown }).sub === "string";
}
