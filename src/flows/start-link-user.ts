import type { Context } from "../context/context.ts";
import {
  BuildAuthorizationUrlError,
  BuildLinkUserUrlError,
  BuildUnlinkUserUrlError,
  MissingRequiredArgumentError,
  MissingSessionError,
} from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import { identityOf } from "../session/identity.ts";
import type { LinkingFacts } from "../session/state-data.ts";
import { beginLogin } from "./begin-login.ts";
import { loadForTokens } from "./load-session.ts";

/** Options of linking another account to the logged-in user. */
export interface StartLinkUserOptions<TAppState = unknown> {
  /** Connection of the other account, such as `google-oauth2`. */
  connection: string;
  /** Scope to ask of that connection. */
  connectionScope?: string | undefined;
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
  const asked = {
    requested_connection: options.connection,
    requested_connection_scope: options.connectionScope,
    scope: "openid link_account offline_access",
  };
  return await begin(context, options, asked, BuildLinkUserUrlError, storeOptions);
}

/** Sends the browser to unlink an account. */
export async function startUnlinkUser<T>(
  context: Context<T>,
  options: Partial<StartUnlinkUserOptions>,
  storeOptions: T | undefined,
): Promise<URL> {
  const asked = { requested_connection: options.connection, scope: "openid unlink_account" };
  return await begin(context, options, asked, BuildUnlinkUserUrlError, storeOptions);
}

async function begin<T>(
  context: Context<T>,
  options: Partial<StartLinkUserOptions>,
  asked: AuthorizationParameters,
  BuildError: typeof BuildLinkUserUrlError | typeof BuildUnlinkUserUrlError,
  storeOptions: T | undefined,
): Promise<URL> {
  if (!options.connection) throw new MissingRequiredArgumentError("connection");
  const domain = await context.resolveDomain(storeOptions);
  const state = await loadForTokens(context, storeOptions);
  if (!state?.idToken)
    throw new MissingSessionError(
      state
        ? "The session has no ID token, which changing accounts needs: leave 'storeIdToken' on."
        : "Nobody is logged in whose accounts could be changed. Log in first.",
    );
  const parameters = {
    ...context.authorizationParams,
    ...options.authorizationParams,
    ...asked,
    id_token_hint: state.idToken,
  };
  const linking: LinkingFacts = { ...identityOf(state), sub: state.user?.sub };
  const facts = { appState: options.appState, linking };
  try {
    return await beginLogin(context, { domain, parameters, facts }, storeOptions);
  } catch (error) {
    if (!(error instanceof BuildAuthorizationUrlError)) throw error;
    throw new BuildError(error.message, error.cause);
  }
}
