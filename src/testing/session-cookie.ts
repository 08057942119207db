import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import { cookieHeaderAfter } from "../cookies/set-cookie.ts";
import { type CoreClient, contextOf } from "../core-client.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { establishSession } from "../flows/establish-session.ts";
import type { LoginTokens } from "../protocol/authorization-code.ts";
import type { UserClaims } from "../session/state-data.ts";
import { createTokenSet } from "../session/token-sets.ts";
import type { EdgeClient } from "../web/edge-client.ts";
import type { EdgeAuthOptions } from "../web/options.ts";
import { baseUrlsOf } from "../web/setup/base-url.ts";
import { configure } from "../web/setup/configure.ts";
import { settingsOf } from "../web/setup/environment.ts";
import { resolveOptions } from "../web/setup/setup.ts";

/** How an app is configured: the very options it gives to `edgeAuth`, and the `env` its requests come with. */
export interface AppOptions<Env = unknown, TClient extends EdgeClient = EdgeClient> {
  options?: EdgeAuthOptions<TClient> | ((env: Env) => EdgeAuthOptions<TClient>) | undefined;
  /** A Worker's `env`. Elsewhere settings come from the process environment. */
  env?: Env | undefined;
}

/** An access token of a session. */
export interface TokenDetails {
  /** Default: that of the app's `authorizationParams`. */
  audience?: string | undefined;
  /** Default: that of the app's `authorizationParams`. */
  scope?: string | undefined;
  /** Default `test-access-token`. */
  accessToken?: string | undefined;
  /** Seconds until it ends. Default 3600. */
  expiresIn?: number | undefined;
}

/** What a session has beside its user. */
export interface SessionDetails {
  /** Its access tokens. Default: one. */
  tokenSets?: readonly TokenDetails[] | undefined;
  /** Default: none, so no access token is renewed. */
  refreshToken?: string | undefined;
  /** Default: none. */
  idToken?: string | undefined;
  /** Id or name of the organization the user came by; the claim `org_id` or `org_name`. Default: that of the app's options. */
  organization?: string | undefined;
  /** What the app keeps in it by `updateSession`. */
  data?: Record<string, unknown> | undefined;
  /** URL of the requests it is for, where the app has several base URLs. Default: the first base URL. */
  url?: string | undefined;
}

/**
 * A session as the app itself would have made it at a login, in the app's own store: it is sealed with the app's secret, and
 * nobody can make one without.
 *
 * @param app the options of the app
 * @param user the claims of whoever is to be logged in
 * @returns the value of a `Cookie` header
 * @throws InvalidConfigurationError where the app itself could not run: a setting is missing, the secret is too short
 * @throws OrganizationValidationError where the user belongs to another organization than the app is for
 *
 * @example
 * const cookie = await sessionCookie({ options: { secret, domain, clientId, appBaseUrl } }, { sub: "auth0|1", name: "Mira" });
 * const response = await app.fetch(new Request(`${appBaseUrl}/profile`, { headers: { cookie } }));
 */
export async function sessionCookie<Env = unknown, TClient extends EdgeClient = EdgeClient>(
  { options = {}, env }: AppOptions<Env, TClient>,
  user: UserClaims,
  { tokenSets = [{}], refreshToken, idToken, organization, data, url }: SessionDetails = {},
): Promise<string> {
  if (typeof user?.sub !== "string" || !user.sub) {
    throw new InvalidConfigurationError(
      "The user needs a 'sub': the issuer's name for them, such as 'auth0|1'.",
    );
  }
  const resolved = resolveOptions(options, env);
  const bases = baseUrlsOf(resolved, settingsOf(env));
  const base = (url && bases.of(new Request(url))) || bases.first;
  const { client } = configure(resolved, env, base);
  const context = contextOf(client as CoreClient<HeadersStoreOptions>);
  const headers = new Headers();
  const storeOptions = { request: new Request(url ?? base.href), headers };

  const own = organization ?? context.organization;
  const claims = { ...user, ...(own && { [own.startsWith("org_") ? "org_id" : "org_name"]: own }) };
  const { audience, scope } = context.authorizationParams;
  const now = context.now();
  const [first = {}, ...others] = tokenSets;
  await establishSession(
    context,
    // The claims of whoever is logged in are the app's to make up: some of an ID token may be missing.
    { ...tokensOf(first, now), idToken, refreshToken, claims: claims as LoginTokens["claims"] },
    {
      domain: await context.resolveDomain(storeOptions),
      audience: first.audience ?? audience,
      scope: first.scope ?? scope,
      organization: context.organization,
    },
    storeOptions,
  );
  if (tokenSets.length !== 1) {
    const state = (await context.stateStore.get(context.stateIdentifier, storeOptions))!;
    const more = others.map((one) =>
      createTokenSet(tokensOf(one, now), one.audience ?? audience, one.scope ?? scope),
    );
    state.tokenSets = tokenSets.length ? [...state.tokenSets, ...more] : [];
    await context.stateStore.set(context.stateIdentifier, state, false, storeOptions);
  }
  if (data) await client.updateSession(data as Parameters<TClient["updateSession"]>[0], storeOptions);
  return cookieHeaderAfter(null, headers.getSetCookie());
}

function tokensOf({ accessToken = "test-access-token", scope, expiresIn = 3600 }: TokenDetails, now: number) {
  return { accessToken, scope, expiresAt: now + expiresIn, authorizationDetails: undefined };
}
