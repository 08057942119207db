import { contextOf } from "../../core-client.ts";
import { DiscoveryError, MissingSessionError } from "../../errors/index.ts";
import type { TransactionData } from "../../session/state-data.ts";
import { transactionIdentifierFor } from "../../session/transaction.ts";
import { type Exchange, methodNotAllowed, redirect } from "../exchange.ts";
import { logProblem } from "../log.ts";
import type { LoginState } from "./login.ts";
import { safeReturnTo } from "./return-to.ts";
import { silentRefusal, withRefusal } from "./silent-login.ts";

/**
 * `GET /auth/callback`: where the issuer sends the browser back to. Makes the session and goes on to `returnTo`. A silent login
 * that the issuer refused goes there as well, with the code as `error` in the query; whatever session there was stays.
 */
export async function callback(exchange: Exchange): Promise<Response> {
  const { request, url, auth, configuration, hooks } = exchange;
  if (request.method !== "GET") return methodNotAllowed("GET");
  // Behind a proxy the request may name another host than the user's browser does.
  const address = new URL(configuration.base.origin + url.pathname + url.search);
  // Whoever completes the login takes the transaction away, and then only a success says what it was about.
  const transaction =
    hooks.onCallback || url.searchParams.has("error") ? await transactionOf(exchange) : undefined;
  let appState: unknown;
  try {
    ({ appState } = await auth.client.completeInteractiveLogin(address, auth.storeOptions));
  } catch (error) {
    return await failed(exchange, error, transaction?.appState);
  }
  return await completed(exchange, appState, !transaction?.linking);
}

/** What the login left behind that this callback says it belongs to. Nothing of it counts before the callback was checked. */
async function transactionOf({ url, auth }: Exchange): Promise<TransactionData | undefined> {
  const { transactionStore, transactionIdentifier } = contextOf(auth.client);
  const state = url.searchParams.get("state") ?? undefined;
  const identifier = await transactionIdentifierFor(transactionIdentifier, state);
  // A store that fails does so again when the login is completed, and is answered then.
  return await transactionStore.get(identifier, auth.storeOptions).catch(() => undefined);
}

async function completed(exchange: Exchange, appState: unknown, isLogin: boolean): Promise<Response> {
  const { told, page } = begun(exchange, appState);
  const { onCallback } = exchange.hooks;
  if (!onCallback) return redirect(page);
  try {
    const session = await exchange.auth.getSession();
    if (!session) throw new MissingSessionError("The session ended while it was made. Log in again.");
    return (await onCallback({ ...told, session })) || redirect(page);
  } catch (error) {
    if (isLogin) await undo(exchange);
    throw error;
  }
}

async function failed(exchange: Exchange, error: unknown, appState: unknown): Promise<Response> {
  const { told, silent, page } = begun(exchange, appState);
  try {
    const own = await exchange.hooks.onCallback?.({ ...told, error: error as Error });
    if (own) return own;
  } catch (thrown) {
    logProblem(thrown, exchange.auth);
  }
  // Only a page that asked for it by `prompt=none` knows what to do: another one might start the next login at once.
  const code = silent && silentRefusal(error);
  if (!code) throw error;
  return redirect(withRefusal(page, code));
}

/** What a login was begun with, as the hook is told and as the browser goes on. */
function begun({ request, auth, configuration: { base } }: Exchange, appState: unknown) {
  // The app may have started the login itself, with a state of any shape.
  const { returnTo, silent } = Object(appState) as LoginState;
  const own = safeReturnTo(returnTo, base.origin);
  return { told: { returnTo: own, appState, request, auth }, page: own ?? `${base.path}/`, silent };
}

/** Ends the session that was just made. The browser loses it in any case. */
async function undo({ auth }: Exchange): Promise<void> {
  const { client, storeOptions } = auth;
  const { stateStore, stateIdentifier } = contextOf(client);
  const steps = [
    () => client.logout({}, storeOptions),
    // A logout leaves alone what is of another domain than the one chosen for this request.
    () => stateStore.delete(stateIdentifier, storeOptions),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      // Without metadata only the way to the issuer's own logout is missing, which nobody goes here.
      if (!(error instanceof DiscoveryError)) logProblem(error, auth);
    }
  }
}
