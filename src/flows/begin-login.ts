import { secondsOf } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { InvalidConfigurationError, MissingRequiredArgumentError } from "../errors/index.ts";
import { type AuthorizationParameters, authorizationUrl } from "../protocol/authorization-request.ts";
import type { Server } from "../protocol/server.ts";
import { randomToken } from "../session/random.ts";
import type { TransactionData } from "../session/state-data.ts";
import { hasEnoughEntropy, magicLinkState, transactionIdentifierFor } from "../session/transaction.ts";

/** What one way of sending the browser to the issuer knows. */
export interface LoginStart {
  domain: string;
  /** Parameters of the authorization request; `state` and `nonce` are made where they are not among them. */
  parameters: AuthorizationParameters;
  /** Whether to push them (RFC 9126). */
  pushed?: boolean | undefined;
  /** What the callback needs to know beside what every callback is checked for, or in its place. */
  facts: TransactionData;
  /** Sends a link in place of making a URL, which then is none. */
  sendLink?: ((server: Server) => Promise<void>) | undefined;
}

/** Keeps what the callback will be checked against, and answers where to send the browser. */
export async function beginLogin<T>(
  context: Context<T>,
  { domain, parameters, pushed, facts, sendLink }: LoginStart,
  storeOptions: T | undefined,
): Promise<URL> {
  const redirectUri = absoluteUrl(parameters.redirect_uri);
  const state = ownOrRandom("state", parameters.state);
  const nonce = ownOrRandom("nonce", parameters.nonce);
  const codeVerifier = randomToken();
  const maxAge = secondsOf(parameters.max_age);
  const server = await context.server(domain, storeOptions);
  const url = await (sendLink?.(server) ??
    authorizationUrl(server, { ...parameters, state, nonce }, codeVerifier, pushed));
  const transaction: TransactionData = {
    state,
    nonce,
    codeVerifier,
    redirectUri,
    domain,
    clientId: context.clientId,
    scope: parameters.scope,
    audience: parameters.audience,
    maxAge,
    ...facts,
  };
  const kept = sendLink ? magicLinkState(state) : state;
  const identifier = await transactionIdentifierFor(context.transactionIdentifier, kept);
  await context.transactionStore.set(identifier, transaction, false, storeOptions);
  return url as URL;
}

/** @throws InvalidConfigurationError for anything but an absolute URL */
export function absoluteUrl(redirectUri: string | undefined): string {
  if (!redirectUri) throw new MissingRequiredArgumentError("authorizationParams.redirect_uri");
  if (URL.canParse(redirectUri)) return redirectUri;
  throw new InvalidConfigurationError("'authorizationParams.redirect_uri' must be an absolute URL.");
}

function ownOrRandom(name: string, own: unknown): string {
  if (own === undefined) return randomToken();
  if (typeof own === "string" && hasEnoughEntropy(own)) return own;
  throw new InvalidConfigurationError(
    `The '${name}' of authorizationParams must carry at least 128 random bits. Leave it out to have one made.`,
  );
}
