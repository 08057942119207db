/** The platform's promise to keep a request's work alive until it is done, such as `ctx.waitUntil` of a Worker. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/** Store options may carry the platform's `waitUntil`. */
export function waitUntilOf(storeOptions: unknown): WaitUntil | undefined {
  const { waitUntil } = (storeOptions ?? {}) as { waitUntil?: unknown };
  return typeof waitUntil === "function" ? (promise) => waitUntil.call(storeOptions, promise) : undefined;
}

/** Milliseconds a request waits for another one's work before it does it itself. */
const patience = 3000;
/** Milliseconds after which work counts as lost: its request was cut off. */
const deadline = 15_000;

interface Running<T> {
  promise: Promise<T>;
  since: number;
}

/**
 * Lets concurrent requests share one piece of work, where that is safe.
 *
 * On workerd a request that is cancelled takes its promises with it: whoever waits for one waits for ever. So work is
 * shared only when its owner anchored it by `waitUntil`, and a follower that has waited long enough, or whose owner
 * failed, works for itself.
 */
export function shareWork<T>(): (
  name: string,
  waitUntil: WaitUntil | undefined,
  work: () => Promise<T>,
) => Promise<T> {
  const running = new Map<string, Running<T>>();
  return async (name, waitUntil, work) => {
    const other = running.get(name);
    if (other && Date.now() - other.since < deadline) {
      const outcome = await settledWithin(other.promise, patience);
      return outcome ? outcome.value : await work();
    }
    if (!waitUntil) return await work();
    const mine = { promise: work(), since: Date.now() };
    const forget = (): void => {
      if (running.get(name) === mine) running.delete(name);
    };
    try {
      waitUntil(mine.promise.then(forget, forget));
      running.set(name, mine);
    } catch {
      // Not bound to its context, or called after the end: nothing anchors the work, so nobody else may wait for it.
    }
    return await mine.promise;
  };
}

async function settledWithin<T>(
  promise: Promise<T>,
  milliseconds: number,
): Promise<{ value: T } | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patienceEnds = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  const outcome = promise.then(
    (value) => ({ value }),
    () => undefined,
  );
  try {
    return await Promise.race([outcome, patienceEnds]);
  } finally {
    clearTimeout(timer);
  }
}
