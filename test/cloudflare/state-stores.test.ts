import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type RenewalTask, type StateData, StatefulStateStore } from "auth0-edge";
import { DurableObjectSessionStore } from "auth0-edge/cloudflare";
import type { Exchange } from "../support/cookie-jar.ts";
import { hostileIssuer } from "../support/hostile-issuer.ts";
import { now } from "../support/sessions.ts";
import { stateStoreContract } from "../support/state-store-contract.ts";
import { current } from "./worker.ts";

/** The contract makes up what an issuer answers. Here it goes the whole way: the carrier asks by `fetch`, and hears that. */
class AskedOverHttp extends DurableObjectSessionStore<Exchange> {
  override renew(identifier: string, state: StateData, task: RenewalTask): Promise<StateData | undefined> {
    current.issuer!.misbehave.token = async (_body, form) => {
      const refreshToken = form.get("refresh_token") ?? form.get("subject_token") ?? undefined;
      try {
        const {
          accessToken,
          scope,
          refreshToken: successor,
          expiresAt,
        } = (await task.ask({ ...state, refreshToken })).tokens;
        return Response.json({
          ...{ access_token: accessToken, token_type: "Bearer", scope, refresh_token: successor },
          expires_in: expiresAt - now(),
        });
      } catch (error) {
        const { cause } = error as { cause?: { error: string } };
        return Response.json(cause ?? {}, { status: cause ? 403 : 503 });
      }
    };
    return super.renew(identifier, state, task);
  }
}

stateStoreContract(
  "StatefulStateStore with DurableObjectSessionStore",
  async () => {
    await reset();
    current.issuer = await hostileIssuer("tenant.example");
    return (options, cookies) => {
      const store = new AskedOverHttp(env.CONTRACT_SESSION, options);
      return new StatefulStateStore({ ...options, store }, cookies);
    };
  },
  { endsSessionsFromOutside: true, remembersLogoutTokens: true, comparesChanges: true, renewsOnce: true },
);
