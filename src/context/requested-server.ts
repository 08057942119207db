import { DiscoveryError, InvalidConfigurationError } from "../errors/index.ts";
import { oauthErrorCause } from "../protocol/oauth-error.ts";
import type { Server } from "../protocol/server.ts";
import { untilAborted } from "../protocol/until-aborted.ts";
import type { IssuerContext } from "./context.ts";
import type { RequestOptions } from "./options.ts";

/**
 * The authorization server for one call, which may do things differently from the rest. The issuer's metadata and keys belong to
 * all calls: this one only stops waiting for them when it is aborted.
 *
 * @throws InvalidConfigurationError where an option is not what it should be
 * @throws DiscoveryError where the metadata cannot be had, or the call was aborted before
 */
export async function requestedServer<T>(
  context: IssuerContext<T>,
  storeOptions: T | undefined,
  options: RequestOptions | null | undefined,
): Promise<Server> {
  const { signal, headers, customFetch } = options ?? {};
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidConfigurationError("The 'signal' of a call must be an AbortSignal.");
  const overrides = {
    ...(signal && { signal }),
    ...(headers && { headers: ownHeaders(headers) }),
    ...(customFetch && context.settingsFor(customFetch)),
  };
  const domain = await context.resolveDomain(storeOptions);
  const server = await untilAborted(context.server(domain, storeOptions, overrides), signal, aborted);
  return { ...server, keys: (refetch) => untilAborted(server.keys(refetch), signal, aborted) };
}

function aborted(reason: DOMException): DiscoveryError {
  return new DiscoveryError("The call was aborted while the issuer was asked.", oauthErrorCause(reason));
}

/** `Authorization` is the client's proof or the token asked with; `Auth0-Client` is set by the fetch itself, `Host` by the address. */
function ownHeaders(given: unknown): Record<string, string> {
  try {
    const headers = new Headers(given as HeadersInit);
    for (const name of ["authorization", "auth0-client", "host"]) headers.delete(name);
    return Object.fromEntries(headers);
  } catch {
    throw new InvalidConfigurationError("The 'headers' of a call must be an object of names and values.");
  }
}
