import type { Context } from "../context/context.ts";
import type { AuthorizationDetails } from "../protocol/token-request.ts";
import { keepLinkedSession } from "./complete-link-user.ts";
import { establishSession } from "./establish-session.ts";
import { redeemCallback } from "./redeem-callback.ts";

/** What a completed login answers. */
export interface InteractiveLoginResult<TAppState = unknown> {
  /** What was passed when the login was started. */
  appState?: TAppState | undefined;
  /** What was granted by rich authorization (RFC 9396). */
  authorizationDetails?: AuthorizationDetails[] | undefined;
}

/**
 * Completes what a callback belongs to: a login makes a new session, linking and unlinking keep the one there is.
 *
 * @param told what is told of it; only the transaction says which of them it is
 */
export async function completeInteractiveLogin<T, TAppState>(
  context: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
  told?: { step: string },
): Promise<InteractiveLoginResult<TAppState>> {
  const { transaction, tokens, domain } = await redeemCallback(
    context,
    callback,
    storeOptions,
    ({ linking }) => {
      if (linking && told) told.step = "link";
    },
  );
  const { audience, organization, appState, linking } = transaction;
  const scope = typeof transaction.scope === "string" ? transaction.scope : undefined;
  await (linking
    ? keepLinkedSession(context, linking, tokens, storeOptions)
    : establishSession(context, tokens, { domain, audience, scope, organization }, storeOptions));
  return { appState: appState as TAppState | undefined, authorizationDetails: tokens.authorizationDetails };
}
