import { MemorySessionStore, StatefulStateStore, StatelessStateStore } from "auth0-edge";
import type { Exchange } from "../../support/cookie-jar.ts";
import { stateStoreContract } from "../../support/state-store-contract.ts";

stateStoreContract(
  "StatelessStateStore",
  () => (options, cookies) => new StatelessStateStore(options, cookies),
  { endsSessionsFromOutside: false },
);

stateStoreContract(
  "StatefulStateStore with MemorySessionStore",
  () => {
    const store = new MemorySessionStore<Exchange>();
    return (options, cookies) => new StatefulStateStore({ ...options, store }, cookies);
  },
  { endsSessionsFromOutside: true },
);
