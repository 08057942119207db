import { InvalidConfigurationError } from "../errors/index.ts";
import type { RequestSettings } from "../protocol/server.ts";
import type { RequestOptions } from "./options.ts";
import type { Servers } from "./servers.ts";

/**
 * What one call does differently, as protocol operations take it.
 *
 * @throws InvalidConfigurationError where an option is not what it should be
 */
export function requestOverrides(
  { settingsFor }: Pick<Servers, "settingsFor">,
  options: RequestOptions | null | undefined,
): Partial<RequestSettings> {
  const { signal, headers, customFetch } = options ?? {};
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidConfigurationError("The 'signal' of a call must be an AbortSignal.");
  return {
    ...(signal && { signal }),
    ...(headers && { headers: ownHeaders(headers) }),
    ...(customFetch && settingsFor(customFetch)),
  };
}

/** `Authorization` is the client's proof or the token asked with; `Auth0-Client` is set by the fetch itself. */
function ownHeaders(given: unknown): Record<string, string> {
  try {
    const headers = new Headers(given as HeadersInit);
    headers.delete("authorization");
    headers.delete("auth0-client");
    return Object.fromEntries(headers);
  } catch {
    throw new InvalidConfigurationError("The 'headers' of a call must be an object of names and values.");
  }
}
