import { optionsOf, requireTexts } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { BuildLinkUserUrlError, BuildUnlinkUserUrlError, MissingSessionError } from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import { type LinkedConnection, linkParameters, unlinkParameters } from "../protocol/link-user.ts";
import { identityOf } from "../session/identity.ts";
import type { LinkingFacts } from "../session/state-data.ts";
import { beginLogin } from "./begin-login.ts";
import { asError } from "./build-urls.ts";
import { loadForTokens } from "./load-session.ts";
import { mergeParameters } from "./merge-parameters.ts";

/** Options of linking another account to the logged-in user. */
export interface StartLinkUserOptions<TAppState = unknown> extends LinkedConnection {
  /** Comes back from `completeLinkUser`. */
  appState?: TAppState | undefined;
  /** Parameters of the authorization request; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
}

/** Options of unlinking an account from the logged-in user. */
export type StartUnlinkUserOptions<TAppState = unknown> = Omit<
  StartLinkUserOptions<TAppState>,
  "connectionScope"
>;

/** Sends the browser to link another account. */
export async function startLinkUser<T>(
  context: Context<T>,
  options: Partial<StartLinkUserOptions>,
  storeOptions: T | undefined,
): Promise<URL> {
  return await begin(context, options, linkParameters, BuildLinkUserUrlError, storeOptions);
}

/** Sends the browser to unlink an account. */
export async function startUnlinkUser<T>(
  context: Context<T>,
  options: Partial<StartUnlinkUserOptions>,
  storeOptions: T | undefined,
): Promise<URL> {
  return await begin(context, options, unlinkParameters, BuildUnlinkUserUrlError, storeOptions);
}

async function begin<T>(
  context: Context<T>,
  options: Partial<StartLinkUserOptions>,
  ask: typeof linkParameters,
  BuildError: typeof BuildLinkUserUrlError | typeof BuildUnlinkUserUrlError,
  storeOptions: T | undefined,
): Promise<URL> {
  requireTexts(options, "connection");
  optionsOf(options, "connectionScope");
  const { authorizationParams, appState, ...connection } = options as StartLinkUserOptions;
  const own = mergeParameters(context, authorizationParams);
  const domain = await context.resolveDomain(storeOptions);
  const state = await loadForTokens(context, storeOptions);
  if (!state?.idToken)
    throw new MissingSessionError(
      state
        ? "The session has no ID token, which changing accounts needs: leave 'storeIdToken' on."
        : "Nobody is logged in. Log in first.",
    );
  const parameters = { ...own, ...ask(connection, state.idToken) };
  const linking: LinkingFacts = { ...identityOf(state), sub: state.user?.sub };
  return await asError(BuildError, () =>
    beginLogin(context, { domain, parameters, facts: { appState, linking } }, storeOptions),
  );
}
