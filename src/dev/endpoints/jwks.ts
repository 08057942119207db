import type { Endpoint } from "../context.ts";
import { jsonResponse } from "../responses.ts";
import { publishedKeys } from "../signing-key.ts";

/** The tenant's public keys as a JWK Set (RFC 7517 §5). */
export const jwksEndpoint: Endpoint = {
  path: "/.well-known/jwks.json",
  channel: "server",
  methods: ["GET"],
  advertisedAs: "jwks_uri",
  async handle(_request, tenant) {
    return jsonResponse({ keys: await publishedKeys(tenant.signingKeys) });
  },
};
