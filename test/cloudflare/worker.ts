import type { EdgeAuthOptions } from "auth0-edge";
import {
  durableObjectSessions,
  refreshCarrier,
  refreshCoordinator,
  revocationList,
  type SessionCalls,
  sessionObject,
} from "auth0-edge/cloudflare";
import type { DevTenant } from "auth0-edge/dev";
import { appOrigin, secret } from "../support/browser.ts";
import type { HostileIssuer } from "../support/hostile-issuer.ts";
import { SECRET } from "../support/sessions.ts";

/** What the test that runs has set up. What is made of options here outlives a test. */
export const current: {
  /** The issuer, which stands in memory. */
  issuer?: HostileIssuer;
  /** A development tenant in its place. */
  tenant?: DevTenant;
  /** Whether sessions cannot be ended: their objects throw. */
  isBroken?: boolean;
  /** How many of the next results of refreshes cannot be kept: the objects throw. */
  commitsThatFail?: number;
  /** Is told what the carrier does. */
  onEvent?: EdgeAuthOptions["onEvent"];
  /** Counts what is read and written in the storages of all objects. */
  operations: number;
} = { operations: 0 };

const options = (env: Cloudflare.Env): EdgeAuthOptions => ({
  domain: "hostile.example",
  clientId: "hostile-client",
  clientSecret: "hostile-secret",
  appBaseUrl: appOrigin,
  secret,
  customFetch: (...given) => current.issuer!.customFetch(...given),
  onEvent: (event) => current.onEvent?.(event),
  stateStore: durableObjectSessions(env.AUTH_SESSION),
});

export class AuthSession extends sessionObject(options) {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    countOperations(ctx.storage);
    super(ctx, env);
  }

  override async end(...given: Parameters<SessionCalls["end"]>): Promise<void> {
    if (current.isBroken) throw new Error("This object is out of order.");
    await super.end(...given);
  }

  override async commit(...given: Parameters<SessionCalls["commit"]>): ReturnType<SessionCalls["commit"]> {
    failIfTold();
    return await super.commit(...given);
  }
}
export class AuthRefresh extends refreshCarrier(options) {}
export class AuthCoordinator extends refreshCoordinator(options) {
  override async commit(...given: Parameters<SessionCalls["commit"]>): ReturnType<SessionCalls["commit"]> {
    failIfTold();
    return await super.commit(...given);
  }
}

function failIfTold(): void {
  const left = current.commitsThatFail ?? 0;
  current.commitsThatFail = Math.max(0, left - 1);
  if (left) throw new Error("The storage is out of order.");
}
export class AuthRevocations extends revocationList() {}

/** Those that the contract of stores is held against, with names, an issuer and a secret of their own. */
const contract = (env: Cloudflare.Env): EdgeAuthOptions => ({
  ...options(env),
  domain: "tenant.example",
  secret: SECRET,
  stateStore: durableObjectSessions(env.CONTRACT_SESSION),
});

export class ContractSession extends sessionObject(contract, {
  binding: "CONTRACT_SESSION",
  carrier: "ContractRefresh",
}) {}
export class ContractRefresh extends refreshCarrier(contract) {}

/** Those of sessions that a development tenant made. */
const ofTenant = (env: Cloudflare.Env): EdgeAuthOptions => ({
  ...options(env),
  domain: "dev.localhost",
  clientId: "app",
  clientSecret: "app-secret",
  customFetch: (...given) => current.tenant!.customFetch(...given),
  stateStore: durableObjectSessions(env.TENANT_SESSION),
});

export class TenantSession extends sessionObject(ofTenant, {
  binding: "TENANT_SESSION",
  carrier: "TenantRefresh",
}) {}
export class TenantRefresh extends refreshCarrier(ofTenant) {}

/** One whose carrier nobody exports, and one whose own binding has another name than it was told. */
export class LonelySession extends sessionObject(options, { binding: "LONELY_SESSION", carrier: "Nobody" }) {}
export class StraySession extends sessionObject(options, { binding: "NO_SUCH_BINDING" }) {}

function countOperations(storage: DurableObjectStorage): void {
  const count = (target: object, ...names: string[]): void => {
    for (const name of names) {
      const operation = Reflect.get(target, name) as (...given: unknown[]) => unknown;
      Reflect.set(target, name, (...given: unknown[]) => {
        current.operations++;
        return operation.apply(target, given);
      });
    }
  };
  count(storage, "setAlarm", "getAlarm", "deleteAlarm", "deleteAll");
  count(storage.kv, "get", "put", "delete", "list");
}

export default {
  fetch: () => new Response("The tests call the objects themselves."),
};
