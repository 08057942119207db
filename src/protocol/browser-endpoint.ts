import { isLoopbackHttp } from "../loopback.ts";

/**
 * An endpoint of an issuer that browsers are sent to. TLS is a must, except where the address never leaves the machine;
 * `undefined` for anything else.
 */
export function browserEndpoint(endpoint: string | undefined): URL | undefined {
  const url = endpoint && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  return url && (url.protocol === "https:" || isLoopbackHttp(url)) ? url : undefined;
}
