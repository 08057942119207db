import type { SealPurpose, Secret } from "../seal/keys.ts";
import { normalizeSecret } from "../seal/keys.ts";
import { type Sealer, sealerFor } from "../seal/sealer.ts";
import type { LogoutTokenClaims, StateData, TransactionData } from "../session/state-data.ts";
import { baseIdentifier } from "../session/transaction.ts";
import type { AbstractDataStore, StateStore, TransactionStore } from "./contracts.ts";

/** Options of every store that seals what it keeps. */
export interface EncryptedStoreOptions {
  /** The secret, or several with the newest first: the first one seals, all of them open. */
  secret: string | string[];
}

/** A custom store may keep things longer than any cookie: seconds its sealed texts live at most. */
const maxCustomAge = 400 * 86_400;

/**
 * Base of stores that seal. Inherit {@link AbstractStateStore} or {@link AbstractTransactionStore} for a store of your
 * own; `encrypt` and `decrypt` are all they add to the contract.
 */
export abstract class AbstractStore<TData, TStoreOptions = unknown>
  implements AbstractDataStore<TData, TStoreOptions>
{
  protected readonly options: EncryptedStoreOptions;
  readonly #purpose: SealPurpose;

  /** @throws InvalidConfigurationError for an empty secret */
  constructor(options: EncryptedStoreOptions, purpose: SealPurpose) {
    normalizeSecret(options?.secret);
    this.options = options;
    this.#purpose = purpose;
  }

  abstract set(
    identifier: string,
    data: TData,
    removeIfExists?: boolean,
    options?: TStoreOptions,
  ): Promise<void>;
  abstract get(identifier: string, options?: TStoreOptions): Promise<TData | undefined>;
  abstract delete(identifier: string, options?: TStoreOptions): Promise<void>;

  /**
   * Seals data: a compact JWE, `dir` + `A256GCM`, bound to this kind of store and to the identifier.
   *
   * @param expiration when it stops opening, seconds since the epoch
   */
  protected async encrypt(identifier: string, data: object, expiration: number): Promise<string> {
    return await this.#sealer(identifier).seal(data, expiration, Date.now() / 1000);
  }

  /** Opens what `encrypt` sealed; `undefined` for anything expired, tampered with, or not ours. */
  protected async decrypt<T = TData>(identifier: string, text: string): Promise<T | undefined> {
    return (await this.#sealer(identifier).open(text, Date.now() / 1000))?.data as T | undefined;
  }

  #sealer(identifier: string): Sealer {
    const base = this.#purpose === "custom-transaction" ? baseIdentifier(identifier) : identifier;
    return sealerFor(this.options.secret as Secret, this.#purpose, base, maxCustomAge);
  }
}

/** Base of a state store of your own. */
export abstract class AbstractStateStore<TStoreOptions = unknown>
  extends AbstractStore<StateData, TStoreOptions>
  implements StateStore<TStoreOptions>
{
  constructor(options: EncryptedStoreOptions) {
    super(options, "custom-session");
  }

  abstract deleteByLogoutToken(claims: LogoutTokenClaims, options?: TStoreOptions): Promise<void>;
}

/** Base of a transaction store of your own. */
export abstract class AbstractTransactionStore<TStoreOptions = unknown>
  extends AbstractStore<TransactionData, TStoreOptions>
  implements TransactionStore<TStoreOptions>
{
  constructor(options: EncryptedStoreOptions) {
    super(options, "custom-transaction");
  }
}
