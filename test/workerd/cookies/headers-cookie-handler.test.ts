import { HeadersCookieHandler, type HeadersStoreOptions } from "auth0-edge";
import { describe, expect, it } from "vitest";

const handler = new HeadersCookieHandler();
const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;

function exchange(cookie = "a=1; b=2"): { request: Request; headers: Headers } {
  return { request: new Request("https://app.example/", { headers: { cookie } }), headers: new Headers() };
}

describe("HeadersCookieHandler", () => {
  it("reads the cookies of the request", () => {
    const options = exchange();
    expect(handler.getCookie("b", options)).toBe("2");
    expect(handler.getCookie("c", options)).toBeUndefined();
    expect(handler.getCookies(options)).toEqual({ a: "1", b: "2" });
  });

  it("reads a request that has no cookies, and needs no response headers for it", () => {
    const options = { request: new Request("https://app.example/") };
    expect(handler.getCookies(options)).toEqual({});
    expect(handler.getCookie("toString", options)).toBeUndefined();
  });

  it("keeps several Set-Cookie lines separate, commas and all", () => {
    const options = exchange();
    options.headers.append("set-cookie", "theirs=x; Expires=Thu, 01 Jan 2099 00:00:00 GMT");
    handler.setCookie("c", "3", { ...attributes, expires: new Date(Date.UTC(2096, 9, 2)) }, options);
    handler.setCookie("d", "4", attributes, options);
    expect(options.headers.getSetCookie()).toEqual([
      "theirs=x; Expires=Thu, 01 Jan 2099 00:00:00 GMT",
      "c=3; Expires=Tue, 02 Oct 2096 00:00:00 GMT; Path=/; HttpOnly; Secure; SameSite=Lax",
      "d=4; Path=/; HttpOnly; Secure; SameSite=Lax",
    ]);
  });

  it("lets a later read of the same request see what was set and deleted", () => {
    const options = exchange();
    handler.setCookie("a", "new", attributes, options);
    handler.deleteCookie("b", options, attributes);
    handler.setCookie("c", "3", { ...attributes, maxAge: 10 }, options);
    expect(handler.getCookies(options)).toEqual({ a: "new", c: "3" });
    expect(handler.getCookie("b", options)).toBeUndefined();
    handler.setCookie("b", "again", attributes, options);
    expect(handler.getCookie("b", options)).toBe("again");
  });

  it("sees a cookie that something else set on the response", () => {
    const options = exchange();
    options.headers.append("set-cookie", "a=theirs; Path=/; Max-Age=60");
    options.headers.append("set-cookie", "b=; Path=/; max-age = 0");
    expect(handler.getCookies(options)).toEqual({ a: "theirs" });
  });

  it("deletes with the path, domain and flags the cookie was set with", () => {
    const options = exchange();
    handler.deleteCookie("a", options, {
      ...attributes,
      domain: "example.com",
      path: "/app",
      partitioned: true,
    });
    expect(options.headers.getSetCookie()).toEqual([
      "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Lax; Partitioned",
    ]);
  });

  it("writes one line per cookie: a deletion takes the place of an earlier set, and the other way round", () => {
    const options = exchange();
    handler.setCookie("a", "1", attributes, options);
    handler.setCookie("a", "2", attributes, options);
    handler.deleteCookie("a", options, attributes);
    expect(options.headers.getSetCookie()).toHaveLength(1);
    expect(options.headers.getSetCookie()[0]).toContain("Max-Age=0");
    handler.setCookie("a", "3", attributes, options);
    expect(options.headers.getSetCookie()).toEqual(["a=3; Path=/; HttpOnly; Secure; SameSite=Lax"]);
  });

  it("leaves a cookie of the same name but another path or domain alone, as a browser would", () => {
    const options = exchange();
    handler.setCookie("a", "1", { path: "/one" }, options);
    handler.setCookie("a", "2", { path: "/two" }, options);
    handler.setCookie("a", "3", { path: "/one", domain: "example.com" }, options);
    handler.setCookie("a", "4", { path: "/one" }, options);
    expect(options.headers.getSetCookie()).toEqual([
      "a=2; Path=/two",
      "a=3; Domain=example.com; Path=/one",
      "a=4; Path=/one",
    ]);
  });

  it("leaves a cookie alone whose name merely begins alike", () => {
    const options = exchange();
    handler.setCookie("ab", "1", attributes, options);
    handler.setCookie("a", "2", attributes, options);
    expect(options.headers.getSetCookie()).toHaveLength(2);
  });

  it("leaves the response untouched when a cookie cannot be written", () => {
    const options = exchange();
    handler.setCookie("a", "1", attributes, options);
    expect(() => handler.setCookie("a", "two words;", attributes, options)).toThrow(
      expect.objectContaining({ code: "invalid_configuration_error" }),
    );
    expect(options.headers.getSetCookie()).toEqual(["a=1; Path=/; HttpOnly; Secure; SameSite=Lax"]);
  });

  it("says what is missing when it gets no store options", () => {
    for (const options of [undefined, {} as HeadersStoreOptions]) {
      expect(() => handler.getCookie("a", options)).toThrow(
        expect.objectContaining({ code: "missing_required_argument_error" }),
      );
      expect(() => handler.getCookies(options)).toThrow(/storeOptions/);
    }
    const readOnly = { request: exchange().request };
    expect(() => handler.setCookie("a", "1", attributes, readOnly)).toThrow(/storeOptions\.headers/);
    expect(() => handler.deleteCookie("a", readOnly)).toThrow(/storeOptions\.headers/);
    expect(() => handler.assertWritable(readOnly)).toThrow(/storeOptions\.headers/);
  });

  it("refuses to write once the response has left, and goes on reading", () => {
    const options = { ...exchange(), committed: true };
    for (const write of [
      () => handler.setCookie("a", "1", attributes, options),
      () => handler.deleteCookie("a", options),
      () => handler.assertWritable(options),
    ]) {
      expect(write).toThrow(expect.objectContaining({ code: "response_committed" }));
    }
    expect(options.headers.getSetCookie()).toEqual([]);
    expect(handler.getCookie("a", options)).toBe("1");
    expect(() => handler.assertWritable(exchange())).not.toThrow();
  });
});
