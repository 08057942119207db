import {
  MemorySessionStore,
  StatefulStateStore,
  StatelessStateStore,
  UnstorageSessionStore,
} from "auth0-edge";
import { createStorage } from "unstorage";
import type { Exchange } from "../../support/cookie-jar.ts";
import { MemoryCoordinator, MemoryRevocationList } from "../../support/memory-lists.ts";
import { stateStoreContract } from "../../support/state-store-contract.ts";

stateStoreContract(
  "StatelessStateStore",
  () => (options, cookies) => new StatelessStateStore(options, cookies),
  { endsSessionsFromOutside: false },
);

stateStoreContract(
  "StatelessStateStore with a coordinator and a list of revocations",
  () => {
    const added = { coordinator: new MemoryCoordinator(), revocations: new MemoryRevocationList() };
    return (options, cookies) => new StatelessStateStore({ ...options, ...added }, cookies);
  },
  { endsSessionsFromOutside: true },
);

stateStoreContract(
  "StatefulStateStore with MemorySessionStore",
  () => {
    const store = new MemorySessionStore<Exchange>();
    return (options, cookies) => new StatefulStateStore({ ...options, store }, cookies);
  },
  { endsSessionsFromOutside: true, comparesChanges: true, renewsOnce: true },
);

stateStoreContract(
  "StatefulStateStore with UnstorageSessionStore",
  () => {
    const [storage, coordinator] = [createStorage(), new MemoryCoordinator()];
    return ({ secret, ...options }, cookies) => {
      const store = new UnstorageSessionStore(storage, { secret, coordinator });
      return new StatefulStateStore({ ...options, secret, store }, cookies);
    };
  },
  { endsSessionsFromOutside: true, remembersLogoutTokens: true, comparesChanges: true, renewsOnce: true },
);
