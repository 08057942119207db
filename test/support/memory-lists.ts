import {
  type LogoutTokenClaims,
  type Receipt,
  type RefreshCoordinator,
  type RenewalTask,
  type RevocationList,
  SessionStoreError,
  type StateData,
  withReceipt,
} from "auth0-edge";
import { isEndedBy } from "../../src/session/logout-match.ts";

/** A coordinator in memory: each refresh token is spent once, and whoever brings it later gets the same. */
export class MemoryCoordinator implements RefreshCoordinator {
  readonly #spent = new Map<string, Promise<Receipt>>();
  /** Seconds of life that callers told. */
  readonly lives: number[] = [];

  async coordinate(
    stateData: StateData,
    task: RenewalTask,
    { expiresIn }: { expiresIn: number },
  ): Promise<Receipt[]> {
    this.lives.push(expiresIn);
    const receipts: Receipt[] = [];
    for (let state = stateData; receipts.length < 16; ) {
      const token = state.refreshToken!;
      const asking = this.#spent.get(token) ?? task.ask(state);
      this.#spent.set(token, asking);
      asking.catch(() => this.#spent.delete(token));
      const receipt = await asking;
      receipts.push(receipt);
      state = withReceipt(state, receipt, Math.floor(Date.now() / 1000));
      if (task.serves(state) || state.refreshToken === token) break;
    }
    return receipts;
  }
}

/** A list of revocations in memory, which can be told to fail. */
export class MemoryRevocationList implements RevocationList {
  readonly #revoked: { claims: LogoutTokenClaims; at: number }[] = [];
  readonly #ended = new Set<string | undefined>();
  /** What it was told, in order. */
  readonly told: [what: string, expiresIn: number][] = [];
  isDown = false;

  isRevoked(state: StateData): Promise<boolean> {
    const isRevoked = this.#revoked.some(
      ({ claims, at }) =>
        isEndedBy(state, claims) && (claims.iat !== undefined || state.internal.createdAt <= at),
    );
    return this.#answer(isRevoked || this.#ended.has(state.internal.id));
  }
  revoke(claims: LogoutTokenClaims, { expiresIn }: { expiresIn: number }): Promise<void> {
    this.told.push(["revoke", expiresIn]);
    this.#revoked.push({ claims, at: Date.now() / 1000 });
    return this.#answer(undefined);
  }
  end(state: StateData, { expiresIn }: { expiresIn: number }): Promise<void> {
    this.told.push(["end", expiresIn]);
    this.#ended.add(state.internal.id);
    return this.#answer(undefined);
  }
  begin(_state: StateData, { expiresIn }: { expiresIn: number }): Promise<void> {
    this.told.push(["begin", expiresIn]);
    return this.#answer(undefined);
  }

  #answer<T>(value: T): Promise<T> {
    return this.isDown ? Promise.reject(new SessionStoreError()) : Promise.resolve(value);
  }
}
