import type { Context } from "../context/context.ts";
import { BackchannelAuthenticationError, MissingRequiredArgumentError } from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import {
  initiateBackchannelAuthentication,
  pollBackchannelAuthentication,
} from "../protocol/backchannel-authentication.ts";
import type { AuthorizationDetails } from "../protocol/token-request.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { establishSession } from "./establish-session.ts";

/** Options of a login the person approves on another device. */
export interface LoginBackchannelOptions {
  /** Shown on both devices, so that the person knows what they approve. */
  bindingMessage: string;
  /** The person, by `sub`. */
  loginHint: { sub: string };
  /** Seconds the person has; the issuer may choose otherwise. */
  requestedExpiry?: number | undefined;
  /** Further parameters, such as `authorization_details`; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
  /** Stops waiting. */
  signal?: AbortSignal | undefined;
}

/** What a back-channel login answers. */
export interface LoginBackchannelResult {
  /** What was granted by rich authorization (RFC 9396). */
  authorizationDetails?: AuthorizationDetails[] | undefined;
}

/** Logs a person in who approves it on another device (OpenID Connect CIBA 1.0, poll mode). */
export async function loginBackchannel<T>(
  context: Context<T>,
  options: LoginBackchannelOptions,
  storeOptions: T | undefined,
): Promise<LoginBackchannelResult> {
  if (!options.bindingMessage) throw new MissingRequiredArgumentError("bindingMessage");
  if (!options.loginHint?.sub) throw new MissingRequiredArgumentError("loginHint.sub");
  const own: AuthorizationParameters = { ...context.authorizationParams, ...options.authorizationParams };
  const organization = chooseOrganization(context, options);
  const parameters = { ...withoutBrowser(own), scope: scopeWithOpenId(own.scope), organization };
  // Nobody is asked to approve what could not be kept.
  context.stateStore.assertWritable?.(storeOptions);
  const domain = await context.resolveDomain(storeOptions);
  const { signal } = options;
  const server = await context.server(domain, storeOptions, signal && { signal });
  const pending = await initiateBackchannelAuthentication(server, { ...options, parameters });
  const { claims, ...tokens } = await pollBackchannelAuthentication(server, pending);
  if (claims?.sub !== options.loginHint.sub) {
    throw new BackchannelAuthenticationError(
      "The tokens that came do not belong to the person who was asked.",
    );
  }
  const login = { domain, audience: own.audience, scope: parameters.scope, organization };
  await establishSession(context, { ...tokens, claims }, login, storeOptions);
  return { authorizationDetails: tokens.authorizationDetails };
}

/** Parameters that speak of a browser have no place where there is none. */
function withoutBrowser(parameters: AuthorizationParameters): AuthorizationParameters {
  const browsers = ["redirect_uri", "response_mode", "prompt", "max_age", "state", "nonce"];
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !browsers.includes(name)));
}
