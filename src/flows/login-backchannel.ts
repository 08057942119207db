import type { Context } from "../context/context.ts";
import { requestedServer } from "../context/requested-server.ts";
import { BackchannelAuthenticationError } from "../errors/index.ts";
import {
  initiateBackchannelAuthentication,
  pollBackchannelAuthentication,
} from "../protocol/backchannel-authentication.ts";
import type { AuthorizationDetails } from "../protocol/token-request.ts";
import { type BackchannelAuthenticationOptions, backchannelRequest } from "./backchannel-request.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { establishSession } from "./establish-session.ts";

/** Options of a login the person approves on another device. */
export interface LoginBackchannelOptions extends BackchannelAuthenticationOptions {
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
  const { parameters, ...request } = backchannelRequest(context, options);
  const organization = chooseOrganization(context, options);
  // Nobody is asked to approve what could not be kept.
  context.stateStore.assertWritable?.(storeOptions);
  const { signal } = options;
  const server = await requestedServer(context, storeOptions, { signal });
  const pending = await initiateBackchannelAuthentication(server, {
    ...request,
    parameters: { ...parameters, organization },
  });
  const { claims, ...tokens } = await pollBackchannelAuthentication(server, pending);
  if (claims?.sub !== request.loginHint.sub) {
    throw new BackchannelAuthenticationError(
      "The tokens that came do not belong to the person who was asked.",
    );
  }
  const { audience, scope } = parameters;
  await establishSession(
    context,
    { ...tokens, claims },
    { domain: server.domain, audience, scope, organization },
    storeOptions,
  );
  return { authorizationDetails: tokens.authorizationDetails };
}
