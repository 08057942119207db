import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SealPurpose } from "../../../src/seal/keys.ts";
import { sealerFor } from "../../../src/seal/sealer.ts";
import { seededRandom } from "../../support/random.ts";
import { DAY, now, SECRET } from "../../support/sessions.ts";

const IDENTIFIER = "__a0_session";
const NOON = new Date("2026-11-23T12:00:00Z");
const PURPOSES: SealPurpose[] = ["session", "session-id", "transaction", "logout"];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const sealer = (
  secret: string | string[] = SECRET,
  purpose: SealPurpose = "session",
  identifier = IDENTIFIER,
  maxAge = 3 * DAY,
) => sealerFor(secret, purpose, identifier, maxAge);

const seal = (data: unknown = { user: "mira" }, tokens: string[] = []): Promise<string> =>
  sealer().seal(data, now() + 3600, now(), tokens);

const open = async (text: string): Promise<unknown> => (await sealer().open(text, now()))?.data;

/** The key as ARCHITECTURE.md documents it, made without the SDK. */
async function documentedKey(secret: string, purpose: string, day: number, identifier: string) {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt: encoder.encode("auth0-edge"),
    info: encoder.encode(`v1 ${purpose} ${day} ${identifier}`),
  };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256));
}

describe("a sealed text", () => {
  it.each(PURPOSES)(
    "for '%s' is a compact JWE that any JOSE tool opens with the documented key",
    async (purpose) => {
      const text = await sealer(SECRET, purpose).seal({ a: 1 }, now() + 60, now(), ["a.b", "opaque!"]);
      const day = Math.floor(now() / DAY);
      const { plaintext, protectedHeader } = await compactDecrypt(
        text,
        await documentedKey(SECRET, purpose, day, IDENTIFIER),
      );
      expect(protectedHeader).toEqual({
        alg: "dir",
        enc: "A256GCM",
        kid: expect.stringMatching(/^[\w-]{8}\.\d+$/),
      });
      expect(protectedHeader.kid!.split(".")[1]).toBe(String(day));
      expect(plaintext[0]).toBe(1);
      const headLength = (plaintext[1]! << 16) | (plaintext[2]! << 8) | plaintext[3]!;
      const head = JSON.parse(new TextDecoder().decode(plaintext.subarray(4, 4 + headLength)));
      expect(head).toEqual([now() + 60, { a: 1 }, ["a.b", "opaque!"].map(() => expect.anything())]);
    },
  );

  it("can be made by any JOSE tool with the documented key and header", async () => {
    const { kid } = decodeProtectedHeader(await seal()) as { kid: string };
    const head = new TextEncoder().encode(JSON.stringify([now() + 60, { from: "elsewhere" }]));
    const zeros = new Uint8Array((3 - ((4 + head.length) % 3)) % 3);
    const text = await new CompactEncrypt(Uint8Array.of(1, 0, 0, head.length, ...head, ...zeros))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
      .encrypt(await documentedKey(SECRET, "session", Math.floor(now() / DAY), IDENTIFIER));
    expect(await open(text)).toEqual({ from: "elsewhere" });
  });

  it("shows nothing of the secret in its kid", async () => {
    const [one, other] = await Promise.all(
      [SECRET, `${SECRET}!`].map(async (secret) =>
        decodeProtectedHeader(await sealer(secret).seal({}, now() + 60, now())),
      ),
    );
    expect(one!.kid).not.toBe(other!.kid);
    expect(SECRET).not.toContain(one!.kid!.split(".")[0]!);
  });

  it("is never the same twice", async () => {
    const texts = await Promise.all(Array.from({ length: 50 }, () => seal()));
    expect(new Set(texts.map((text) => text.split(".")[2])).size).toBe(50);
  });

  it("gives back any JSON as it was", async () => {
    const data = {
      text: 'Weiß \uFEFF \u2028 \ud83d\ude00 " \\ \u0000',
      lone: "\ud800",
      deep: [{ a: [null, true, 1.5e-7, -0.5] }],
      empty: [{}, [], ""],
    };
    expect(await open(await seal(data))).toEqual(data);
  });

  it("takes megabytes, for stores that are no cookies", async () => {
    const data = { big: "x".repeat(2_000_000) };
    expect(await open(await seal(data))).toEqual(data);
  });
});

