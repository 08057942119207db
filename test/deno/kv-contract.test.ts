// The contract of all stores, in Deno: run by test/node/deno-kv.test.ts.
import { StatefulStateStore } from "auth0-edge";
import { DenoKvSessionStore } from "auth0-edge/deno";
import { stateStoreContract } from "../support/state-store-contract.ts";

const kv = await Deno.openKv(":memory:");

stateStoreContract(
  "StatefulStateStore with DenoKvSessionStore",
  () => {
    const prefix = crypto.randomUUID();
    return ({ secret, ...options }, cookies) => {
      const store = new DenoKvSessionStore(kv, { secret, prefix });
      return new StatefulStateStore({ ...options, secret, store }, cookies);
    };
  },
  { endsSessionsFromOutside: true, remembersLogoutTokens: true, comparesChanges: true, renewsOnce: true },
);
