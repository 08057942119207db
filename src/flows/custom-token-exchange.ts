import type { Context } from "../context/context.ts";
import { TokenExchangeError } from "../errors/index.ts";
import { type ExchangeProfileOptions, exchangedTokens, exchangeRequest } from "../protocol/token-exchange.ts";
import type { AuthorizationDetails, TokenResponse } from "../protocol/token-request.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { currentServer } from "./current-server.ts";
import { establishSession } from "./establish-session.ts";
import { exchangeToken } from "./exchange-token.ts";

export type CustomTokenExchangeOptions = ExchangeProfileOptions;

/**
 * Options of a login by a token of another kind. `scope`, `audience` and `organization` default to those of the client; `openid`
 * is always among the scopes.
 */
export type LoginWithCustomTokenExchangeOptions = ExchangeProfileOptions;

/** What a login by token exchange answers. */
export interface LoginWithCustomTokenExchangeResult {
  /** What was granted by rich authorization (RFC 9396). */
  authorizationDetails?: AuthorizationDetails[] | undefined;
}

/** Exchanges a token; the session has nothing to do with it. */
export async function customTokenExchange<T>(
  context: Context<T>,
  options: CustomTokenExchangeOptions,
  storeOptions: T | undefined,
): Promise<TokenResponse> {
  return await exchangeToken(options, () => currentServer(context)(storeOptions));
}

/** Exchanges a token for a session of the user it stands for. */
export async function loginWithCustomTokenExchange<T>(
  context: Context<T>,
  options: LoginWithCustomTokenExchangeOptions,
  storeOptions: T | undefined,
): Promise<LoginWithCustomTokenExchangeResult> {
  const organization = chooseOrganization(context, { organization: options?.organization });
  const own = context.authorizationParams;
  const { parameters, ...request } = exchangeRequest({ ...options, organization }, false);
  const audience = options.audience || own.audience;
  const scope = scopeWithOpenId(options.scope || own.scope);
  // No token is spent on what could not be kept.
  context.stateStore.assertWritable?.(storeOptions);
  const domain = await context.resolveDomain(storeOptions);
  const server = await context.server(domain, storeOptions);
  const { claims, ...tokens } = await exchangedTokens(server, {
    ...request,
    parameters: { ...parameters, audience, scope },
  });
  if (!claims) throw new TokenExchangeError("The issuer sent no ID token, which a login needs.");
  const login = { domain, audience, scope, organization };
  await establishSession(context, { ...tokens, claims }, login, storeOptions);
  return { authorizationDetails: tokens.authorizationDetails };
}
