import type { Context } from "../context/context.ts";
import { establishSession } from "./establish-session.ts";
import type { DirectLoginResult } from "./log-in-by-grant.ts";
import { redeemCallback } from "./redeem-callback.ts";

/** Completes the login of a link sent by email. */
export async function completePasswordlessMagicLink<T>(
  context: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
): Promise<DirectLoginResult> {
  // A link works once: it is not spent on what could not be kept.
  context.stateStore.assertWritable?.(storeOptions);
  const { transaction, tokens, domain } = await redeemCallback(
    context,
    callback,
    storeOptions,
    undefined,
    true,
  );
  const { audience, organization } = transaction;
  const scope = transaction.scope as string;
  await establishSession(context, tokens, { domain, audience, scope, organization }, storeOptions);
  return { authorizationDetails: tokens.authorizationDetails };
}
