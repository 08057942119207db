import { MissingRequiredArgumentError } from "../errors/index.ts";
import type { StateStore, TransactionStore } from "../store/contracts.ts";
import type { ServerClientOptions } from "./options.ts";
import { createServers, type Servers } from "./servers.ts";

/** What all flows share: the resolved configuration, the stores, and the way to the authorization server. */
export interface Context<TStoreOptions = unknown> extends Servers<TStoreOptions> {
  clientId: string;
  authorizationParams: NonNullable<ServerClientOptions["authorizationParams"]>;
  organization: string | undefined;
  storeIdToken: boolean;
  filterClaims: ServerClientOptions["filterClaims"];
  stateStore: StateStore<TStoreOptions>;
  transactionStore: TransactionStore<TStoreOptions>;
  stateIdentifier: string;
  transactionIdentifier: string;
  /** Seconds since the epoch. */
  now(): number;
}

/**
 * @param authenticator see `createServers`
 * @throws MissingRequiredArgumentError without a store or client id
 * @throws InvalidConfigurationError where `domain` or `issuer` cannot be one
 */
export function createContext<T>(
  options: ServerClientOptions<T>,
  authenticator?: Parameters<typeof createServers>[1],
): Context<T> {
  for (const name of ["stateStore", "transactionStore", "clientId"] as const) {
    if (!options[name]) throw new MissingRequiredArgumentError(name);
  }
  return {
    ...createServers(options, authenticator),
    clientId: options.clientId,
    authorizationParams: options.authorizationParams ?? {},
    organization: options.organization,
    storeIdToken: options.storeIdToken ?? true,
    filterClaims: options.filterClaims,
    stateStore: options.stateStore,
    transactionStore: options.transactionStore,
    stateIdentifier: options.stateIdentifier || "__a0_session",
    transactionIdentifier: options.transactionIdentifier || "__a0_tx",
    now: () => Math.floor(Date.now() / 1000),
  };
}
