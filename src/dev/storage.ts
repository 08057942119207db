/**
 * What the development tenant must remember: codes, refresh tokens, pending logins, login sessions and its
 * signing keys. Small enough to be implemented over a Durable Object by RPC: keys are short ASCII strings,
 * values can be structured-cloned. No key and no value contains a code, token or password in the clear, only hashes;
 * what a hash would be of no use for, the signing keys and the secrets of authenticator apps, is kept as it is.
 */
export interface DevTenantStorage {
  /**
   * Reads a value.
   *
   * @returns The value, or `undefined` when there is none or it has expired.
   */
  get(key: string): Promise<unknown>;
  /**
   * Writes a value, replacing the one that is there.
   *
   * @param expiresIn Seconds after which the value is gone.
   */
  put(key: string, value: unknown, expiresIn: number): Promise<void>;
  /**
   * Writes a value only if the key has none, in one atomic step: of any number of concurrent callers exactly
   * one is answered `true`. It decides who redeems a code, who rotates a refresh token and whose signing key
   * becomes the tenant's.
   *
   * @param expiresIn Seconds after which the value is gone.
   * @returns Whether this call wrote the value.
   */
  add(key: string, value: unknown, expiresIn: number): Promise<boolean>;
  /** Removes a value; nothing happens when there is none. */
  delete(key: string): Promise<void>;
}
