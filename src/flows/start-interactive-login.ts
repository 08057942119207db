import type { Context } from "../context/context.ts";
import {
  InvalidConfigurationError,
  MissingRequiredArgumentError,
  OrganizationValidationError,
} from "../errors.ts";
import { type AuthorizationParameters, authorizationUrl } from "../protocol/authorization-request.ts";
import { randomToken } from "../session/random.ts";
import type { TransactionData } from "../session/state-data.ts";
import { hasEnoughEntropy, transactionIdentifierFor } from "../session/transaction.ts";

/** Options of an interactive login. */
export interface StartInteractiveLoginOptions<TAppState = unknown> {
  /** Comes back from `completeInteractiveLogin`. */
  appState?: TAppState | undefined;
  /** Parameters of the authorization request; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
  /** Organization to log in to, by id or name. */
  organization?: string | undefined;
  /** Ticket of an invitation to that organization. */
  invitation?: string | undefined;
}

const defaultScope = "openid profile email offline_access";

/** Starts a login: keeps what its callback will be checked against, and answers where to send the browser. */
export async function startInteractiveLogin<T>(
  context: Context<T>,
  options: StartInteractiveLoginOptions,
  storeOptions: T | undefined,
): Promise<URL> {
  const parameters: AuthorizationParameters = {
    ...context.authorizationParams,
    ...options.authorizationParams,
  };
  const redirectUri = absoluteUrl(parameters.redirect_uri);
  const organization = chooseOrganization(context, options);
  const invitation = options.invitation ?? parameters.invitation;
  if (invitation && !organization) {
    throw new InvalidConfigurationError("'organization' is required along with 'invitation'.");
  }
  const state = ownOrRandom("state", parameters.state);
  const nonce = ownOrRandom("nonce", parameters.nonce);
  const scope = scopeWithOpenId(parameters.scope);
  const codeVerifier = randomToken();
  const domain = await context.resolveDomain(storeOptions);
  const server = await context.server(domain, storeOptions);
  const url = await authorizationUrl(
    server,
    { ...parameters, redirect_uri: redirectUri, scope, state, nonce, organization, invitation },
    codeVerifier,
  );
  const transaction: TransactionData = {
    state,
    nonce,
    codeVerifier,
    redirectUri,
    scope,
    domain,
    clientId: context.clientId,
    audience: parameters.audience,
    organization,
    maxAge: secondsOf(parameters.max_age),
    appState: options.appState,
  };
  const identifier = await transactionIdentifierFor(context.transactionIdentifier, state);
  await context.transactionStore.set(identifier, transaction, false, storeOptions);
  return url;
}

function absoluteUrl(redirectUri: string | undefined): string {
  if (!redirectUri) throw new MissingRequiredArgumentError("authorizationParams.redirect_uri");
  if (URL.canParse(redirectUri)) return redirectUri;
  throw new InvalidConfigurationError(
    `'authorizationParams.redirect_uri' must be an absolute URL, such as 'https://example.com/auth/callback'.`,
  );
}

function chooseOrganization<T>(
  context: Context<T>,
  options: StartInteractiveLoginOptions,
): string | undefined {
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const organization =
    options.organization ??
    text(options.authorizationParams?.organization) ??
    context.organization ??
    text(context.authorizationParams.organization);
  if (organization !== undefined && !organization.trim()) {
    throw new OrganizationValidationError("'organization' must not be blank.");
  }
  return organization;
}

function ownOrRandom(name: string, own: unknown): string {
  if (own === undefined) return randomToken();
  if (typeof own === "string" && hasEnoughEntropy(own)) return own;
  throw new InvalidConfigurationError(
    `The '${name}' of authorizationParams must carry at least 128 random bits. Leave it out to have one made.`,
  );
}

function scopeWithOpenId(scope: string | undefined): string {
  const scopes = scope?.split(" ").filter(Boolean) ?? [];
  if (!scopes.length) return defaultScope;
  return (scopes.includes("openid") ? scopes : ["openid", ...scopes]).join(" ");
}

function secondsOf(maxAge: unknown): number | undefined {
  if (maxAge === undefined || maxAge === "") return undefined;
  const seconds = Number(maxAge);
  if (Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw new InvalidConfigurationError("'max_age' must be a whole number of seconds.");
}