describe("a sealed text does not open", () => {
  it("for another purpose", async () => {
    for (const sealed of PURPOSES) {
      const text = await sealer(SECRET, sealed).seal({}, now() + 60, now());
      for (const opened of PURPOSES) {
        const payload = await sealer(SECRET, opened).open(text, now());
        expect(payload !== undefined, `${sealed} as ${opened}`).toBe(sealed === opened);
      }
    }
  });

  it("for another identifier", async () => {
    const text = await seal();
    for (const identifier of ["__a0_tx", `${IDENTIFIER} `, "", `${IDENTIFIER}.ended`, "0 __a0_session"]) {
      expect(await sealer(SECRET, "session", identifier).open(text, now())).toBeUndefined();
    }
  });

  it("with another secret", async () => {
    const text = await seal();
    for (const secret of [`${SECRET} `, SECRET.toUpperCase(), [`${SECRET}1`, `${SECRET}2`]]) {
      expect(await sealer(secret).open(text, now())).toBeUndefined();
    }
  });

  it("with another secret that claims its fingerprint", async () => {
    const foreign = await sealer("an attacker's secret of thirty-two characters").seal({}, now() + 60, now());
    const [, ...rest] = foreign.split(".");
    expect(await open([(await seal()).split(".")[0], ...rest].join("."))).toBeUndefined();
  });

  it("once its time is over, to the second", async () => {
    const text = await sealer().seal({}, now() + 60, now());
    expect(await sealer().open(text, now() + 59)).toBeDefined();
    expect(await sealer().open(text, now() + 60)).toBeUndefined();
    expect(await sealer().open(text, now() + 10 * DAY)).toBeUndefined();
  });

  it.each([undefined, null, "tomorrow", Number.NaN, {}])("when its exp is %j", async (exp) => {
    const text = await sealer().seal({}, exp as number, now());
    expect(await open(text)).toBeUndefined();
  });

  it("when its kid is of a day older than a session may get, though its exp lies ahead", async () => {
    const long = sealer(SECRET, "session", IDENTIFIER, 400 * DAY);
    const text = await long.seal({}, now() + 100 * DAY, now());
    const later = now() + 30 * DAY;
    expect(await long.open(text, later)).toBeDefined();
    expect(await sealer(SECRET, "session", IDENTIFIER, 3 * DAY).open(text, later)).toBeUndefined();
  });

  it("when its kid is of a day that lies ahead", async () => {
    const text = await sealer().seal({}, now() + 10 * DAY, now() + 5 * DAY);
    expect(await open(text)).toBeUndefined();
  });

  it("nor is a remembered key used beyond its days", async () => {
    const short = sealer(SECRET, "session", IDENTIFIER, DAY);
    const text = await short.seal({}, now() + 100 * DAY, now());
    expect(await short.open(text, now())).toBeDefined();
    expect(await short.open(text, now() + 10 * DAY)).toBeUndefined();
  });
});

