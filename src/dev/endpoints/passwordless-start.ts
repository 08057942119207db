import { authenticateClient } from "../client-authentication.ts";
import type { Client } from "../configuration.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { randomToken } from "../encoding.ts";
import { GRANT_TYPE, requireGrantType } from "../grant-types.ts";
import { OAuthError } from "../oauth-error.ts";
import { CODE_LIFETIME, createOneTimeCode } from "../one-time-code.ts";
import { bodyParameters, objectParameter, type Parameters } from "../parameters.ts";
import { isEmail, isPhoneNumber, type PasswordlessConnection } from "../passwordless.ts";
import { jsonResponse } from "../responses.ts";
import { passwordlessLinkEndpoint } from "./passwordless-link.ts";

/** Parameters that a link may carry on to the authorization endpoint. */
const MAX_AUTH_PARAMS = 50;

/**
 * Sends a code by e-mail or SMS, or a link by e-mail (Auth0: "Get Code or Link"). Only the newest code of a person
 * is accepted. Refusals have Auth0's codes, `bad.<parameter>`.
 */
export const passwordlessStartEndpoint: Endpoint = {
  path: "/passwordless/start",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const parameters = await bodyParameters(request, ["authParams"]);
    const client = await authenticateClient(request, parameters, tenant);
    const { connection, address } = recipientOf(parameters, tenant);
    const send = connection === "sms" ? "code" : (parameters.get("send") ?? "link");
    if (send === "code") await sendCode(tenant, client, connection, address);
    else if (send === "link") await sendLink(tenant, client, address, authParamsOf(parameters));
    else throw bad("send", "send must be code or link");
    const about = connection === "email" ? "email" : "phone_number";
    const verified = connection === "email" ? "email_verified" : "phone_verified";
    return jsonResponse({ _id: randomToken().slice(0, 24), [about]: address, [verified]: false });
  },
};

function recipientOf(
  parameters: Parameters,
  tenant: TenantContext,
): { connection: PasswordlessConnection; address: string } {
  const connection = parameters.get("connection");
  if (connection === undefined) throw bad("connection", "Missing required property: connection");
  if (!tenant.configuration.connections.has(connection)) throw noConnection(connection);
  if (connection === "email") {
    const email = parameters.get("email");
    if (email === undefined || !isEmail(email)) throw bad("email", "The email is missing or malformed");
    return { connection, address: email };
  }
  if (connection === "sms") {
    const phoneNumber = parameters.get("phone_number");
    if (phoneNumber === undefined || !isPhoneNumber(phoneNumber)) {
      throw bad("phone_number", "The phone_number is missing or not in E.164 form");
    }
    return { connection, address: phoneNumber };
  }
  throw noConnection(connection);
}

function noConnection(connection: string): OAuthError {
  return bad("connection", `Connection does not exist: ${connection}`);
}

async function sendCode(
  tenant: TenantContext,
  client: Client,
  connection: PasswordlessConnection,
  address: string,
): Promise<void> {
  requireGrantType(client, GRANT_TYPE.passwordlessOtp);
  const { code, kept } = await createOneTimeCode();
  const name = `${client.clientId} ${connection} ${address.toLowerCase()}`;
  await tenant.records.save("otp", name, kept, CODE_LIFETIME);
  const subject = `Your code for ${client.name}`;
  tenant.mailbox.deliver({ kind: connection, to: address, subject, code });
}

async function sendLink(
  tenant: TenantContext,
  client: Client,
  email: string,
  authParams: readonly (readonly [string, string])[],
): Promise<void> {
  requireGrantType(client, GRANT_TYPE.authorizationCode);
  const ticket = randomToken();
  const parameters = new Map([["response_type", "code"], ...authParams, ["client_id", client.clientId]]);
  await tenant.records.save("link", ticket, { email, parameters: [...parameters] }, CODE_LIFETIME);
  const link = `${tenant.urlOf(passwordlessLinkEndpoint)}?ticket=${ticket}`;
  tenant.mailbox.deliver({ kind: "email", to: email, subject: `Log in to ${client.name}`, link });
}

/** What the app wants in the authorization request that the link stands for; it is checked when the link is opened. */
function authParamsOf(parameters: Parameters): [string, string][] {
  const refuse = (description: string) => bad("authParams", description);
  const entries = Object.entries(objectParameter(parameters, "authParams", refuse) ?? {});
  if (entries.length > MAX_AUTH_PARAMS) throw refuse("There are too many authParams");
  return entries.flatMap(([name, value]): [string, string][] => {
    if (typeof value !== "string") throw refuse("The members of authParams must be strings");
    return value === "" ? [] : [[name, value]];
  });
}

function bad(parameter: string, description: string): OAuthError {
  return new OAuthError(400, `bad.${parameter}`, description);
}
