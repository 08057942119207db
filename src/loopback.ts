/** Whether a URL is plain `http:` on this very machine (RFC 8252 section 8.3): the only place that may do without TLS. */
export function isLoopbackHttp({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