describe("days", () => {
  it("a text of yesterday opens today, and one of a clock that runs a little ahead as well", async () => {
    const text = await seal();
    vi.setSystemTime(NOON.getTime() + 59 * 60_000);
    expect(await open(text)).toBeDefined();
    vi.setSystemTime(new Date("2026-11-23T23:59:59Z"));
    const late = await seal();
    vi.setSystemTime(new Date("2026-11-24T00:00:01Z"));
    expect(await open(late)).toBeDefined();
    const ahead = await seal();
    vi.setSystemTime(new Date("2026-11-23T23:59:58Z"));
    expect(await open(ahead)).toBeDefined();
  });

  it("each has a key of its own", async () => {
    const today = decodeProtectedHeader(await seal()).kid;
    vi.setSystemTime(NOON.getTime() + DAY * 1000);
    expect(decodeProtectedHeader(await seal()).kid).not.toBe(today);
  });

  it("a text of every day of a long session opens, however many keys that takes", async () => {
    const long = sealer(SECRET, "session", IDENTIFIER, 90 * DAY);
    const end = now() + 90 * DAY;
    const texts: string[] = [];
    for (let day = 0; day < 80; day++) texts.push(await long.seal({ day }, end, now() + day * DAY));
    const opened = await Promise.all(texts.map((text) => long.open(text, now() + 80 * DAY)));
    expect(opened.map((payload) => payload?.data)).toEqual(texts.map((_, day) => ({ day })));
  });
});

describe("rotation of secrets", () => {
  const [oldSecret, newSecret] = ["the old secret of thirty-two chars", "the new secret of thirty-two chars"];

  it("keeps texts of older secrets readable and seals with the newest", async () => {
    const before = await sealer(oldSecret).seal({ of: "old" }, now() + 60, now());
    const rotated = sealer([newSecret, oldSecret]);
    expect((await rotated.open(before, now()))?.data).toEqual({ of: "old" });
    const after = await rotated.seal({ of: "new" }, now() + 60, now());
    expect((await sealer(newSecret).open(after, now()))?.data).toEqual({ of: "new" });
    expect(await sealer(oldSecret).open(after, now())).toBeUndefined();
  });

  it("refuses texts of a secret that was taken out", async () => {
    const before = await sealer(oldSecret).seal({}, now() + 60, now());
    expect(await sealer([newSecret]).open(before, now())).toBeUndefined();
  });

  it("works for a secret in third place, and with one secret named twice", async () => {
    const text = await sealer(oldSecret).seal({}, now() + 60, now());
    expect(await sealer([newSecret, "another", oldSecret]).open(text, now())).toBeDefined();
    expect(await sealer([oldSecret, oldSecret]).open(text, now())).toBeDefined();
  });
});

