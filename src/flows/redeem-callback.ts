import { requireCallback } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { MissingTransactionError } from "../errors/index.ts";
import { type LoginTokens, tokensByCode } from "../protocol/authorization-code.ts";
import type { TransactionData } from "../session/state-data.ts";
import { magicLinkState, transactionIdentifierFor } from "../session/transaction.ts";

/** A callback whose code was exchanged. */
export interface RedeemedCallback {
  transaction: TransactionData;
  tokens: LoginTokens;
  /** Host of the issuer. */
  domain: string;
}

/** A `state` of ours has 43 characters; a caller's own may be longer, but not without end. */
const maxStateChars = 2048;

/**
 * Takes the transaction a callback belongs to, checks the one against the other, and exchanges the code.
 *
 * @param check throws where the transaction is of another kind than the caller completes
 * @param magicLink whether it has to be that of a link sent by email, or must not be
 */
export async function redeemCallback<T>(
  context: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
  check?: (transaction: TransactionData) => void,
  magicLink = false,
): Promise<RedeemedCallback> {
  const transaction = await takeTransaction(context, callback, storeOptions, magicLink);
  if ((transaction.magicLink === true) !== magicLink) throw new MissingTransactionError();
  check?.(transaction);
  if (transaction.clientId !== undefined && transaction.clientId !== context.clientId) {
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
    codeVerifier: transaction.codeVerifier,
    redirectUri: textOf(transaction.redirectUri) ?? callback.origin + callback.pathname,
    maxAge: typeof transaction.maxAge === "number" ? transaction.maxAge : undefined,
  });
  return { transaction, tokens, domain };
}

/** The transaction of a callback, gone from the store before anything is tried with it: it serves one callback. */
async function takeTransaction<T>(
  { transactionStore, transactionIdentifier }: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
  magicLink: boolean,
): Promise<TransactionData> {
  requireCallback(callback);
  const state = callback.searchParams.get("state") ?? undefined;
  if (state !== undefined && state.length > maxStateChars) throw new MissingTransactionError();
  const identifier = await transactionIdentifierFor(
    transactionIdentifier,
    magicLink ? magicLinkState(state) : state,
  );
  const transaction = await transactionStore.get(identifier, storeOptions);
  if (!transaction) throw new MissingTransactionError();
  await transactionStore.delete(identifier, storeOptions);
  return transaction;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
