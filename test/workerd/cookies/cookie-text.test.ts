import { describe, expect, it } from "vitest";
import { parseCookies, serializeCookie } from "../../../src/cookies/cookie-text.ts";
import { cookieAttributes } from "../../../src/cookies/session-cookie.ts";
import { seededRandom } from "../../support/random.ts";

const parse = (header: string | null) => ({ ...parseCookies(header) });
const configurationError = expect.objectContaining({ code: "invalid_configuration_error" });

describe("a Cookie header", () => {
  it.each<[string, string | null, Record<string, string>]>([
    ["none", null, {}],
    ["an empty one", "", {}],
    ["one cookie", "a=b", { a: "b" }],
    ["several", "a=b; c=d;e=f", { a: "b", c: "d", e: "f" }],
    ["the first of two equal names", "a=near; a=far", { a: "near" }],
    ["a value with equals signs", "a=b==; c=d=e", { a: "b==", c: "d=e" }],
    ["an empty value", "a=; b=c", { a: "", b: "c" }],
    ["a quoted value", 'a="b c"; d="', { a: "b c", d: '"' }],
    ["white space around", "  a =  b  ;\tc\t=\td", { a: "b", c: "d" }],
    ["pieces without an equals sign", "lonely; a=b; ;;", { a: "b" }],
    ["a piece without a name", "=value; a=b", { a: "b" }],
    ["percent signs, left alone", "a=%3D%zz", { a: "%3D%zz" }],
    ["names of object members", "constructor=a; toString=b", { constructor: "a", toString: "b" }],
  ])("with %s is read", (_, header, cookies) => {
    expect(parse(header)).toEqual(cookies);
  });

  it("with a cookie called __proto__ changes no object", () => {
    const cookies = parse("__proto__=x; a=b");
    expect(Object.getPrototypeOf(cookies)).toBe(Object.prototype);
    expect(cookies.a).toBe("b");
  });

  it("of any text is read without an error", () => {
    const random = seededRandom(5);
    const characters = [...'abc=;" \t,\\%\u0000é\uFEFF='];
    for (let round = 0; round < 2000; round++) {
      const header = Array.from({ length: random.between(0, 40) }, () => random.pick(characters)).join("");
      for (const [name, value] of Object.entries(parseCookies(header)))
        expect(header).toContain(name && value);
    }
  });

  it("of a megabyte is read in no time", () => {
    const cookies = parseCookies(`${';="'.repeat(300_000)}; a=b; ${"x=y; ".repeat(20_000)}`);
    expect(cookies.a).toBe("b");
  });
});

describe("a Set-Cookie line", () => {
  it("has all attributes, spelled as the specification spells them", () => {
    const line = serializeCookie("a", "b", {
      maxAge: 60.9,
      expires: new Date(0),
      domain: "example.com",
      path: "/x",
      httpOnly: true,
      secure: true,
      sameSite: "none",
      partitioned: true,
      priority: "high",
    });
    expect(line).toBe(
      "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Path=/x; HttpOnly; Secure; SameSite=None; Partitioned; Priority=High",
    );
  });

  it("has no attribute that was not asked for", () => {
    expect(serializeCookie("a", "b")).toBe("a=b");
    expect(serializeCookie("a", "", { httpOnly: false, secure: false, domain: "", path: "" })).toBe("a=");
  });

  it("refuses every character that no name may have", () => {
    for (let code = 0; code < 300; code++) {
      const character = String.fromCharCode(code);
      const allowed = /[!#$%&'*+\-.^_`|~\dA-Za-z]/.test(character);
      const write = () => serializeCookie(`a${character}`, "b");
      if (allowed) expect(write()).toBe(`a${character}=b`);
      else expect(write, `U+${code.toString(16)}`).toThrow(configurationError);
    }
    expect(() => serializeCookie("", "b")).toThrow(configurationError);
  });

  it("refuses every character that no value may have", () => {
    for (let code = 0; code < 300; code++) {
      const character = String.fromCharCode(code);
      const allowed = code > 0x20 && code < 0x7f && !'",;\\'.includes(character);
      const write = () => serializeCookie("a", `b${character}`);
      if (allowed) expect(write()).toBe(`a=b${character}`);
      else expect(write, `U+${code.toString(16)}`).toThrow(configurationError);
    }
  });

  it.each(["/;Secure", "/; Domain=evil.example", "/\r\nSet-Cookie: a=b", "/\u0000", "/\u007f"])(
    "refuses the path %j, and such a domain, which would smuggle attributes in",
    (text) => {
      expect(() => serializeCookie("a", "b", { path: text })).toThrow(configurationError);
      expect(() => serializeCookie("a", "b", { domain: text })).toThrow(configurationError);
    },
  );

  it("does not show the value of the cookie it refuses", () => {
    expect(() => serializeCookie("a", "a secret token;")).toThrow(/^(?!.*secret token)/);
  });
});

describe("the attributes of the SDK's cookies", () => {
  it("are safe by default", () => {
    expect(cookieAttributes()).toEqual({ httpOnly: true, sameSite: "lax", secure: true, path: "/" });
  });

  it("follow the options", () => {
    const options = {
      sameSite: "none",
      path: "/app",
      domain: "example.com",
      partitioned: true,
      secure: true,
    } as const;
    expect(cookieAttributes(options)).toEqual({ httpOnly: true, ...options });
  });

  it.each([{ path: "/app" }, { domain: "example.com" }, { secure: false }])(
    "of a __Host- cookie may not have %j",
    (options) => {
      for (const name of ["__Host-session", "__host-session", "__HOST-x"]) {
        expect(() => cookieAttributes({ name, ...options })).toThrow(configurationError);
      }
      expect(cookieAttributes({ name: "__Host-session" })).toMatchObject({ secure: true, path: "/" });
    },
  );

  it("are refused where a browser drops the cookie unless it is secure", () => {
    for (const options of [
      { name: "__Secure-session" },
      { sameSite: "none" as const },
      { partitioned: true },
    ]) {
      expect(() => cookieAttributes({ secure: false, ...options })).toThrow(configurationError);
      expect(cookieAttributes(options).secure).toBe(true);
    }
    expect(cookieAttributes({ secure: false }).secure).toBe(false);
  });
});
