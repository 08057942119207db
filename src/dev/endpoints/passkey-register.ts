import type { Endpoint } from "../context.ts";
import { KEY_PARAMETERS } from "../cose-key.ts";
import { randomToken } from "../encoding.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { organizationOf } from "../organization-request.ts";
import { objectParameter, type Parameters } from "../parameters.ts";
import { createChallenge, PASSKEY_LIFETIME, passkeyRequest, rpIdOf } from "../passkey-challenge.ts";
import { isEmail, isPhoneNumber } from "../passwordless.ts";
import type { NewPerson } from "../people.ts";
import { jsonResponse } from "../responses.ts";

const MAX_LENGTH = 300;

/**
 * Begins to sign up somebody with a passkey (Auth0: "Request Signup Challenge"). They are created when the challenge
 * has been answered at the token endpoint.
 */
export const passkeyRegisterEndpoint: Endpoint = {
  path: "/passkey/register",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const { parameters, client } = await passkeyRequest(request, tenant);
    organizationOf(parameters, client, tenant);
    const person = personOf(parameters);
    if ((await tenant.people.identifiedBy(person)) !== undefined) {
      throw new OAuthError(400, "user_exists", "The user already exists.");
    }
    const userHandle = randomToken();
    const { authSession, challenge } = await createChallenge(tenant, client, { person, userHandle });
    const name = person.email ?? person.phone_number ?? person.username!;
    return jsonResponse({
      auth_session: authSession,
      authn_params_public_key: {
        challenge,
        timeout: PASSKEY_LIFETIME * 1000,
        rp: { id: rpIdOf(tenant), name: client.name },
        user: { id: userHandle, name, displayName: person.name },
        pubKeyCredParams: KEY_PARAMETERS,
        authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
      },
    });
  },
};

function personOf(parameters: Parameters): NewPerson {
  const profile = objectParameter(parameters, "user_profile") ?? {};
  const text = (name: string) => {
    const value = profile[name];
    if (value === undefined || (typeof value === "string" && value !== "" && value.length <= MAX_LENGTH)) {
      return value;
    }
    throw invalidRequest(`user_profile: ${name} must be a text of ${MAX_LENGTH} characters at most`);
  };
  const identifiers = {
    email: text("email")?.toLowerCase(),
    phone_number: text("phone_number"),
    username: text("username"),
  };
  const { email, phone_number, username } = identifiers;
  const first = email ?? phone_number ?? username;
  if (first === undefined) throw invalidRequest("user_profile needs an email, a phone_number or a username");
  if (email !== undefined && !isEmail(email)) throw invalidRequest("user_profile: the email is malformed");
  if (phone_number !== undefined && !isPhoneNumber(phone_number)) {
    throw invalidRequest("user_profile: the phone_number is not in E.164 form");
  }
  const rest = ["given_name", "family_name", "nickname", "picture"].map((name) => [name, text(name)]);
  const all = Object.entries({ ...identifiers, ...Object.fromEntries(rest) });
  const given = all.filter(([, value]) => value !== undefined);
  return { name: text("name") ?? first, email_verified: false, ...Object.fromEntries(given) };
}
