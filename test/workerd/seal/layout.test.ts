import { describe, expect, it } from "vitest";
import { encodeBase64url } from "../../../src/base64url.ts";
import { packPayload, unpackPayload } from "../../../src/seal/layout.ts";
import { openState, sealState } from "../../../src/session/sealed-state.ts";
import type { StateData } from "../../../src/session/state-data.ts";
import { seededRandom } from "../../support/random.ts";
import { aSession, base64url, filler, mira, now, tokenSet, unsignedJwt } from "../../support/sessions.ts";

/** Reads a payload by nothing but the table in `src/seal/layout.ts`. */
function readByHand(packed: Uint8Array): { version: number; exp: number; data: unknown; tokens: string[] } {
  const headEnd = 4 + packed[1]! * 65_536 + packed[2]! * 256 + packed[3]!;
  const [exp, data, table = []] = JSON.parse(new TextDecoder().decode(packed.slice(4, headEnd))) as [
    number,
    unknown,
    (string | number[])[]?,
  ];
  let at = headEnd;
  const segment = (length: number): string => {
    const start = at;
    at += Math.ceil(length / 4) * 3;
    return base64url(packed.slice(start, at)).slice(0, length);
  };
  const tokens = table.map((row) => (Array.isArray(row) ? row.map(segment).join(".") : row));
  expect(packed.length).toBe(Math.ceil(at / 3) * 3);
  return { version: packed[0]!, exp, data, tokens };
}

const TOKENS: [string, string][] = [
  ["a JWT", unsignedJwt(mira)],
  [
    "an encrypted JWT",
    `${base64url('{"alg":"dir"}')}..${base64url(filler(12))}.${base64url(filler(90))}.${base64url("0123456789abcdef")}`,
  ],
  ["an opaque token", "v1.MtqZ8g-_opaque"],
  ["a single base64url word", "abcd"],
  ["a word that is no base64url", "abcde"],
  ["a token with padding", "YWJjZA==.YWI="],
  ["one with bits left over", "YWJ.Zh"],
  ["a JWT whose signature has bits left over", `${unsignedJwt(mira).slice(0, -1)}B`],
  ["empty segments", "..a..b."],
  ["one dot", "."],
  ["the letters of other scripts", "Schlüssel-鍵-🔑"],
  ["a byte order mark at the start", "\uFEFFtoken"],
  ["only a byte order mark", "\uFEFF"],
  ["control characters", "a\u0000b\n\u007f"],
  ["the characters of RFC 6750", "AZaz09-._~+/=="],
  ["a very long token", filler(20_000)],
];

describe("the layout of a payload", () => {
  it("is the one written down: version, length, head, tokens", () => {
    const texts = TOKENS.map(([, token]) => token);
    const read = readByHand(packPayload(1_800_000_000, { some: "data" }, texts));
    expect(read).toEqual({ version: 1, exp: 1_800_000_000, data: { some: "data" }, tokens: texts });
  });

  it("has no token table where there are no tokens", () => {
    const packed = packPayload(5, "x", []);
    expect(new TextDecoder().decode(packed.subarray(4))).toBe('[5,"x"]\0');
  });

  it("takes three quarters of a JWT's text", () => {
    const token = unsignedJwt({ ...mira, about: filler(900) });
    const without = packPayload(1, {}, []).length;
    expect((packPayload(1, {}, [token]).length - without) / token.length).toBeLessThan(0.77);
  });
});

describe("a token comes back exactly as it was", () => {
  it.each(TOKENS)("%s", (_, token) => {
    const opened = unpackPayload(packPayload(1, {}, ["before", token, unsignedJwt(mira)]))!;
    expect(opened.token(1)).toBe(token);
    expect(opened.token(0)).toBe("before");
    expect(opened.token(2)).toBe(unsignedJwt(mira));
  });

  it("also when it is random", () => {
    const random = seededRandom(3);
    const characters = [..."ABCabc019-_.=+/~ äΩ🔑\uFEFF"];
    for (let round = 0; round < 400; round++) {
      const tokens = Array.from({ length: random.between(1, 6) }, () =>
        random.next() < 0.5
          ? Array.from({ length: random.between(1, 5) }, () =>
              encodeBase64url(random.bytes(random.between(0, 40))),
            ).join(".")
          : Array.from({ length: random.between(1, 40) }, () => random.pick(characters)).join(""),
      );
      const opened = unpackPayload(packPayload(1, {}, tokens))!;
      expect(tokens.map((_, index) => opened.token(index))).toEqual(tokens);
    }
  });

  it("and one that is not there is undefined", () => {
    const opened = unpackPayload(packPayload(1, {}, ["a"]))!;
    const missing = [opened.token(1), opened.token(-1), opened.tokenPart(1, 0), opened.tokenPart(0, 5)];
    expect(missing).toEqual([undefined, undefined, undefined, undefined]);
  });
});

