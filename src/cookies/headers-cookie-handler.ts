import { MissingRequiredArgumentError, ResponseCommittedError } from "../errors/index.ts";
import type { CookieHandler } from "./cookie-handler.ts";
import { type CookieSerializeOptions, parseCookies, serializeCookie } from "./cookie-text.ts";
import { applySetCookies } from "./set-cookie.ts";

/** What {@link HeadersCookieHandler} needs of each call. */
export interface HeadersStoreOptions {
  /** The incoming request. Only its `Cookie` header is read. */
  request: { readonly headers: Headers };
  /** The headers of the response being built; `Set-Cookie` lines are appended here. Needed only to write. */
  headers?: Headers | undefined;
  /**
   * Anchors work that other requests may wait for, such as fetching the issuer's metadata: the platform's
   * `ctx.waitUntil`. Without it every concurrent request does such work for itself.
   */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
  /** Aborts what the call asks of the issuer. A refresh that is aborted may have spent its token: use it with care. */
  signal?: AbortSignal | undefined;
  /** What events and spans call the request. */
  requestId?: string | undefined;
  /** Set to `true` once the response has left: a later change of cookies is an error instead of a silent loss. */
  committed?: boolean | undefined;
}

/**
 * A {@link CookieHandler} on Web standards: reads the `Cookie` header of `storeOptions.request`, writes `Set-Cookie`
 * lines to `storeOptions.headers`. A cookie set earlier in the same request is what a later read sees.
 *
 * @example
 * const headers = new Headers();
 * const user = await serverClient.getUser({ request, headers });
 * return new Response(`Hello ${user?.name}`, { headers });
 */
export class HeadersCookieHandler<TStoreOptions extends HeadersStoreOptions = HeadersStoreOptions>
  implements CookieHandler<TStoreOptions>
{
  /**
   * @throws MissingRequiredArgumentError without `storeOptions.headers`
   * @throws ResponseCommittedError when the response has left
   */
  setCookie(
    name: string,
    value: string,
    options: CookieSerializeOptions = {},
    storeOptions?: TStoreOptions,
  ): void {
    const headers = writableHeaders(storeOptions);
    const line = serializeCookie(name, value, options);
    const lines = headers.getSetCookie();
    const others = lines.filter((other) => !isSameCookie(other, name, options));
    if (others.length < lines.length) {
      headers.delete("set-cookie");
      for (const other of others) headers.append("set-cookie", other);
    }
    headers.append("set-cookie", line);
  }

  getCookie(name: string, storeOptions?: TStoreOptions): string | undefined {
    return readCookies(given(storeOptions))[name];
  }

  getCookies(storeOptions?: TStoreOptions): Record<string, string> {
    return readCookies(given(storeOptions));
  }

  deleteCookie(name: string, storeOptions?: TStoreOptions, options: CookieSerializeOptions = {}): void {
    this.setCookie(name, "", { ...options, maxAge: 0, expires: new Date(0) }, storeOptions);
  }

  /**
   * @throws MissingRequiredArgumentError without `storeOptions.headers`
   * @throws ResponseCommittedError when the response has left
   */
  assertWritable(storeOptions?: TStoreOptions): void {
    writableHeaders(storeOptions);
  }
}

function given(storeOptions: HeadersStoreOptions | undefined): HeadersStoreOptions {
  if (typeof storeOptions?.request?.headers?.get !== "function") {
    throw new MissingRequiredArgumentError("storeOptions ({ request, headers })");
  }
  return storeOptions;
}

function writableHeaders(storeOptions: HeadersStoreOptions | undefined): Headers {
  const { headers, committed } = given(storeOptions);
  if (typeof headers?.getSetCookie !== "function")
    throw new MissingRequiredArgumentError("storeOptions.headers");
  if (committed) throw new ResponseCommittedError();
  return headers;
}

/** The request's cookies with the response's own on top, as the browser will have them. */
function readCookies({ request, headers }: HeadersStoreOptions): Record<string, string> {
  return applySetCookies(parseCookies(request.headers.get("cookie")), headers?.getSetCookie?.() ?? []);
}

/** A browser tells cookies apart by name, domain and path (RFC 6265 section 5.3). */
function isSameCookie(line: string, name: string, { domain, path }: CookieSerializeOptions): boolean {
  if (!line.startsWith(`${name}=`)) return false;
  const attribute = (key: string): string | undefined =>
    line
      .split(";")
      .slice(1)
      .map((text) => text.trim())
      .find((text) => text.toLowerCase().startsWith(`${key}=`))
      ?.slice(key.length + 1);
  return (attribute("domain") ?? "") === (domain ?? "") && (attribute("path") ?? "") === (path ?? "");
}
