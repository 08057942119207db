import { EdgeAuthError, InvalidConfigurationError } from "../errors/index.ts";
import type { DomainResolver, DomainResolverContext } from "./options.ts";

/** Resolutions under way at a time for the same store options. More are no busy request but a resolver that calls itself. */
const maxPending = 500;
const pending = new WeakMap<object, number>();
/** The store options behind what resolvers were called with, which they may pass on to a client. */
const originals = new WeakMap<object, object>();

/**
 * Asks a resolver for the domain of a request.
 *
 * A resolver that calls this client with the same store options asks for its own answer: the domain decides whether there is
 * a session at all. That ends in an error too, where it would otherwise go on for ever.
 *
 * @throws InvalidConfigurationError where it throws (its error is the `cause`), answers no domain, or calls itself
 */
export async function callDomainResolver<T>(
  resolver: DomainResolver<T>,
  storeOptions: T | undefined,
): Promise<string> {
  const given = typeof storeOptions === "object" && storeOptions !== null ? storeOptions : undefined;
  const request = given && (originals.get(given) ?? given);
  const depth = (request && pending.get(request)) ?? 0;
  if (depth >= maxPending) {
    throw new InvalidConfigurationError(
      "The domain resolver waits for itself: it must not call a client with the store options it was given.",
    );
  }
  if (request) pending.set(request, depth + 1);
  try {
    const domain: unknown = await resolver(contextOf(storeOptions));
    if (typeof domain === "string" && domain.trim()) return domain;
  } catch (error) {
    if (error instanceof EdgeAuthError) throw error;
    throw new InvalidConfigurationError("The domain resolver failed; 'cause' is what it threw.", error);
  } finally {
    if (request) pending.set(request, pending.get(request)! - 1);
  }
  throw new InvalidConfigurationError(
    "The domain resolver returned no domain. Were storeOptions passed along?",
  );
}

/**
 * What a resolver is called with: `{ storeOptions }`, which also reads like the store options themselves, since a resolver
 * written for `@auth0/auth0-server-js` expects those. Getters and methods run on the original, so private fields work;
 * a proxy of the original itself could not hand out bound methods of a frozen object.
 */
function contextOf<T>(storeOptions: T | undefined): DomainResolverContext<T> & T {
  if (typeof storeOptions !== "object" || storeOptions === null) {
    return { storeOptions } as DomainResolverContext<T> & T;
  }
  const original: object = storeOptions;
  const context = new Proxy(Object.create(Object.getPrototypeOf(original)), {
    get(_, key) {
      if (key === "storeOptions") return original;
      const value: unknown = Reflect.get(original, key, original);
      return typeof value === "function" ? value.bind(original) : value;
    },
    set: (_, key, value) => Reflect.set(original, key, value, original),
    has: (_, key) => key === "storeOptions" || Reflect.has(original, key),
    ownKeys: () => Reflect.ownKeys(original),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
  originals.set(context, originals.get(original) ?? original);
  return context;
}
