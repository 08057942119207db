import { type Context, withDomain } from "../context/context.ts";

/** The last piece of work begun for each request. */
const tails = new WeakMap<object, Promise<unknown>>();

/**
 * Does the work of one request one after the other, so that two calls of one request never spend the same refresh token:
 * the second finds what the first brought. A request is told by the `request` of its store options; without one there is no
 * telling, and no waiting. No request ever waits for another.
 *
 * The domain is asked for before, and only once: a resolver that calls this client would wait for the very work it is part of.
 */
export async function serialize<T, R>(
  context: Context<T>,
  storeOptions: T | undefined,
  work: (context: Context<T>) => Promise<R>,
): Promise<R> {
  const own = context.resolverMode ? await withDomain(context, storeOptions) : context;
  const request = requestOf(storeOptions);
  if (!request) return await work(own);
  const mine = (tails.get(request) ?? Promise.resolve()).then(() => work(own));
  tails.set(
    request,
    mine.catch(() => undefined),
  );
  return await mine;
}

/** Waits until a request has no such work under way: what it changes has to be in the response that leaves. */
export async function whenIdle(storeOptions: unknown): Promise<void> {
  const request = requestOf(storeOptions);
  for (let tail = request && tails.get(request); tail; ) {
    await tail;
    const next = tails.get(request!);
    tail = next === tail ? undefined : next;
  }
}

function requestOf(storeOptions: unknown): object | undefined {
  const { request } = (storeOptions ?? {}) as { request?: unknown };
  return typeof request === "object" && request !== null ? request : undefined;
}
