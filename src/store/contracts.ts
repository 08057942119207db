import type { Receipt, Renewal } from "../session/renewal.ts";
import type { LogoutTokenClaims, StateData, TransactionData } from "../session/state-data.ts";

/** What every store of the SDK can do. */
export interface AbstractDataStore<TData, TStoreOptions = unknown> {
  /**
   * Keeps the data.
   *
   * @param identifier the name it is kept under
   * @param removeIfExists whether this is a new login: what was there before is ended, and its id not used again
   * @param options what the caller passed along, such as request and response headers
   */
  set(identifier: string, data: TData, removeIfExists?: boolean, options?: TStoreOptions): Promise<void>;
  /** The data; `undefined` where there is none that can be trusted. */
  get(identifier: string, options?: TStoreOptions): Promise<TData | undefined>;
  /** Forgets the data. */
  delete(identifier: string, options?: TStoreOptions): Promise<void>;
}

/** Where sessions live. */
export interface StateStore<TStoreOptions = unknown> extends AbstractDataStore<StateData, TStoreOptions> {
  /** Ends every session a logout token names. Throws where the store cannot. */
  deleteByLogoutToken(claims: LogoutTokenClaims, options?: TStoreOptions): Promise<void>;
  /**
   * Throws where a change of the session could no longer be kept (`ResponseCommittedError`): asked before a refresh
   * token is spent. Left out: always fine.
   */
  assertWritable?(options?: TStoreOptions): void;
  /**
   * Extends a session that rolls, now and as far as it may live; one that does not roll is left alone. Left out: the
   * session is written once more by `set`.
   *
   * @param stateData the session as `get` has just answered it
   */
  touch?(identifier: string, stateData: StateData, options?: TStoreOptions): Promise<void>;
  /**
   * Spends the refresh token of a session, once however many requests want it at the same time, and keeps what it brought.
   * Left out: the caller asks the issuer itself, or `coordinate` does, and keeps the session by `set`.
   *
   * @param stateData the session as `get` has just answered it
   * @throws MissingSessionError where the session ended in the meantime
   */
  renew?:
    | ((
        identifier: string,
        stateData: StateData,
        task: RenewalTask,
        options?: TStoreOptions,
      ) => Promise<StateData>)
    | undefined;
  /**
   * For stores that keep sessions in the browser: what the issuer gave for the session's refresh token, and for its successors
   * where others were faster; asked once however many requests want it. Nothing is kept yet.
   */
  coordinate?:
    | ((stateData: StateData, task: RenewalTask, options?: TStoreOptions) => Promise<Receipt[]>)
    | undefined;
}

/** What a refresh token is to be spent for, and how. */
export interface RenewalTask {
  renewal: Renewal;
  /** Whether a session has what is wanted. Asked after waiting for somebody else's renewal. */
  serves(state: StateData): boolean;
  /** Spends the session's refresh token at the issuer. */
  ask(state: StateData): Promise<Receipt>;
}

/** Where logins wait for their callback. */
export interface TransactionStore<TStoreOptions = unknown>
  extends AbstractDataStore<TransactionData, TStoreOptions> {}

/** What a session store is told beside the data. */
export interface SessionWrite<TStoreOptions = unknown> {
  /** Seconds the session lives from now on; the store should forget it then. */
  expiresIn: number;
  /**
   * `true` for a new session. Otherwise the store must keep the data only if the session is still there, and answer
   * `false` if it is not: a session that was ended stays ended. A store that can compare answers `"changed"` and keeps
   * nothing where the session is no longer the one that was read: see `revisionOf`.
   */
  create: boolean;
  storeOptions: TStoreOptions | undefined;
}

/**
 * A database for `StatefulStateStore`. The smaller contract of `@auth0/auth0-server-js` (no third argument, no
 * `touch`) is accepted as well.
 */
export interface SessionStore<TStoreOptions = unknown> {
  get(identifier: string, storeOptions?: TStoreOptions): Promise<StateData | undefined>;
  /** Answers `false` where an existing session was to be changed and there is none, `"changed"` where it is another now. */
  set(
    identifier: string,
    stateData: StateData,
    write?: SessionWrite<TStoreOptions>,
  ): Promise<void | boolean | "changed">;
  delete(identifier: string, storeOptions?: TStoreOptions): Promise<void>;
  deleteByLogoutToken(claims: LogoutTokenClaims, storeOptions?: TStoreOptions): Promise<void>;
  /** Extends the life of a session to `expiresIn` seconds from now and leaves its data alone. */
  touch?(identifier: string, expiresIn: number, storeOptions?: TStoreOptions): Promise<void>;
  /**
   * Spends the session's refresh token, once however many requests want it, and keeps what it brought; how long the session
   * lives stays. Answers the session as it is then, `undefined` where it is over. Left out: every request asks the issuer for
   * itself, of which only one wins where refresh tokens rotate.
   *
   * @param stateData the session as `get` has just answered it
   */
  renew?(
    identifier: string,
    stateData: StateData,
    task: RenewalTask,
    storeOptions?: TStoreOptions,
  ): Promise<StateData | undefined>;
}
