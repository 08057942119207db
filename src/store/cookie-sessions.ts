import type { CookieHandler } from "../cookies/cookie-handler.ts";
import type { EncryptedStoreOptions } from "./abstract-stores.ts";
import type { RefreshCoordinator, RevocationList } from "./contracts.ts";
import type { SessionConfiguration } from "./session-settings.ts";
import { StatelessStateStore } from "./stateless-state-store.ts";

/** What a store of sessions is made of, as `edgeAuth` hands it to the option `stateStore`. */
export type StoreConfiguration = SessionConfiguration & EncryptedStoreOptions;

/** A coordinator, or what makes it of the configuration, such as the secret it is to seal with. */
export type Coordination<TStoreOptions = unknown> =
  | RefreshCoordinator<TStoreOptions>
  | ((configuration: StoreConfiguration) => RefreshCoordinator<TStoreOptions>);

/** What {@link cookieSessions} adds to cookies. */
export interface CookieSessionsOptions<TStoreOptions = unknown> {
  /** See `StatelessStateStoreOptions.coordinator`. */
  coordinator?: Coordination<TStoreOptions> | undefined;
  /** See `StatelessStateStoreOptions.revocations`. */
  revocations?: RevocationList<NoInfer<TStoreOptions>> | undefined;
}

/**
 * Sessions in cookies that refresh once and can be ended from outside, for the option `stateStore` of `edgeAuth`:
 * `stateStore: cookieSessions({ coordinator, revocations })`. Each may be had without the other.
 */
export function cookieSessions<TStoreOptions = unknown>({
  coordinator,
  revocations,
}: CookieSessionsOptions<TStoreOptions>): (
  configuration: StoreConfiguration,
  cookies: CookieHandler<TStoreOptions>,
) => StatelessStateStore<TStoreOptions> {
  return (configuration, cookies) =>
    new StatelessStateStore(
      { ...configuration, coordinator: coordinatorOf(coordinator, configuration), revocations },
      cookies,
    );
}

/** The coordinator that is meant. */
export function coordinatorOf<TStoreOptions>(
  coordination: Coordination<TStoreOptions> | undefined,
  configuration: StoreConfiguration,
): RefreshCoordinator<TStoreOptions> | undefined {
  return typeof coordination === "function" ? coordination(configuration) : coordination;
}
