import type { Context } from "../context/context.ts";
import { InvalidConfigurationError, MissingTransactionError } from "../errors.ts";
import { tokensByCode } from "../protocol/authorization-code.ts";
import type { AuthorizationDetails } from "../protocol/token-request.ts";
import type { TransactionData } from "../session/state-data.ts";
import { transactionIdentifierFor } from "../session/transaction.ts";
import { establishSession } from "./establish-session.ts";

/** What a completed login answers. */
export interface InteractiveLoginResult<TAppState = unknown> {
  /** What was passed to `startInteractiveLogin`. */
  appState?: TAppState | undefined;
  /** What was granted by rich authorization (RFC 9396). */
  authorizationDetails?: AuthorizationDetails[] | undefined;
}

/** A `state` of ours has 43 characters; a caller's own may be longer, but not without end. */
const maxStateChars = 2048;

/** Completes a login: takes its transaction, exchanges the code, and makes the session. */
export async function completeInteractiveLogin<T, TAppState>(
  context: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
): Promise<InteractiveLoginResult<TAppState>> {
  const transaction = await takeTransaction(context, callback, storeOptions);
  const { clientId, audience, scope, codeVerifier, organization } = transaction;
  if (clientId !== undefined && clientId !== context.clientId) {
    throw new MissingTransactionError("The login was started for another client.");
  }
  const current = await context.resolveDomain(storeOptions);
  const domain = transaction.domain ?? current;
  if (domain !== current && !context.resolverMode) {
    throw new MissingTransactionError("The login was started at another domain.");
  }
  const server = await context.server(domain, storeOptions);
  const tokens = await tokensByCode(server, callback, {
    state: textOf(transaction.state),
    nonce: textOf(transaction.nonce),
    codeVerifier,
    redirectUri: textOf(transaction.redirectUri) ?? callback.origin + callback.pathname,
    maxAge: typeof transaction.maxAge === "number" ? transaction.maxAge : undefined,
  });
  await establishSession(
    context,
    tokens,
    { domain, audience, scope: textOf(scope), organization },
    storeOptions,
  );
  return {
    appState: transaction.appState as TAppState | undefined,
    authorizationDetails: tokens.authorizationDetails,
  };
}

/** The transaction of a callback, gone from the store before anything is tried with it: it serves one callback. */
async function takeTransaction<T>(
  { transactionStore, transactionIdentifier }: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
): Promise<TransactionData> {
  if (!(callback instanceof URL))
    throw new InvalidConfigurationError("The callback must be passed as a URL object.");
  const state = callback.searchParams.get("state") ?? undefined;
  if (state !== undefined && state.length > maxStateChars) throw new MissingTransactionError();
  const identifier = await transactionIdentifierFor(transactionIdentifier, state);
  const transaction = await transactionStore.get(identifier, storeOptions);
  if (!transaction) throw new MissingTransactionError();
  await transactionStore.delete(identifier, storeOptions);
  return transaction;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
