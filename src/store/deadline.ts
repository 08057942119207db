import { EdgeAuthError, SessionStoreError } from "../errors/index.ts";

/**
 * Waits for a database, but not for ever. What it answers later is not waited for, and its failure then is nobody's.
 *
 * @param seconds how long
 * @throws SessionStoreError where it takes longer
 */
export async function withDeadline<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new SessionStoreError(`The session store did not answer within ${seconds} seconds.`);
    timer = setTimeout(() => reject(error), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A call of a host's own storage, whose failure says nothing of the session.
 *
 * @throws SessionStoreError with the failure as `cause`; errors of the SDK pass as they are
 */
export async function storeCall<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof EdgeAuthError) throw error;
    throw new SessionStoreError(undefined, error);
  }
}
