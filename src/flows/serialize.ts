/** The last piece of work begun for each request. */
const tails = new WeakMap<object, Promise<unknown>>();

/**
 * Does the work of one request one after the other, so that two calls of one request never spend the same refresh token:
 * the second finds what the first brought. Requests are told apart by their store options (`request` in them, or the
 * object itself), and none ever waits for another.
 */
export async function serialize<T>(storeOptions: unknown, work: () => Promise<T>): Promise<T> {
  const { request } = (storeOptions ?? {}) as { request?: unknown };
  const owner = [request, storeOptions].find((one) => typeof one === "object" && one !== null);
  if (!owner) return await work();
  const mine = (tails.get(owner) ?? Promise.resolve()).then(work);
  tails.set(
    owner,
    mine.catch(() => undefined),
  );
  return await mine;
}
