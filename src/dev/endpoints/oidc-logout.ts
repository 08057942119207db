import { tellOfLogout } from "../backchannel-logout.ts";
import type { Client } from "../configuration.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { registeredLogoutUrl } from "../logout-url.ts";
import { invalidRequest } from "../oauth-error.ts";
import { type OwnIdToken, readOwnIdToken } from "../own-id-token.ts";
import { loggedOutPage } from "../pages/message-page.ts";
import { anyParameters, type Parameters } from "../parameters.ts";
import { redirect } from "../responses.ts";
import { endSession } from "../tenant-session.ts";

/**
 * The end-session endpoint (OpenID Connect RP-Initiated Logout 1.0). Like Auth0's it ends the tenant's login
 * session, tells the session's clients of it and leaves refresh tokens alone.
 */
export const oidcLogoutEndpoint: Endpoint = {
  path: "/oidc/logout",
  channel: "browser",
  methods: ["GET", "POST"],
  advertisedAs: "end_session_endpoint",
  metadata: { backchannel_logout_supported: true, backchannel_logout_session_supported: true },
  async handle(request, tenant) {
    const parameters = await anyParameters(request);
    const hint = await hintOf(parameters, tenant);
    const client = clientOf(parameters, hint, tenant);
    const target = parameters.get("post_logout_redirect_uri");
    if (target !== undefined && client === undefined) {
      throw invalidRequest("post_logout_redirect_uri needs a client_id or an id_token_hint.");
    }
    const location = target === undefined ? undefined : registeredLogoutUrl(target, client!);
    const { ended, cookie } = await endSession(request, tenant);
    // Where the browser has lost its cookie, the hint still tells which session it was.
    const deliveries = await tellOfLogout(tenant, ended ?? hint);
    if (location === undefined) return await loggedOutPage(tenant, [cookie], deliveries);
    const url = new URL(location);
    const state = parameters.get("state");
    // Echoed only if it was sent (§3).
    if (state !== undefined) url.searchParams.set("state", state);
    return redirect(request, url.href, [cookie]);
  },
};

/** The client named by `client_id` or by the audience of `id_token_hint`; both must agree (§2). */
function clientOf(
  parameters: Parameters,
  hint: OwnIdToken | undefined,
  tenant: TenantContext,
): Client | undefined {
  const clientId = parameters.get("client_id") ?? hint?.aud;
  if (hint !== undefined && hint.aud !== clientId) {
    throw invalidRequest("client_id and id_token_hint name different applications.");
  }
  if (clientId === undefined) return undefined;
  const client = tenant.configuration.clients.get(clientId);
  if (client === undefined) throw invalidRequest(`There is no application with the client ID "${clientId}".`);
  return client;
}

/** Its expiry does not matter: sessions outlive their ID token (§4). */
async function hintOf(parameters: Parameters, tenant: TenantContext): Promise<OwnIdToken | undefined> {
  const hint = parameters.get("id_token_hint");
  if (hint === undefined) return undefined;
  const token = await readOwnIdToken(tenant, hint);
  if (token !== undefined) return token;
  throw invalidRequest(
    "The id_token_hint is not an ID token signed by this tenant. If the tenant keeps its data in memory, a " +
      "reload has given it a new signing key.",
  );
}
