import { ResponseCommittedError, SessionTooLargeError } from "../errors/index.ts";
import type { CookieSerializeOptions } from "./cookie-text.ts";

/** A value, or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/**
 * How stores reach the cookies of a request and its response. Implement it for a framework, or use
 * `HeadersCookieHandler` where there are a `Request` and `Headers`. Every method may answer with a promise.
 */
export interface CookieHandler<TStoreOptions = unknown> {
  /** Sets a cookie on the response. */
  setCookie(
    name: string,
    value: string,
    options?: CookieSerializeOptions,
    storeOptions?: TStoreOptions,
  ): Awaitable<void>;
  /** The value of one cookie of the request. */
  getCookie(name: string, storeOptions?: TStoreOptions): Awaitable<string | undefined>;
  /** All cookies of the request by name. */
  getCookies(storeOptions?: TStoreOptions): Awaitable<Record<string, string>>;
  /** Deletes a cookie; `options` are the attributes it was set with, which the deletion has to repeat. */
  deleteCookie(name: string, storeOptions?: TStoreOptions, options?: CookieSerializeOptions): Awaitable<void>;
  /** Throws where cookies can no longer be set, because the response has left. Left out: they always can. */
  assertWritable?(storeOptions?: TStoreOptions): void;
}

/** Whether cookies can still be set. */
export function canSetCookies<T>(handler: CookieHandler<T>, storeOptions?: T): boolean {
  try {
    handler.assertWritable?.(storeOptions);
    return true;
  } catch {
    return false;
  }
}

/**
 * Lets a session be extended if it can: the response may leave while its cookie is being sealed, and one that another library
 * wrote may be too large for ours. Both is fine, and it stays what it is.
 */
export async function ifPossible(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof ResponseCommittedError || error instanceof SessionTooLargeError)) throw error;
  });
}
