import type { Endpoint, TenantContext } from "../context.ts";
import { type Factor, factorsOf, hasRecoveryCode } from "../factors.ts";
import { OAuthError } from "../oauth-error.ts";
import { maskedAddress } from "../out-of-band.ts";
import { jsonResponse } from "../responses.ts";
import { bearerOf } from "../second-factor.ts";

/** Lists the second factors of the person behind an `mfa_token` (Auth0: "List Authenticators"). */
export const mfaAuthenticatorsEndpoint: Endpoint = {
  path: "/mfa/authenticators",
  channel: "server",
  methods: ["GET"],
  async handle(request, tenant) {
    const { grant } = (await bearerOf(request, tenant)).pending;
    const factors = await factorsOf(tenant, grant.sub);
    const recovery = { id: "recovery-code|dev", authenticator_type: "recovery-code", type: "recovery-code" };
    const codes = (await hasRecoveryCode(tenant, grant.sub)) ? [{ ...recovery, active: true }] : [];
    return jsonResponse([...codes, ...factors.map(listed)]);
  },
};

/**
 * Removes one of them (Auth0: "Delete an Authenticator"), for an access token of the tenant's MFA API. An `mfa_token` removes only
 * what was not confirmed yet: whoever has no more than the password must not be rid of the second factor.
 */
export const mfaAuthenticatorEndpoint: Endpoint = {
  path: "/mfa/authenticators/*",
  channel: "server",
  methods: ["DELETE"],
  async handle(request, tenant) {
    const owner = await ownerOf(request, tenant);
    const { pathname } = new URL(request.url);
    const factor = (await factorsOf(tenant, owner.sub)).find(({ id }) =>
      [id, encodeURIComponent(id)].some((text) => pathname.endsWith(`/${text}`)),
    );
    if (factor === undefined) throw new OAuthError(404, "not_found", "There is no such authenticator");
    if (factor.active && !owner.hasLoggedIn) {
      throw new OAuthError(403, "insufficient_scope", "An access token with remove:authenticators is needed");
    }
    await tenant.records.forget("factor", factor.slot);
    return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  },
};

async function ownerOf(
  request: Request,
  tenant: TenantContext,
): Promise<{ sub: string; hasLoggedIn: boolean }> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const access = token === undefined ? undefined : await tenant.records.load("access", token);
  if (access?.scope.includes("remove:authenticators") && !(await tenant.records.isRevoked(access.grantId))) {
    return { sub: access.sub, hasLoggedIn: true };
  }
  return { sub: (await bearerOf(request, tenant)).pending.grant.sub, hasLoggedIn: false };
}

function listed({ id, type, channel, address, active }: Factor): Record<string, unknown> {
  if (channel === undefined || address === undefined) {
    return { id, authenticator_type: type, type: "otp", active };
  }
  return {
    id,
    authenticator_type: type,
    type: channel === "email" ? "email" : "phone",
    oob_channel: channel,
    oob_channels: [channel],
    name: maskedAddress(address),
    active,
  };
}
