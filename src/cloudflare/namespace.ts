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
