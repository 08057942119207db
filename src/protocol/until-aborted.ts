/**
 * Waits for work, but no longer than until the signal is aborted: then it rejects with an `AbortError`, or `TimeoutError`,
 * whatever the caller aborted with. The work itself may go on.
 *
 * @param toError makes another error of that one
 */
export async function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  toError: (reason: DOMException) => unknown = (reason) => reason,
): Promise<T> {
  if (!signal) return await work;
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => {
      const { reason } = signal as { reason: unknown };
      reject(toError(reason instanceof DOMException ? reason : new DOMException("Aborted.", "AbortError")));
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    // A signal may outlive many calls, which must not pile up in it.
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
