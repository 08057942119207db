import { InvalidConfigurationError } from "../errors/index.ts";

/**
 * What of a binding to Durable Objects is used. The class of the objects is left out on purpose: it is made of the very options
 * that name the binding, and TypeScript would go in circles.
 */
export interface ObjectNamespace {
  getByName(name: string, options?: { locationHint?: DurableObjectLocationHint }): unknown;
  jurisdiction(jurisdiction: DurableObjectJurisdiction): ObjectNamespace;
}

/** Where the objects of a namespace live. */
export interface ObjectPlace {
  /** The jurisdiction they never leave. Another one means other objects: sessions of before are not found there. */
  jurisdiction?: DurableObjectJurisdiction | undefined;
  /** Where an object is made; Cloudflare takes it as a hint. Default: near the request that makes it. */
  locationHint?: DurableObjectLocationHint | undefined;
}

/**
 * The binding, which is there.
 *
 * @param binding what it is called, as a rule
 * @param factory what makes the class of its objects
 * @throws InvalidConfigurationError where it is not
 */
export function requireNamespace(
  namespace: ObjectNamespace | undefined,
  binding: string,
  factory: string,
): ObjectNamespace {
  if (typeof namespace?.getByName === "function") return namespace;
  throw new InvalidConfigurationError(
    `The binding to Durable Objects is missing. Add '${binding}' to 'durable_objects.bindings' of the Wrangler configuration, with the class made by '${factory}'.`,
  );
}
