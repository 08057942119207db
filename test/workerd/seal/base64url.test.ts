import { afterEach, describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "../../../src/base64url.ts";
import { seededRandom } from "../../support/random.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const native = {
  from: Reflect.get(Uint8Array, "fromBase64"),
  to: Reflect.get(Uint8Array.prototype, "toBase64"),
};

function restoreNative(): void {
  Object.defineProperty(Uint8Array, "fromBase64", { value: native.from, configurable: true, writable: true });
  Object.defineProperty(Uint8Array.prototype, "toBase64", {
    value: native.to,
    configurable: true,
    writable: true,
  });
}

function removeNative(): void {
  Reflect.deleteProperty(Uint8Array, "fromBase64");
  Reflect.deleteProperty(Uint8Array.prototype, "toBase64");
}

afterEach(restoreNative);

describe("an engine of today", () => {
  it("has the native functions, so both ways are tried here", () => {
    expect([typeof native.from, typeof native.to]).toEqual(["function", "function"]);
  });
});

describe.each([
  { way: "the native way", prepare: restoreNative },
  { way: "the long way", prepare: removeNative },
])("base64url by $way", ({ prepare }) => {
  it("writes the test vectors of RFC 4648 without padding", () => {
    prepare();
    const encoder = new TextEncoder();
    const vectors = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
    expect(vectors.map((text) => encodeBase64url(encoder.encode(text)))).toEqual([
      "",
      "Zg",
      "Zm8",
      "Zm9v",
      "Zm9vYg",
      "Zm9vYmE",
      "Zm9vYmFy",
    ]);
    expect(encodeBase64url(Uint8Array.of(0xfb, 0xff, 0xbf))).toBe("-_-_");
  });

  it("gives bytes back as they were, whatever they are and however many", () => {
    prepare();
    const random = seededRandom(1);
    for (const length of [...Array(70).keys(), 8191, 8192, 8193, 40_000]) {
      const bytes = random.bytes(length);
      const text = encodeBase64url(bytes);
      expect(text).toMatch(/^[\w-]*$/);
      expect(decodeBase64url(text)).toEqual(bytes);
    }
  });

  it("encodes the part of a buffer that a view shows, and no more", () => {
    prepare();
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(encodeBase64url(bytes.subarray(2, 4))).toBe(encodeBase64url(Uint8Array.of(3, 4)));
  });

  it.each([
    ["padding", "Zg=="],
    ["one padding character", "Zm8="],
    ["a space", "Zm 9v"],
    ["a space at the end", "Zm9v "],
    ["white space that makes up a whole group", "Zm9v    "],
    ["a line break", "Zm9v\nZm9v"],
    ["the other alphabet's +", "+_-_"],
    ["the other alphabet's /", "/_-_"],
    ["one character too many", "Zm9vY"],
    ["a single character", "A"],
    ["bits left over after one byte", "Zh"],
    ["bits left over after two bytes", "Zm9"],
    ["a dot", "Zm9v.Zm9v"],
    ["a character beyond ASCII", "Zm9ä"],
    ["a full-width letter", "Zm9\uFF56"],
    ["U+FEFF", "\uFEFFZm9v"],
    ["a null character", "Zm9v\u0000\u0000\u0000\u0000"],
  ])("refuses %s", (_, text) => {
    prepare();
    expect(decodeBase64url(text)).toBeUndefined();
  });

  it("accepts only the one canonical text of some bytes", () => {
    prepare();
    for (const first of ALPHABET) {
      for (const second of ALPHABET) {
        for (const text of [first + second, `A${first}${second}`]) {
          const bytes = decodeBase64url(text);
          if (bytes) expect(encodeBase64url(bytes)).toBe(text);
        }
      }
    }
  });
});

it("decides alike on both ways about any text", () => {
  const random = seededRandom(2);
  const characters = [...ALPHABET, ..."+/=. \t\nä\u0000\uFEFF"];
  const texts = Array.from({ length: 4000 }, () => {
    const foreign = random.next() < 0.3;
    const length = random.between(0, 24);
    return Array.from({ length }, () => random.pick(foreign ? characters : [...ALPHABET])).join("");
  });
  const nativeAnswers = texts.map((text) => decodeBase64url(text));
  removeNative();
  const slowAnswers = texts.map((text) => decodeBase64url(text));
  restoreNative();
  expect(slowAnswers).toEqual(nativeAnswers);
  const accepted = nativeAnswers.filter((bytes) => bytes !== undefined).length;
  expect(accepted).toBeGreaterThan(500);
  expect(texts.length - accepted).toBeGreaterThan(500);
});
