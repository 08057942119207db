import { describe, expect, it } from "vitest";
import { cookieHeaderAfter } from "../../../src/cookies/set-cookie.ts";

describe("the cookies of a request after a response", () => {
  it("are those it came with, where the response sets none", () => {
    expect(cookieHeaderAfter("a=1; b=2", [])).toBe("a=1; b=2");
  });

  it("are only those set, where it came with none", () => {
    expect(cookieHeaderAfter(null, ["a=1; Path=/; HttpOnly"])).toBe("a=1");
  });

  it("have the new value in place of the old one, once", () => {
    expect(cookieHeaderAfter("s=old; theme=dark; s=older", ["s=new; Path=/"])).toBe("theme=dark; s=new");
  });

  it("have all parts of a value in several cookies, and none of an earlier one", () => {
    const lines = ["s.0=2~aa; Path=/", "s.1=bb; Path=/", "s.2=; Max-Age=0; Path=/", "s=; Max-Age=0; Path=/"];
    expect(cookieHeaderAfter("s.0=3~x; s.1=y; s.2=z; mine=1", lines)).toBe("mine=1; s.0=2~aa; s.1=bb");
  });

  it("are none where the last one was removed", () => {
    expect(cookieHeaderAfter("s=1", ["s=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])).toBe("");
  });

  it("follow the later of two lines for one name", () => {
    expect(cookieHeaderAfter("s=1", ["s=2", "s=; Max-Age=0"])).toBe("");
    expect(cookieHeaderAfter("s=1", ["s=; Max-Age=-1", "s=3"])).toBe("s=3");
    expect(cookieHeaderAfter("s=1", ["s=2", "s=1"])).toBe("s=1");
  });

  it.each([
    ["quoted values and equals signs", 'q="a b"; e=a=b='],
    ["what is no pair", "nonsense; =x; a=1"],
    ["names of object members", "__proto__=1; constructor=2; toString=3"],
  ])("keep %s as they were sent", (_what, header) => {
    expect(cookieHeaderAfter(header, ["s=1"])).toBe(`${header}; s=1`);
  });

  it("drop empty pieces between semicolons", () => {
    expect(cookieHeaderAfter("; a=1;; b=2 ;", ["s=1"])).toBe("a=1; b=2; s=1");
  });

  it("are not matched by a name that only begins alike, nor by another case", () => {
    expect(cookieHeaderAfter("sx=1; S=2; s=3", ["s=; Max-Age=0"])).toBe("sx=1; S=2");
  });
});

describe("a Set-Cookie line", () => {
  it.each([
    ["s=a=b; Path=/", "s=a=b"],
    ["s=; Path=/", "s="],
    ["s=1; max-age = 0", ""],
    ["s=1; Max-Age=-1; Path=/", ""],
    [" s = 1 ; Path=/", "s=1"],
    ["s=1; Max-Age=01", "s=1"],
    ["s=Max-Age=0; Path=/", "s=Max-Age=0"],
  ])("is read as browsers do: %s", (line, header) => {
    expect(cookieHeaderAfter("s=old", [line])).toBe(header);
  });
});
