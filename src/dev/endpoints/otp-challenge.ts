import { authenticateClient } from "../client-authentication.ts";
import { isDatabase } from "../connections.ts";
import type { Endpoint } from "../context.ts";
import { randomToken } from "../encoding.ts";
import { GRANT_TYPE, requireGrantType } from "../grant-types.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { CODE_LIFETIME, createOneTimeCode } from "../one-time-code.ts";
import { bodyParameters, type Parameters } from "../parameters.ts";
import { isEmail, isPhoneNumber, type PasswordlessConnection } from "../passwordless.ts";
import { jsonResponse } from "../responses.ts";

/**
 * Sends a code to someone of the database connection (Auth0: "Passwordless Authentication on Database Connections").
 * The answer does not tell whether there is such a person: for somebody unknown who may not sign up either, the
 * `auth_session` leads nowhere.
 */
export const otpChallengeEndpoint: Endpoint = {
  path: "/otp/challenge",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const parameters = await bodyParameters(request, ["allow_signup"]);
    const client = await authenticateClient(request, parameters, tenant);
    requireGrantType(client, GRANT_TYPE.passwordlessOtp);
    if (!isDatabase(parameters.get("connection"), tenant)) {
      throw new OAuthError(400, "invalid_connection", "The connection is no database connection");
    }
    const { kind, address } = recipientOf(parameters);
    const authSession = randomToken();
    const identifier = kind === "email" ? { email: address } : { phone_number: address };
    const mayGoOn =
      parameters.get("allow_signup") === "true" || (await tenant.people.identifiedBy(identifier));
    if (mayGoOn) {
      const { code, kept } = await createOneTimeCode();
      const record = { ...kept, clientId: client.clientId, kind, address };
      await tenant.records.save("otp-session", authSession, record, CODE_LIFETIME);
      tenant.mailbox.deliver({ kind, to: address, subject: `Your code for ${client.name}`, code });
    }
    return jsonResponse({ auth_session: authSession });
  },
};

function recipientOf(parameters: Parameters): { kind: PasswordlessConnection; address: string } {
  const email = parameters.get("email");
  const phoneNumber = parameters.get("phone_number");
  if (email !== undefined && phoneNumber === undefined && isEmail(email))
    return { kind: "email", address: email };
  if (phoneNumber !== undefined && email === undefined && isPhoneNumber(phoneNumber)) {
    return { kind: "sms", address: phoneNumber };
  }
  throw invalidRequest("Either an email or a phone_number in E.164 form is needed");
}
