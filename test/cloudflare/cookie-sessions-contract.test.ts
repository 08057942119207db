import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { StatelessStateStore } from "auth0-edge";
import {
  DurableObjectRefreshCoordinator,
  DurableObjectRevocationList,
  KVRevocationList,
} from "auth0-edge/cloudflare";
import { afterEach } from "vitest";
import type { Exchange } from "../support/cookie-jar.ts";
import { stateStoreContract } from "../support/state-store-contract.ts";

afterEach(reset);

stateStoreContract(
  "StatelessStateStore with DurableObjectRevocationList and DurableObjectRefreshCoordinator",
  () => {
    const revocations = new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" });
    return (options, cookies) => {
      const coordinator = new DurableObjectRefreshCoordinator<Exchange>(env.AUTH_COORDINATOR, options);
      return new StatelessStateStore({ ...options, coordinator, revocations }, cookies);
    };
  },
  { endsSessionsFromOutside: true, remembersLogoutTokens: true },
);

stateStoreContract(
  "StatelessStateStore with KVRevocationList",
  () => {
    const revocations = new KVRevocationList(env.SESSIONS, { onUnavailable: "deny" });
    return (options, cookies) => new StatelessStateStore({ ...options, revocations }, cookies);
  },
  { endsSessionsFromOutside: true, remembersLogoutTokens: true },
);
