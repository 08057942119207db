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

/** What is kept of a session elsewhere, and how long. */
export interface SessionNote<TStoreOptions = unknown> {
  /** Seconds from now on after which no session it is about lives any more: it should be forgotten then. */
  expiresIn: number;
  storeOptions: TStoreOptions | undefined;
}

/**
 * Sees to it that a refresh token is spent once, however many requests carry it: for stores that cannot own a session
 * themselves, such as cookies, where each request has a copy of its own.
 */
export interface RefreshCoordinator<TStoreOptions = unknown> {
  /**
   * What the issuer gave for the session's refresh token, in order: the session with all of it by `withReceipt` is what it
   * should be now. More than one where others had spent the token before, for something that does not serve here.
   *
   * A request that comes late gets what the first one got. Nothing of the session is kept by this call; that is the caller's
   * to do, and the refresh token of the last receipt has to stay even where nothing else can.
   *
   * @param stateData the session as it was read
   * @param task what is wanted; it goes to the issuer by `task.ask`, or by way of `task.renewal` somewhere else
   * @throws TokenByRefreshTokenError where the issuer refused, and with `superseded` in `cause.error` where a successor of
   * the token has long been in use: that request has an old copy of the session, and the session itself is well
   */
  coordinate(stateData: StateData, task: RenewalTask, note: SessionNote<TStoreOptions>): Promise<Receipt[]>;
}

/**
 * Which sessions were ended from outside: by a logout token of the issuer, by a logout everywhere, or by a logout of a browser
 * whose cookies somebody copied. For stores that keep sessions where they cannot be deleted.
 */
export interface RevocationList<TStoreOptions = unknown> {
  /**
   * Whether a session was ended. Asked whenever one is read; within one request it is looked up at most once.
   *
   * @throws SessionStoreError where that cannot be known and the list is told to deny then
   */
  isRevoked(stateData: StateData, storeOptions?: TStoreOptions): Promise<boolean>;
  /**
   * Ends the sessions of a logout token, by the rule of `isEndedBy`; without `sid` and `iat` all sessions of the user that began
   * before.
   *
   * @throws SessionStoreError where they are not ended
   */
  revoke(claims: LogoutTokenClaims, note: SessionNote<TStoreOptions>): Promise<void>;
  /**
   * Ends this very session, and no other one of the same user: its browser logs out, or in again, and what is left are copies of
   * its cookies.
   *
   * @throws SessionStoreError where it is not ended and the list is told to deny then
   */
  end(stateData: StateData, note: SessionNote<TStoreOptions>): Promise<void>;
  /**
   * A login has made this session: what the list has to know so that logout tokens find it. Called before its cookie leaves.
   *
   * @throws SessionStoreError where that fails and the list is told to deny then
   */
  begin?(stateData: StateData, note: SessionNote<TStoreOptions>): Promise<void>;
}
