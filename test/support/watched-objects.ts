/** Stands before a namespace of Durable Objects: notes the calls, and lets them fail. */
export interface WatchedObjects {
  getByName(name: string, options?: object): unknown;
  jurisdiction(name: string): WatchedObjects;
  /** Names of the methods that were called, in order. */
  calls: string[];
  /** What becomes of a call: it throws, is never answered, or works. */
  mode: "works" | "throws" | "hangs";
}

/** @param namespace a binding */
export function watchedObjects(namespace: { getByName(name: string): unknown }): WatchedObjects {
  const watched: WatchedObjects = {
    calls: [],
    mode: "works",
    jurisdiction: () => watched,
    getByName(name) {
      const stub = namespace.getByName(name) as Record<string, (...given: unknown[]) => unknown>;
      return new Proxy(
        {},
        {
          get: (_, method: string) => {
            if (method === "then") return undefined;
            return (...given: unknown[]) => {
              watched.calls.push(method);
              if (watched.mode === "throws") return Promise.reject(new Error("The object is down."));
              if (watched.mode === "hangs") return new Promise(() => undefined);
              return stub[method]!(...given);
            };
          },
        },
      );
    },
  };
  return watched;
}
