import { AuthClient, type ServerClientOptions } from "auth0-edge";
import { expect } from "vitest";
import type { HostileIssuer } from "./hostile-issuer.ts";
import type { ClientBench } from "./server-client.ts";

/** A stateless client of a hostile issuer. */
export function authClientOf(
  { domain, clientId, clientSecret, customFetch }: HostileIssuer,
  options: Partial<ServerClientOptions> = {},
): AuthClient {
  return new AuthClient({ domain, clientId, clientSecret, customFetch, ...options } as never);
}

/** An error by its code, and by what the issuer said. */
export function refused(code: string, cause?: object | string): unknown {
  return expect.objectContaining({
    code,
    ...(cause && {
      cause: expect.objectContaining(typeof cause === "string" ? { error: cause } : cause),
    }),
  });
}

/** What no option that has to be text may be. */
export const noTexts: [name: string, value: unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["blank", " "],
  ["a number", 5],
  ["an object", {}],
];

/** Store options of one request. */
export type RequestOf = ReturnType<ClientBench["request"]>;

/** Makes a call with the store options of a new request, and keeps what its response set. */
export async function inRequest<T>(bench: ClientBench, call: (last: RequestOf) => Promise<T>): Promise<T> {
  const last = bench.request();
  try {
    return await call(last);
  } finally {
    bench.keep(last);
  }
}
