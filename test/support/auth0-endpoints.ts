/** A request as an issuer saw it. */
export interface IssuerCall {
  method: string;
  path: string;
  headers: Headers;
  /** Members of the JSON object or form. */
  body: Record<string, unknown>;
}

const publicKey = { challenge: "Y2hhbGxlbmdl", timeout: 60_000, userVerification: "preferred" };

/** What Auth0's own endpoints answer when all is well, as its documentation shows it. */
const answers: Record<string, (body: Record<string, unknown>) => unknown> = {
  "POST /passwordless/start": ({ email, phone_number }) => ({ _id: "1", email, phone_number }),
  "POST /otp/challenge": () => ({ auth_session: "auth-session-1" }),
  "GET /mfa/authenticators": () => [
    { id: "recovery-code|1", authenticator_type: "recovery-code", active: true },
    { id: "sms|1", authenticator_type: "oob", active: true, oob_channel: "sms", name: "+1XXXXXXXX00" },
    { id: "totp|1", authenticator_type: "otp", active: false },
  ],
  "POST /mfa/associate": ({ authenticator_types: [type] = [], oob_channels: [channel] = [] }: Associate) =>
    type === "otp"
      ? {
          authenticator_type: "otp",
          secret: "JBSWY3DPEHPK3PXP",
          barcode_uri: "otpauth://totp/tenant:user?secret=JBSWY3DPEHPK3PXP",
          recovery_codes: ["N3BGPZZWJ85JLCNPZBDW6QXC"],
        }
      : { authenticator_type: "oob", oob_channel: channel, oob_code: "Fe26.1", binding_method: "prompt" },
  "POST /mfa/challenge": ({ challenge_type }) =>
    challenge_type === "oob"
      ? { challenge_type, oob_code: "Fe26.2", binding_method: "prompt" }
      : { challenge_type },
  "DELETE /mfa/authenticators/{id}": () => undefined,
  "POST /passkey/register": () => ({
    auth_session: "passkey-session-1",
    authn_params_public_key: {
      ...publicKey,
      rp: { id: "hostile.example", name: "Hostile" },
      user: { id: "dXNlcg", name: "user@example.com", displayName: "User" },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    },
  }),
  "POST /passkey/challenge": () => ({
    auth_session: "passkey-session-2",
    authn_params_public_key: { ...publicKey, rpId: "hostile.example" },
  }),
  "POST /dbconnections/signup": ({ email, given_name, user_metadata }) => ({
    _id: "66a1f0c27d3be90012c40a09",
    email,
    email_verified: false,
    given_name,
    user_metadata,
  }),
  "POST /dbconnections/change_password": () => "We've just sent you an email to reset your password.",
  "POST /anonymous/token": ({ session_token, audience, scope }) =>
    audience === "urn:auth0:anon_transfer"
      ? { anon_transfer_token: "transfer-1" }
      : {
          access_token: crypto.randomUUID(),
          token_type: "Bearer",
          expires_in: 600,
          session_expires_in: 86_400,
          scope,
          ...(!session_token && { session_token: `session-${crypto.randomUUID()}` }),
        },
  "POST /anonymous/logout": () => ({}),
  "GET /.well-known/webfinger": () => ({ subject: "urn:auth0:discovery:domain:acme.example" }),
};

interface Associate {
  authenticator_types?: string[];
  oob_channels?: string[];
}

/** Whether Auth0 has such an endpoint, and what it would say. */
export function auth0Answer({ method, path, body }: IssuerCall): { good: unknown } | undefined {
  const answer = answers[`${method} ${path.replace(/^(\/mfa\/authenticators)\/.+/, "$1/{id}")}`];
  return answer && { good: answer(body) };
}

/** An answer as Auth0 sends it: JSON, plain text, or nothing. */
export function auth0Response(good: unknown): Response {
  if (good === undefined) return new Response(null, { status: 204 });
  return typeof good === "string" ? new Response(good) : Response.json(good);
}
