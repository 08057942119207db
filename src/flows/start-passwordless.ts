import type { Context } from "../context/context.ts";
import { InvalidConfigurationError, PasswordlessStartError } from "../errors/index.ts";
import { callAuth0 } from "../protocol/auth0-api.ts";
import { objectOption, textParameters } from "../protocol/auth0-options.ts";
import {
  type AuthorizationParameters,
  checkAuthorizationParameters,
} from "../protocol/authorization-request.ts";
import { sendEmail, sendSms } from "../protocol/passwordless-start.ts";
import type { Server } from "../protocol/server.ts";
import { randomToken } from "../session/random.ts";
import { scopeWithOpenId } from "../session/scope.ts";
import { beginLogin } from "./begin-login.ts";
import { chooseOrganization } from "./choose-organization.ts";
import { currentServer } from "./current-server.ts";

/** Sends a one-time code by email. */
export interface StartPasswordlessEmailCodeOptions {
  connection: "email";
  email: string;
  send?: "code" | undefined;
  /** BCP 47 tag, such as `fr-CA`, of the language the mail is to be in. */
  language?: string | undefined;
}

/** Sends a link by email that logs in. */
export interface StartPasswordlessEmailLinkOptions {
  connection: "email";
  email: string;
  send: "link";
  /** Absolute URL the link comes back to; it must be registered with the issuer. */
  redirectUri: string;
  /** Further parameters of the authorization request the link makes. */
  authParams?: Record<string, unknown> | undefined;
  /** Default: the client's. */
  scope?: string | undefined;
  /** Default: the client's. */
  audience?: string | undefined;
  /** BCP 47 tag, such as `fr-CA`, of the language the mail is to be in. */
  language?: string | undefined;
}

/** Sends a one-time code by SMS. */
export interface StartPasswordlessSmsOptions {
  connection: "sms";
  /** In E.164 format, such as `+14155550100`. */
  phoneNumber: string;
  /** BCP 47 tag, such as `fr-CA`, of the language the message is to be in. */
  language?: string | undefined;
}

export type StartPasswordlessOptions =
  | StartPasswordlessEmailCodeOptions
  | StartPasswordlessEmailLinkOptions
  | StartPasswordlessSmsOptions;

/** Sends a one-time code, or a link whose callback `completePasswordlessMagicLink` completes. */
export async function startPasswordless<T>(
  context: Context<T>,
  options: StartPasswordlessOptions,
  storeOptions: T | undefined,
): Promise<void> {
  textParameters(PasswordlessStartError, options, ["connection"]);
  const { connection } = options;
  if (connection !== "email" && connection !== "sms") {
    throw new PasswordlessStartError("'connection' must be 'email' or 'sms'.");
  }
  if (connection === "email" && options.send === "link") {
    return await sendLink(context, options, storeOptions);
  }
  const call = connection === "sms" ? sendSms(options) : sendEmail(options);
  await callAuth0(call, await currentServer(context)(storeOptions));
}

/** Nothing binds a link to PKCE. What binds it to this browser is its `state`, which is kept as that of any login is. */
async function sendLink<T>(
  context: Context<T>,
  options: StartPasswordlessEmailLinkOptions,
  storeOptions: T | undefined,
): Promise<void> {
  const { email, send, language } = options;
  const parameters = linkParameters(context, options);
  const { nonce, organization } = parameters;
  const call = sendEmail({ email, send, language, authParams: parameters });
  // Nobody is sent a link whose login could not be kept.
  context.stateStore.assertWritable?.(storeOptions);
  const start = {
    domain: await context.resolveDomain(storeOptions),
    parameters: { ...parameters, nonce: undefined },
    facts: { organization, nonce, codeVerifier: undefined, magicLink: true },
    sendLink: (server: Server) => callAuth0(call, server),
  };
  await beginLogin(context, start, storeOptions);
}

/** Parameters of the authorization request the link makes. */
function linkParameters<T>(
  context: Context<T>,
  options: StartPasswordlessEmailLinkOptions,
): AuthorizationParameters & { state: string } {
  const authParams: AuthorizationParameters =
    objectOption(PasswordlessStartError, "authParams", options.authParams) ?? {};
  checkAuthorizationParameters(authParams, context.clientId);
  if (authParams.state ?? authParams.code_challenge_method) {
    throw new InvalidConfigurationError(
      "Neither 'state' nor a code challenge can be among the 'authParams'.",
    );
  }
  const own = textParameters(PasswordlessStartError, options, ["redirectUri"], ["audience", "scope"]);
  const defaults = context.authorizationParams;
  if (!URL.canParse(options.redirectUri)) {
    throw new PasswordlessStartError(
      "'redirectUri' must be an absolute URL, such as 'https://example.com/auth/callback'.",
    );
  }
  return {
    ...authParams,
    redirect_uri: options.redirectUri,
    response_type: "code",
    scope: scopeWithOpenId(own.scope ?? authParams.scope ?? defaults.scope),
    audience: own.audience ?? authParams.audience ?? defaults.audience,
    organization: chooseOrganization(context, { authorizationParams: authParams }),
    state: randomToken(),
  };
}
