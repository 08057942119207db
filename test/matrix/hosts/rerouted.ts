/** Issuer of the development tenant. */
const issuer = "https://dev.localhost/";

/**
 * A `fetch` that sends requests to the issuer elsewhere. Like the real one of workerd it must not be called as a method of another object.
 *
 * @param tenantUrl origin where the development tenant is served
 * @throws TypeError for what is not on this machine
 */
export function rerouted(real: typeof fetch, tenantUrl: string): typeof fetch {
  return function (this: unknown, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    if (this !== undefined && this !== globalThis) throw new TypeError("Illegal invocation");
    const url = input instanceof Request ? input.url : String(input);
    if (url.startsWith(issuer)) {
      const target = `${tenantUrl}/${url.slice(issuer.length)}`;
      return real(input instanceof Request ? new Request(target, input) : target, init);
    }
    if (!/^http:\/\/localhost[:/]/.test(url)) throw new TypeError(`Tests run without a network: ${url}`);
    return real(input, init);
  };
}
