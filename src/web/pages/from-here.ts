import { isLoopbackHttp } from "../../loopback.ts";

/**
 * Whether a request was made on this very machine: it came under one of its own names. A tunnel or a proxy is told by the name
 * that its users know, where it passes that on.
 */
export function isFromHere({ url, headers }: Request): boolean {
  // What proxies say by RFC 7239 no server of developers says: it need not be read.
  if (headers.has("forwarded")) return false;
  return [new URL(url).host, headers.get("host"), headers.get("x-forwarded-host")].every(
    (name) => name === null || (URL.canParse(`http://${name}`) && isLoopbackHttp(new URL(`http://${name}`))),
  );
}
