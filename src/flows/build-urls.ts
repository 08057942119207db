import { optionsOf, requireTexts } from "../arguments.ts";
import type { IssuerContext } from "../context/context.ts";
import {
  BuildAuthorizationUrlError,
  BuildLinkUserUrlError,
  BuildUnlinkUserUrlError,
} from "../errors/index.ts";
import { type AuthorizationParameters, authorizationUrl } from "../protocol/authorization-request.ts";
import { type LinkedConnection, linkParameters, unlinkParameters } from "../protocol/link-user.ts";
import type { Server } from "../protocol/server.ts";
import { assertOrganization } from "../session/organization.ts";
import { randomToken } from "../session/random.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { absoluteUrl } from "./begin-login.ts";
import { mergeParameters } from "./merge-parameters.ts";

/** Options of a login whose caller keeps what its callback is checked against. */
export interface BuildAuthorizationUrlOptions {
  /** Pushes the parameters to the issuer, so that the URL carries none of them (RFC 9126). Default `false`. */
  pushedAuthorizationRequests?: boolean | undefined;
  /**
   * Parameters of the authorization request; they come before those of the client. Here belong a `state` and `nonce` of the
   * caller's, at least 128 random bits each: without them none are sent, since nobody would be there to check them.
   */
  authorizationParams?: AuthorizationParameters | undefined;
}

export interface BuildAuthorizationUrlResult {
  /** Where to send the browser. */
  authorizationUrl: URL;
  /** PKCE verifier: to be kept where only this browser's callback finds it, and passed to `getTokenByCode`. */
  codeVerifier: string;
}

/** Options of linking an account whose caller keeps what its callback is checked against. */
export interface BuildLinkUserUrlOptions extends LinkedConnection {
  /** ID token of the user whose account it will be. */
  idToken: string;
  /** As for `buildAuthorizationUrl`, `state` and `nonce` included. */
  authorizationParams?: AuthorizationParameters | undefined;
}

export interface BuildLinkUserUrlResult {
  /** Where to send the browser. */
  linkUserUrl: URL;
  /** PKCE verifier, for `getTokenByCode`. */
  codeVerifier: string;
}

/** Options of unlinking an account. */
export type BuildUnlinkUserUrlOptions = Omit<BuildLinkUserUrlOptions, "connectionScope">;

export interface BuildUnlinkUserUrlResult {
  /** Where to send the browser. */
  unlinkUserUrl: URL;
  /** PKCE verifier, for `getTokenByCode`. */
  codeVerifier: string;
}

type Parties = Pick<IssuerContext, "authorizationParams" | "clientId">;
/** Asked for once the options are known to be right. */
type ServerSource = () => Promise<Server>;

export async function buildAuthorizationUrl(
  client: Parties,
  options: BuildAuthorizationUrlOptions | undefined,
  server: ServerSource,
): Promise<BuildAuthorizationUrlResult> {
  const { authorizationParams, pushedAuthorizationRequests } = optionsOf(options);
  const own = mergeParameters(client, authorizationParams);
  assertOrganization(own.organization);
  const parameters = { ...own, scope: scopeWithOpenId(own.scope) };
  return await build(parameters, server, pushedAuthorizationRequests);
}

export async function buildLinkUserUrl(
  client: Parties,
  options: BuildLinkUserUrlOptions,
  server: ServerSource,
): Promise<BuildLinkUserUrlResult> {
  const { authorizationUrl: linkUserUrl, codeVerifier } = await asError(BuildLinkUserUrlError, () =>
    build(accountParameters(client, options, linkParameters), server),
  );
  return { linkUserUrl, codeVerifier };
}

export async function buildUnlinkUserUrl(
  client: Parties,
  options: BuildUnlinkUserUrlOptions,
  server: ServerSource,
): Promise<BuildUnlinkUserUrlResult> {
  const { authorizationUrl: unlinkUserUrl, codeVerifier } = await asError(BuildUnlinkUserUrlError, () =>
    build(accountParameters(client, options, unlinkParameters), server),
  );
  return { unlinkUserUrl, codeVerifier };
}

/** Says what failed by the error of the operation it was part of. */
export async function asError<T>(
  BuildError: typeof BuildLinkUserUrlError | typeof BuildUnlinkUserUrlError,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BuildAuthorizationUrlError)) throw error;
    throw new BuildError(error.message, error.cause);
  }
}

function accountParameters(
  client: Parties,
  options: BuildLinkUserUrlOptions,
  ask: typeof linkParameters,
): AuthorizationParameters {
  requireTexts(options, "connection", "idToken");
  optionsOf(options, "connectionScope");
  return { ...mergeParameters(client, options.authorizationParams), ...ask(options, options.idToken) };
}

async function build(
  parameters: AuthorizationParameters,
  server: ServerSource,
  pushed?: boolean,
): Promise<BuildAuthorizationUrlResult> {
  absoluteUrl(parameters.redirect_uri);
  const codeVerifier = randomToken();
  return {
    authorizationUrl: await authorizationUrl(await server(), parameters, codeVerifier, pushed),
    codeVerifier,
  };
}
