import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { StatelessStateStore } from "auth0-edge";
import { DurableObjectRevocationList, KVRevocationList } from "auth0-edge/cloudflare";
import { afterEach } from "vitest";
import { stateStoreContract } from "../support/state-store-contract.ts";

afterEach(reset);

stateStoreContract(
  "StatelessStateStore with DurableObjectRevocationList",
  () => {
    const revocations = new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" });
    return (options, cookies) => new StatelessStateStore({ ...options, revocations }, cookies);
  },
  { endsSessionsFromOutside: true },
);

stateStoreContract(
  "StatelessStateStore with KVRevocationList",
  () => {
    const revocations = new KVRevocationList(env.SESSIONS, { onUnavailable: "deny" });
    return (options, cookies) => new StatelessStateStore({ ...options, revocations }, cookies);
  },
  { endsSessionsFromOutside: true },
);