describe("a sealed text that was changed", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  it("in any one character is refused", async () => {
    const text = await seal({ user: "mira" }, ["a.b"]);
    const accepted: string[] = [];
    for (let at = 0; at < text.length; at++) {
      const neighbour = alphabet[(alphabet.indexOf(text[at]!) + 1) % 64]!;
      for (const character of [neighbour, "A", "_", ".", "=", " ", "+", "é", ""]) {
        if (character === text[at]) continue;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (await open(changed)) accepted.push(changed);
      }
    }
    expect(accepted).toEqual([]);
    expect(await open(text)).toBeDefined();
  });

  it("only in bits that decode to nothing is refused: one session has one text", async () => {
    for (let length = 0; length < 3; length++) {
      const text = await seal("x".repeat(length));
      for (const end of [text.length, text.length - 23]) {
        for (const character of alphabet) {
          const changed = text.slice(0, end - 1) + character + text.slice(end);
          expect((await open(changed)) !== undefined).toBe(changed === text);
        }
      }
    }
  });

  it("by cutting off or putting on characters is refused", async () => {
    const text = await seal();
    for (let length = 0; length < text.length; length++) {
      expect(await open(text.slice(0, length))).toBeUndefined();
      expect(await open(text.slice(length + 1))).toBeUndefined();
    }
    for (const more of ["A", "AA", "AAAA", ".", "..", "=", " ", "\u0000", text]) {
      expect(await open(text + more)).toBeUndefined();
      expect(await open(more + text)).toBeUndefined();
    }
  });

  it("by mixing the parts of two texts is refused", async () => {
    const [one, other] = [(await seal(1)).split("."), (await seal(2)).split(".")];
    for (const part of [2, 3, 4]) expect(await open(one.with(part, other[part]!).join("."))).toBeUndefined();
    expect(await open([one[0], one[1], one[2], one[4], one[3]].join("."))).toBeUndefined();
    expect(await open(one.with(1, "AAAA").join("."))).toBeUndefined();
  });

  it("in its header is refused, whatever the header says", async () => {
    const parts = (await seal()).split(".");
    const header = decodeProtectedHeader(parts.join(".")) as { kid: string };
    const [fingerprint, day] = header.kid.split(".");
    const headers: unknown[] = [
      { alg: "none", enc: "A256GCM", kid: header.kid },
      { alg: "dir", enc: "A128CBC-HS256", kid: header.kid },
      { ...header, zip: "DEF" },
      { ...header, crit: ["exp"] },
      { ...header, kid: `${fingerprint}.${Number(day) - 1}` },
      { ...header, kid: `${fingerprint}.${day}.0` },
      { ...header, kid: `${fingerprint}.0${day}` },
      { ...header, kid: `${fingerprint}.-1` },
      { ...header, kid: `${fingerprint}.1e4` },
      { ...header, kid: `${fingerprint}.Infinity` },
      { ...header, kid: `.${day}` },
      { ...header, kid: "" },
      { ...header, kid: null },
      { ...header, kid: ["a"] },
      { kid: header.kid, alg: "dir", enc: "A256GCM" },
      {},
      [],
      null,
      0,
      "text",
    ];
    for (const changed of headers) {
      const encoded = base64url.encode(JSON.stringify(changed));
      expect(await open(parts.with(0, encoded).join(".")), JSON.stringify(changed)).toBeUndefined();
    }
    for (const spelled of [
      ` ${JSON.stringify(header)}`,
      `${JSON.stringify(header)}\n`,
      "{",
      "\uFEFF{}",
      "ÿ",
    ]) {
      expect(await open(parts.with(0, base64url.encode(spelled)).join("."))).toBeUndefined();
    }
  });

  it("at random is refused", async () => {
    const random = seededRandom(4);
    const text = await seal({ user: "mira" }, ["one.two", "three"]);
    for (let round = 0; round < 1500; round++) {
      const at = random.between(0, text.length);
      const length = random.between(0, 5);
      const noise = Array.from({ length: random.between(0, 6) }, () =>
        random.pick([...alphabet, ".", "="]),
      ).join("");
      const changed = text.slice(0, at) + noise + text.slice(at + length);
      if (changed !== text) expect(await open(changed), changed).toBeUndefined();
    }
  });
});

describe("what is no sealed text", () => {
  it.each([
    ["nothing", ""],
    ["dots", "...."],
    ["many dots", ".".repeat(10_000)],
    ["a JWS", "eyJhbGciOiJub25lIn0.e30."],
    ["five empty-looking parts", "e30..AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA"],
    ["a huge header", `${"A".repeat(1_000_000)}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`],
    ["text of another alphabet", "сессия..привет.мир.да"],
  ])("is refused without an error: %s", async (_, text) => {
    expect(await open(text)).toBeUndefined();
  });

  it("an authentic payload of another layout is refused without an error", async () => {
    const { kid } = decodeProtectedHeader(await seal()) as { kid: string };
    const key = await documentedKey(SECRET, "session", Math.floor(now() / DAY), IDENTIFIER);
    const head = new TextEncoder().encode(JSON.stringify([now() + 60, {}]));
    const payloads = [
      Uint8Array.of(2, 0, 0, head.length, ...head),
      Uint8Array.of(1, 0, 0, 3, ...head),
      Uint8Array.of(1),
      Uint8Array.of(1, 0, 0, 4, ...new TextEncoder().encode("null")),
      Uint8Array.of(1, 0, 0, 2, ...new TextEncoder().encode("{}")),
    ];
    for (const payload of payloads) {
      const text = await new CompactEncrypt(payload)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid })
        .encrypt(key);
      expect(await open(text)).toBeUndefined();
    }
  });
});
