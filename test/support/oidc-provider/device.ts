import type { IncomingMessage, ServerResponse } from "node:http";
import Provider, { type BackchannelAuthenticationRequest, errors } from "oidc-provider";
import { answerJson, readForm } from "./http.ts";
import { granted } from "./rich-authorization.ts";

/** What a provider hands to its callbacks, as far as they look. */
interface ProviderContext {
  body: Record<string, unknown>;
  oidc: { provider: Provider };
}

interface Asked {
  provider: Provider;
  request: BackchannelAuthenticationRequest;
}

/**
 * The phone on which people approve back-channel logins (OpenID Connect CIBA). Tests see its screen with `GET` and press
 * its buttons with `POST`: `authReqId`, and `decision`, which is `approve` or `deny`.
 */
export class AuthenticationDevice {
  readonly #asked = new Map<string, Asked>();

  /** The provider's settings for back-channel logins that are approved here. */
  feature(issuer: string): Record<string, unknown> {
    return {
      enabled: true,
      deliveryModes: ["poll"],
      processLoginHint: (_ctx: unknown, hint: string) => subjectOf(hint, issuer),
      verifyUserCode: () => undefined,
      validateRequestContext: () => undefined,
      validateBindingMessage: () => undefined,
      triggerAuthenticationDevice: (ctx: ProviderContext, request: BackchannelAuthenticationRequest) => {
        // Left out, clients ask every five seconds: nothing that tests would want to wait for.
        ctx.body.interval = 1;
        this.#asked.set(request.jti, { request, provider: ctx.oidc.provider });
      },
    };
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "GET") {
      answerJson(
        response,
        [...this.#asked.values()].map(({ request: { jti, accountId, params } }) => ({
          authReqId: jti,
          login: accountId,
          bindingMessage: params.binding_message,
        })),
      );
      return;
    }
    const form = await readForm(request);
    const authReqId = form.get("authReqId") ?? "";
    const asked = this.#asked.get(authReqId);
    this.#asked.delete(authReqId);
    response.statusCode = asked ? 204 : 404;
    if (asked) await decide(asked, form.get("decision") === "approve");
    response.end();
  }
}

async function decide({ provider, request }: Asked, approved: boolean): Promise<void> {
  const { jti, accountId, clientId, params, scope } = request;
  if (!approved) {
    await provider.backchannelResult(jti, new errors.AccessDenied("the person refused on their device"));
    return;
  }
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  if (typeof params.resource === "string") grant.addResourceScope(params.resource, scope);
  const result = { authTime: Math.floor(Date.now() / 1000), rar: granted(params.authorization_details) };
  await provider.backchannelResult(jti, await grant.save(), result);
}

/** Reads a `login_hint` as Auth0 wants it: who it is, and at which issuer. */
function subjectOf(hint: string, issuer: string): string | undefined {
  const { format, iss, sub } = JSON.parse(hint) as Record<string, string>;
  return format === "iss_sub" && iss === issuer ? sub : undefined;
}
