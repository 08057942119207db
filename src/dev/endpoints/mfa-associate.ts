import type { User } from "../configuration.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { addFactor, createRecoveryCode, type Factor, factorsOf } from "../factors.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { barcodeUri, sendOutOfBand } from "../out-of-band.ts";
import { bodyParameters, listParameter, type Parameters } from "../parameters.ts";
import { isEmail, isPhoneNumber } from "../passwordless.ts";
import { jsonResponse } from "../responses.ts";
import { bearerOf } from "../second-factor.ts";
import { createTotpSecret } from "../totp.ts";

/**
 * Enrolls a second factor (Auth0: "Add an Authenticator"): an authenticator app, a phone or an e-mail address. It
 * counts once it has been used at the token endpoint. Whoever enrolls the first one gets a recovery code.
 */
export const mfaAssociateEndpoint: Endpoint = {
  path: "/mfa/associate",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const { token, pending } = await bearerOf(request, tenant);
    const parameters = await bodyParameters(request, ["authenticator_types", "oob_channels"]);
    const { sub } = pending.grant;
    const user = (await tenant.people.find(sub))!;
    if ((await factorsOf(tenant, sub)).some((factor) => factor.active)) {
      throw new OAuthError(403, "access_denied", "User is already enrolled.");
    }
    const wanted = wantedFactor(parameters, user);
    const factor = await addFactor(tenant, sub, wanted);
    if (factor === undefined) throw new OAuthError(403, "access_denied", "There are ten factors already");
    return jsonResponse({
      authenticator_type: factor.type,
      id: factor.id,
      ...(await detailsOf(factor, user, tenant, token)),
      recovery_codes: [await createRecoveryCode(tenant, sub)],
    });
  },
};

function wantedFactor(
  parameters: Parameters,
  user: User,
): Pick<Factor, "type" | "secret" | "channel" | "address"> {
  const types = listParameter(parameters, "authenticator_types");
  if (types.length !== 1) throw invalidRequest("authenticator_types must have one member");
  if (types[0] === "otp") return { type: "otp", secret: createTotpSecret() };
  if (types[0] !== "oob") throw invalidRequest(`Unsupported authenticator type: ${types[0]}`);
  const [channel] = listParameter(parameters, "oob_channels");
  if (channel === "email") {
    const address = parameters.get("email") ?? user.email;
    if (address === undefined || !isEmail(address)) throw invalidRequest("The email is missing or malformed");
    return { type: "oob", channel, address };
  }
  if (channel === "sms" || channel === "voice") {
    const address = parameters.get("phone_number");
    if (address !== undefined && isPhoneNumber(address)) return { type: "oob", channel, address };
    throw invalidRequest("The phone_number is missing or not in E.164 form");
  }
  throw invalidRequest("oob_channels must name sms, voice or email");
}

async function detailsOf(
  factor: Factor,
  user: User,
  tenant: TenantContext,
  token: string,
): Promise<Record<string, unknown>> {
  if (factor.secret !== undefined) {
    return { secret: factor.secret, barcode_uri: barcodeUri(user, factor.secret) };
  }
  return { oob_channel: factor.channel, ...(await sendOutOfBand(tenant, factor, token)) };
}
