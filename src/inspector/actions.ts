import type { Context } from "../context/context.ts";
import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import type { DevTenant } from "../dev/index.ts";
import { EdgeAuthError, type OAuthErrorCause } from "../errors/index.ts";
import { askForTokens } from "../flows/ask-for-tokens.ts";
import { changeSession } from "../flows/change-session.ts";
import { renewSession } from "../flows/refresh-session.ts";
import type { StateData } from "../session/state-data.ts";
import { type Exchange, redirect } from "../web/exchange.ts";
import type { Outcome } from "./outcomes.ts";

/** A request of a browser, and the session that it has. */
export interface Inspection {
  exchange: Exchange;
  context: Context<HeadersStoreOptions>;
  tenant: DevTenant;
  state: StateData | undefined;
}

/** Does what a button says, and goes back to the page. */
export async function act(button: string | null, inspection: Inspection): Promise<Response> {
  const { exchange, state, tenant } = inspection;
  const { auth, url, configuration } = exchange;
  const back = (query: string): Response =>
    redirect(`${configuration.base.origin}${url.pathname}?${query}`, 303);
  const done = (outcome: Outcome): Response => back(`done=${outcome}`);
  if (button === "rotate") {
    await tenant.rotateKeys();
    return done("rotated");
  }
  if (button === "logout") {
    return redirect(
      (await auth.client.logout({ returnTo: configuration.base.href }, auth.storeOptions)).href,
      303,
    );
  }
  const action =
    button !== null && Object.hasOwn(actions, button) ? actions[button as keyof typeof actions] : undefined;
  if (!action) return done("unknown");
  if (!state) return done("nobody");
  try {
    return done(await action(inspection, state));
  } catch (error) {
    if (!(error instanceof EdgeAuthError)) throw error;
    const said = (error.cause as Partial<OAuthErrorCause> | undefined)?.error ?? error.code;
    return back(`failed=${encodeURIComponent(said)}`);
  }
}

type Action = (inspection: Inspection, state: StateData) => Promise<Outcome>;

const actions: Record<"expire" | "refresh" | "backchannel", Action> = {
  /** From now on no access token serves any more; the refresh token does. */
  async expire({ exchange, context }, state) {
    const { storeOptions } = exchange.auth;
    const expiresAt = context.now() - 1;
    const write = (current: StateData): Promise<void> => {
      const { tokenSets, connectionTokenSets } = current;
      const expired = {
        ...current,
        tokenSets: tokenSets.map((set) => ({ ...set, expiresAt })),
        ...(connectionTokenSets && {
          connectionTokenSets: connectionTokenSets.map((set) => ({ ...set, expiresAt })),
        }),
      };
      return context.stateStore.set(context.stateIdentifier, expired, false, storeOptions);
    };
    await changeSession(context, state, write, storeOptions);
    return "expired";
  },

  async refresh({ exchange, context }, state) {
    if (!state.refreshToken) return "no_refresh_token";
    const { audience, scope } = context.authorizationParams;
    const had = new Set(state.tokenSets.map(({ accessToken }) => accessToken));
    const renewal = { audience, scope, named: false };
    const serves = ({ tokenSets }: StateData): boolean => tokenSets.some((set) => !had.has(set.accessToken));
    await renewSession(context, state, { renewal, ask: askForTokens, serves }, exchange.auth.storeOptions);
    return "refreshed";
  },

  /** As if the session had been ended at the issuer: the app hears of it by its own route. */
  async backchannel({ tenant }, { internal: { sid } }) {
    if (!sid) return "no_sid";
    const deliveries = await tenant.backchannelLogout({ sid });
    if (deliveries.length === 0) return "untold";
    return deliveries.every(({ status }) => status === 200) ? "told" : "refused";
  },
};