/** Through the seal's layout and back. */
function throughTheSeal(state: StateData): { state: StateData; bytes: number } {
  const { data, tokens } = sealState(state);
  const packed = packPayload(now() + 60, data, tokens);
  return { state: openState(unpackPayload(packed)!), bytes: packed.length };
}

describe("a session through the seal", () => {
  it("comes back equal", () => {
    const state = aSession({
      tokenSets: [
        tokenSet(),
        tokenSet({ audience: "https://api.example/", accessToken: unsignedJwt({ a: 1 }) }),
      ],
      connectionTokenSets: [
        {
          connection: "google-oauth2",
          accessToken: "ya29.x",
          scope: undefined,
          expiresAt: now(),
          loginHint: "m",
        },
      ],
      sessionExpiresAt: now() + 1000,
      custom: { of: ["the", "app"] },
    });
    expect(throughTheSeal(state).state).toEqual(state);
  });

  it.each<[string, Partial<StateData>]>([
    ["without an ID token", { idToken: undefined }],
    ["without a refresh token", { refreshToken: undefined }],
    ["without token sets", { tokenSets: [] }],
    ["whose ID token is no JWT", { idToken: "opaque" }],
    ["whose ID token is encrypted", { idToken: "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA" }],
  ])("%s comes back equal", (_, members) => {
    const state = aSession(members);
    expect(throughTheSeal(state).state).toEqual(state);
  });

  it("without a user comes back equal", () => {
    const state = { ...aSession(), user: undefined };
    expect(throughTheSeal(state).state).toEqual(state);
  });

  it("stores a user once who is the payload of the ID token, and the user comes back equal", () => {
    const user = { ...mira, about: filler(800) };
    const once = throughTheSeal(aSession({ user, idToken: unsignedJwt(user) }));
    const twice = throughTheSeal(aSession({ user, idToken: unsignedJwt({ sub: "another" }) }));
    expect(once.state.user).toEqual(user);
    expect(twice.state.user).toEqual(user);
    expect(once.bytes - twice.bytes).toBeLessThan(300);
  });

  it("stores only what differs where a refresh has brought a new ID token, so that the session does not grow", () => {
    const user = { ...mira, about: filler(800), nonce: "n", iat: 1, list: [1, { a: 2 }] };
    const { nonce: _, ...claims } = user;
    const before = throughTheSeal(aSession({ user, idToken: unsignedJwt(user) }));
    const after = throughTheSeal(aSession({ user, idToken: unsignedJwt({ ...claims, iat: 2, more: true }) }));
    expect(after.state.user).toEqual(user);
    expect(after.bytes - before.bytes).toBeLessThan(60);
  });

  it("never takes for a claim what objects merely inherit, and lets no claim become a prototype", () => {
    const odd = JSON.parse('{"sub":"x","__proto__":{"admin":true}}') as typeof mira;
    const payload = { sub: "x", constructor: "c", toString: "t", more: "m".repeat(100) };
    for (const user of [odd, { sub: "x", more: payload.more }]) {
      const { state } = throughTheSeal(aSession({ user, idToken: unsignedJwt(payload) }));
      expect(Object.keys(state.user!)).toEqual(Object.keys(user));
      expect((state.user as { admin?: boolean }).admin).toBeUndefined();
    }
  });

  it("keeps a user who is not quite the payload of the ID token", () => {
    const user = { ...mira, name: "Mira" };
    for (const payload of [{ ...user, name: "Jonas" }, { ...user, sub: "x" }, { sub: mira.sub }]) {
      const idToken = unsignedJwt(payload);
      const { state } = throughTheSeal(aSession({ user, idToken }));
      expect(state.user).toEqual(user);
      expect(state.idToken).toBe(idToken);
    }
  });

  it("keeps a user whose ID token has the same payload but is kept as text, since its signature is no base64url", () => {
    const idToken = `${unsignedJwt(mira).split(".").slice(0, 2).join(".")}.signature`;
    const { state } = throughTheSeal(aSession({ user: mira, idToken }));
    expect(state.user).toEqual(mira);
    expect(state.idToken).toBe(idToken);
  });

  it("keeps the user of an ID token that a refresh has replaced", () => {
    const opened = throughTheSeal(aSession()).state;
    const refreshed = { ...opened, idToken: unsignedJwt({ sub: mira.sub, iat: 5 }) };
    expect(throughTheSeal(refreshed).state).toEqual(refreshed);
    const assigned = throughTheSeal(aSession()).state;
    assigned.idToken = "another";
    expect(assigned.user?.name).toBe(mira.name);
  });

  it.each(TOKENS)("keeps every token exactly: %s", (_, token) => {
    const { state } = throughTheSeal(
      aSession({ idToken: token, refreshToken: token, tokenSets: [tokenSet({ accessToken: token })] }),
    );
    expect([state.idToken, state.refreshToken, state.tokenSets[0]?.accessToken]).toEqual([
      token,
      token,
      token,
    ]);
  });

  it("keeps claims with odd names", () => {
    const user = JSON.parse(
      '{"sub":"x","__proto__":{"admin":true},"constructor":1,"toString":"t","https://ns/roles":[]}',
    );
    const { state } = throughTheSeal(aSession({ user, idToken: unsignedJwt(user) }));
    expect(JSON.stringify(state.user)).toBe(JSON.stringify(user));
    expect((state.user as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe("members that are decoded late are plain data", () => {
  const state = aSession();
  const fresh = (): StateData => throughTheSeal(state).state;

  it("when they are spread, copied, cloned or written as JSON", () => {
    expect({ ...fresh() }).toEqual(state);
    expect(Object.assign({}, fresh())).toEqual(state);
    expect(structuredClone(fresh())).toEqual(state);
    expect(JSON.parse(JSON.stringify(fresh()))).toEqual(JSON.parse(JSON.stringify(state)));
    expect(Object.fromEntries(Object.entries(fresh()))).toEqual(state);
    expect(Object.keys(fresh()).sort()).toEqual(Object.keys(state).sort());
  });

  it("when they are read twice: the same object", () => {
    const opened = fresh();
    expect(opened.user).toBe(opened.user);
    opened.user!.name = "Changed";
    expect(opened.user!.name).toBe("Changed");
  });

  it("when they are assigned, deleted or frozen", () => {
    const opened = fresh();
    opened.refreshToken = "new";
    opened.user = { sub: "other" };
    opened.tokenSets[0]!.accessToken = "new too";
    expect([opened.refreshToken, opened.user, opened.tokenSets[0]!.accessToken]).toEqual([
      "new",
      { sub: "other" },
      "new too",
    ]);
    Reflect.deleteProperty(opened, "idToken");
    expect("idToken" in opened).toBe(false);
    expect(Object.isFrozen(Object.freeze(fresh()))).toBe(true);
  });

  it("when the session is frozen before anything was read", () => {
    const frozen = Object.freeze(fresh());
    expect(frozen.user).toEqual(state.user);
    expect(frozen.user).toBe(frozen.user);
    expect(frozen.idToken).toBe(state.idToken);
  });

  it("when their descriptors have moved them to another object", () => {
    const { internal: _, ...members } = Object.getOwnPropertyDescriptors(fresh());
    const moved = Object.defineProperties({}, members) as StateData;
    expect(moved.user).toBe(moved.user);
    moved.user!.name = "Changed";
    moved.refreshToken = "new";
    expect([moved.user!.name, moved.refreshToken]).toEqual(["Changed", "new"]);
  });

  it("and do not touch what was sealed", () => {
    const original = aSession();
    const copy = structuredClone(original);
    sealState(original);
    expect(original).toEqual(copy);
  });
});
