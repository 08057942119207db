import { optionsOf, requireFunctions, requireTexts } from "../arguments.ts";
import { InvalidConfigurationError, MissingRequiredArgumentError } from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import { maxRefreshLeeway } from "../session/token-sets.ts";
import type { StateStore, TransactionStore } from "../store/contracts.ts";
import type { IssuerOptions, ServerClientOptions } from "./options.ts";
import { type Abilities, createServers, type Servers } from "./servers.ts";

/** What a client without stores has: who it is, and the way to the authorization server. */
export interface IssuerContext<TStoreOptions = unknown> extends Servers<TStoreOptions> {
  clientId: string;
  authorizationParams: AuthorizationParameters;
}

/** What all flows share: the resolved configuration and the stores. */
export interface Context<TStoreOptions = unknown> extends IssuerContext<TStoreOptions> {
  organization: string | undefined;
  storeIdToken: boolean;
  refreshLeeway: number;
  filterClaims: ServerClientOptions<TStoreOptions>["filterClaims"];
  beforeSessionSaved: ServerClientOptions<TStoreOptions>["beforeSessionSaved"];
  stateStore: StateStore<TStoreOptions>;
  transactionStore: TransactionStore<TStoreOptions>;
  stateIdentifier: string;
  transactionIdentifier: string;
  /** Seconds since the epoch. */
  now(): number;
}

/**
 * @param abilities see `createServers`
 * @throws MissingRequiredArgumentError without a client id
 * @throws InvalidConfigurationError where an option cannot be what it is
 */
export function createIssuerContext<T>(options: IssuerOptions<T>, abilities?: Abilities): IssuerContext<T> {
  requireTexts(options, "clientId");
  return {
    ...createServers(options, abilities),
    clientId: options.clientId,
    authorizationParams: optionsOf(options.authorizationParams, "scope", "audience", "redirect_uri"),
  };
}

/**
 * @param abilities see `createServers`
 * @throws MissingRequiredArgumentError without a store or client id
 * @throws InvalidConfigurationError where an option cannot be what it is
 */
export function createContext<T, TClaims extends object>(
  options: ServerClientOptions<T, TClaims>,
  abilities?: Abilities,
): Context<T> {
  for (const name of ["stateStore", "transactionStore"] as const) {
    if (Object(options?.[name]) !== options?.[name]) throw new MissingRequiredArgumentError(name);
  }
  const { refreshLeeway = 10 } = options;
  optionsOf(options, "stateIdentifier", "transactionIdentifier");
  requireFunctions(options, "filterClaims", "beforeSessionSaved");
  if (!Number.isFinite(refreshLeeway) || refreshLeeway < 0 || refreshLeeway > maxRefreshLeeway) {
    throw new InvalidConfigurationError(`'refreshLeeway' must be seconds from 0 to ${maxRefreshLeeway}.`);
  }
  return {
    ...createIssuerContext(options, abilities),
    refreshLeeway,
    organization: options.organization,
    storeIdToken: options.storeIdToken ?? true,
    filterClaims: options.filterClaims,
    // Which claims its session has is what `filterClaims` makes of them.
    beforeSessionSaved: options.beforeSessionSaved as Context<T>["beforeSessionSaved"],
    stateStore: options.stateStore,
    transactionStore: options.transactionStore,
    stateIdentifier: options.stateIdentifier || "__a0_session",
    transactionIdentifier: options.transactionIdentifier || "__a0_tx",
    now: () => Math.floor(Date.now() / 1000),
  };
}

/** The same context for one request, whose domain is then known. */
export async function withDomain<T, TContext extends IssuerContext<T>>(
  context: TContext,
  storeOptions: T | undefined,
): Promise<TContext> {
  const domain = await context.resolveDomain(storeOptions);
  return { ...context, domain, resolveDomain: () => Promise.resolve(domain) };
}

/** @throws InvalidConfigurationError where the domain is chosen for each request */
export function staticContext<TContext extends IssuerContext<never>>(context: TContext): TContext {
  if (!context.resolverMode) return context;
  throw new InvalidConfigurationError(
    "A function chooses the domain: use 'await getAuthClient(storeOptions)'.",
  );
}
