import { describe, expect, it } from "vitest";
import {
  isCeilingReached,
  isRollDue,
  sessionCeiling,
  sessionEnd,
  sessionLifetime,
} from "../../../src/session/lifetime.ts";
import { isEndedBy } from "../../../src/session/logout-match.ts";
import { newSession } from "../../../src/session/new-session.ts";
import { randomId, randomToken } from "../../../src/session/random.ts";
import { largestMembers } from "../../../src/session/size.ts";
import type { LogoutTokenClaims, StateData, TokenSet } from "../../../src/session/state-data.ts";
import {
  createTokenSet,
  findTokenSet,
  withoutDeadTokens,
  withTokens,
} from "../../../src/session/token-sets.ts";
import {
  baseIdentifier,
  hasEnoughEntropy,
  transactionIdentifierFor,
} from "../../../src/session/transaction.ts";
import { aSession, DAY, filler, mira, tokenSet } from "../../support/sessions.ts";

const NOW = 1_800_000_000;

describe("the cached access token", () => {
  const api = (members: Partial<TokenSet>): TokenSet =>
    tokenSet({ audience: "api", scope: "read write", expiresAt: NOW + 60, ...members });
  const find = (sets: TokenSet[], scope?: string, audience = "api") =>
    findTokenSet(sets, audience, scope, NOW)?.accessToken;

  it("is one of the audience whose scope includes what is wanted, in any order", () => {
    const sets = [api({ accessToken: "a" })];
    expect([
      find(sets),
      find(sets, ""),
      find(sets, " "),
      find(sets, "write read"),
      find(sets, " read  "),
    ]).toEqual(Array(5).fill("a"));
    expect([find(sets, "read delete"), find(sets, "rea"), find(sets, "read", "other"), find([])]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("is not one that has expired, to the second", () => {
    expect(find([api({ expiresAt: NOW })])).toBeUndefined();
    expect(find([api({ expiresAt: NOW + 1, accessToken: "a" })])).toBe("a");
  });

  it("is found behind an expired first match (fault 15)", () => {
    const sets = [
      api({ accessToken: "expired", scope: "read", expiresAt: NOW - 1 }),
      api({ accessToken: "alive", scope: "read write delete" }),
    ];
    expect(find(sets, "read")).toBe("alive");
  });

  it("is the one that lives longest of several", () => {
    const sets = [
      api({ accessToken: "a" }),
      api({ accessToken: "b", expiresAt: NOW + 99 }),
      api({ accessToken: "c" }),
    ];
    expect(find(sets, "read")).toBe("b");
    expect(sets.map((set) => set.accessToken)).toEqual(["a", "b", "c"]);
  });

  it("without a scope serves only who wants none", () => {
    expect(find([api({ scope: undefined, accessToken: "a" })])).toBe("a");
    expect(find([api({ scope: undefined })], "read")).toBeUndefined();
  });

  it("is found again by the question it answered, where the issuer granted less (fault 14)", () => {
    for (const granted of ["read", ""]) {
      const set = createTokenSet(
        { accessToken: "a", expiresAt: NOW + 60, scope: granted },
        "api",
        "read write",
      );
      expect(set).toMatchObject({ scope: granted, requestedScope: "read write" });
      expect(find([set], "read write")).toBe("a");
      expect(find([set], "write")).toBe("a");
      expect(find([set], "delete")).toBeUndefined();
    }
  });

  it("has the scope asked for where the issuer left it out (fault 14)", () => {
    const set = createTokenSet(
      { accessToken: "a", expiresAt: NOW + 60, scope: undefined },
      undefined,
      "read",
    );
    expect(set).toEqual({ audience: "default", accessToken: "a", expiresAt: NOW + 60, scope: "read" });
  });
});

describe("a refresh", () => {
  const received = { accessToken: "new", expiresAt: NOW + 3600, scope: "read" };
  const fresh = createTokenSet(received, "api", "read");

  it("keeps who is logged in and replaces tokens", () => {
    const state = aSession({ tokenSets: [] });
    const next = withTokens(state, { ...received, idToken: "new id", refreshToken: "new rt" }, fresh, NOW);
    expect(next).toEqual({ ...state, idToken: "new id", refreshToken: "new rt", tokenSets: [fresh] });
    const bare = withTokens(state, received, fresh, NOW);
    expect([bare.idToken, bare.refreshToken]).toEqual([state.idToken, state.refreshToken]);
  });

  it("drops dead tokens, so that a session never grows by refreshing (fault 15)", () => {
    let state = aSession({ tokenSets: [tokenSet({ expiresAt: NOW - 1 })] });
    for (let hour = 0; hour < 100; hour++) {
      const now = NOW + hour * 3600;
      const tokens = { accessToken: `token ${hour}`, expiresAt: now + 3000, scope: "read" };
      state = withTokens(state, tokens, createTokenSet(tokens, "api", "read"), now);
      expect(state.tokenSets).toHaveLength(1);
    }
  });

  it("takes the place of the token with the same audience and scope, and of no other", () => {
    const others = [
      tokenSet({ audience: "api", scope: "read write", expiresAt: NOW + 9 }),
      tokenSet({ audience: "other", scope: "read", expiresAt: NOW + 9 }),
      tokenSet({ audience: "api", scope: "read", requestedScope: "read admin", expiresAt: NOW + 9 }),
    ];
    const replaced = tokenSet({ audience: "api", scope: "read", expiresAt: NOW + 9 });
    const state = aSession({ tokenSets: [replaced, ...others] });
    expect(withTokens(state, received, fresh, NOW).tokenSets).toEqual([...others, fresh]);
  });

  it("takes the place of those of its audience that it makes redundant", () => {
    const sets = (members: Partial<TokenSet>) =>
      withTokens(
        aSession({ tokenSets: [tokenSet({ audience: "api", expiresAt: NOW + 9, ...members })] }),
        received,
        tokenSet({ audience: "api", scope: "a b", requestedScope: "a b c", expiresAt: NOW + 3600 }),
        NOW,
      ).tokenSets.length;
    for (const scope of ["a", "b a", "c", undefined]) expect(sets({ scope }), scope).toBe(1);
    expect(sets({ scope: "a", requestedScope: "a c" })).toBe(1);
    for (const scope of ["d", "a d"]) expect(sets({ scope }), scope).toBe(2);
    expect(sets({ scope: "a", requestedScope: "a d" })).toBe(2);
    expect(sets({ scope: "a", audience: "other" })).toBe(2);
  });

  it("leaves the session it was given as it is", () => {
    const state = aSession({ tokenSets: [tokenSet({ expiresAt: NOW - 1 })] });
    const copy = structuredClone(state);
    withTokens(state, received, fresh, NOW);
    withoutDeadTokens(state, NOW);
    expect(state).toEqual(copy);
  });

  it("drops dead connection tokens as well", () => {
    const connection = { connection: "g", accessToken: "x", scope: undefined, expiresAt: NOW };
    const state = aSession({ connectionTokenSets: [connection, { ...connection, expiresAt: NOW + 1 }] });
    expect(withTokens(state, received, fresh, NOW).connectionTokenSets).toHaveLength(1);
    expect("connectionTokenSets" in withoutDeadTokens(aSession(), NOW)).toBe(false);
  });
});

describe("the ceiling an identity provider sets (session_expiry)", () => {
  it.each([
    ["a number of seconds", NOW, NOW],
    ["milliseconds", NOW * 1000, undefined],
    ["text", String(NOW), undefined],
    ["a fraction", NOW + 0.5, undefined],
    ["zero", 0, undefined],
    ["a negative number", -NOW, undefined],
    ["null", null, undefined],
    ["an object", {}, undefined],
    ["not there", undefined, undefined],
  ])("that is %s", (_, session_expiry, expected) => {
    expect(sessionCeiling({ session_expiry })).toBe(expected);
  });

  it("is none without claims", () => {
    expect(sessionCeiling(undefined)).toBeUndefined();
  });

  it("is reached 30 seconds early", () => {
    expect(isCeilingReached(NOW + 31, NOW)).toBe(false);
    expect(isCeilingReached(NOW + 30, NOW)).toBe(true);
    expect(isCeilingReached(NOW - 1, NOW)).toBe(true);
    expect(isCeilingReached(undefined, NOW)).toBe(false);
  });

  const logIn = (session_expiry: unknown): StateData =>
    newSession(
      { accessToken: "a", expiresAt: NOW + 60, scope: undefined, claims: { ...mira, session_expiry } },
      { domain: "tenant.example", audience: undefined, scope: "openid", now: NOW },
    );

  it("ends a session that would be born expired", () => {
    for (const expiry of [NOW - 1, NOW, NOW + 30, 1]) {
      expect(() => logIn(expiry)).toThrow(expect.objectContaining({ code: "session_expired" }));
    }
    expect(logIn(NOW + 31).sessionExpiresAt).toBe(NOW + 31);
  });

  it("is ignored where it is no plausible time", () => {
    for (const expiry of ["soon", NOW * 1000, undefined, Number.NaN]) {
      expect("sessionExpiresAt" in logIn(expiry)).toBe(false);
    }
  });
});

describe("a new session", () => {
  const facts = { domain: "tenant.example", audience: "api", scope: "openid", now: NOW };
  const tokens = { accessToken: "a", expiresAt: NOW + 60, scope: undefined, idToken: "i", refreshToken: "r" };

  it("has what the login brought", () => {
    const state = newSession({ ...tokens, claims: { ...mira, sid: "the-sid" } }, facts);
    expect(state).toEqual({
      user: { ...mira, sid: "the-sid" },
      idToken: "i",
      refreshToken: "r",
      tokenSets: [{ audience: "api", accessToken: "a", expiresAt: NOW + 60, scope: "openid", lifetime: 60 }],
      domain: "tenant.example",
      internal: { id: expect.stringMatching(/^[\w-]{22}$/), sid: "the-sid", createdAt: NOW },
    });
  });

  it("has an id of its own each time, and an empty sid where the claim is no text", () => {
    const make = () => newSession({ ...tokens, claims: { ...mira, sid: 5 } }, facts).internal;
    expect(make().id).not.toBe(make().id);
    expect(make().sid).toBe("");
  });
});

describe("the end of a session", () => {
  const lifetime = sessionLifetime({});
  const state = (createdAt: number, sessionExpiresAt?: number): StateData =>
    aSession({ internal: { sid: "", createdAt }, ...(sessionExpiresAt && { sessionExpiresAt }) });

  it("defaults to 3 days, 1 day without activity, rolling", () => {
    expect(lifetime).toEqual({ rolling: true, absoluteDuration: 3 * DAY, inactivityDuration: DAY });
    expect(sessionLifetime({ rolling: undefined, absoluteDuration: undefined })).toEqual(lifetime);
  });

  it("is the earliest of inactivity, absolute duration and ceiling", () => {
    expect(sessionEnd(state(NOW), lifetime, NOW)).toBe(NOW + DAY);
    expect(sessionEnd(state(NOW - 2.5 * DAY), lifetime, NOW)).toBe(NOW + DAY / 2);
    expect(sessionEnd(state(NOW, NOW + 100), lifetime, NOW)).toBe(NOW + 100);
    expect(sessionEnd(state(NOW), { ...lifetime, rolling: false }, NOW)).toBe(NOW + 3 * DAY);
    expect(sessionEnd(state(NOW), { ...lifetime, rolling: false }, NOW + DAY)).toBe(NOW + 3 * DAY);
    expect(sessionEnd(state(NOW, NOW + 100), { ...lifetime, rolling: false }, NOW)).toBe(NOW + 100);
  });

  it("is moved by reading once a tenth of the inactivity time has passed, and not before", () => {
    const end = NOW + DAY;
    expect(isRollDue(state(NOW), end, lifetime, NOW + DAY / 10 - 1)).toBe(false);
    expect(isRollDue(state(NOW), end, lifetime, NOW + DAY / 10)).toBe(true);
  });

  it("is never moved beyond what limits it", () => {
    expect(isRollDue(state(NOW - 3 * DAY + 100), NOW + 100, lifetime, NOW)).toBe(false);
    expect(isRollDue(state(NOW, NOW + 100), NOW + 100, lifetime, NOW + 90)).toBe(false);
  });

  it("is moved the last bit up to what limits it, however small that is, and once", () => {
    const limit = NOW + 100;
    const old = state(limit - 3 * DAY);
    expect(isRollDue(old, limit - 1, lifetime, NOW)).toBe(true);
    expect(isRollDue(old, limit, lifetime, NOW)).toBe(false);
  });

  it("is never moved by reading where sessions do not roll, not even one that was made when they did", () => {
    const fixed = { ...lifetime, rolling: false };
    expect(isRollDue(state(NOW), NOW + DAY, fixed, NOW + 100)).toBe(false);
    expect(isRollDue(state(NOW), NOW + 3 * DAY, { ...fixed, inactivityDuration: 0 }, NOW + 1)).toBe(false);
  });
});

describe("a logout token", () => {
  const session = aSession({
    user: { ...mira, iat: NOW },
    domain: "tenant.example",
    internal: { sid: "a-sid", createdAt: NOW },
  });
  const iss = "https://tenant.example/";
  const { sub } = mira;

  it.each<[string, LogoutTokenClaims]>([
    ["its sid", { iss, sid: "a-sid" }],
    ["its sid and sub", { iss, sid: "a-sid", sub }],
    ["its sid, however new the session", { iss, sid: "a-sid", iat: NOW - 1000 }],
    ["its sub, and is as new as the ID token", { iss, sub, iat: NOW }],
    ["its sub, and is newer", { iss, sub, iat: NOW + 1 }],
    ["its sub and no time", { iss, sub }],
    ["its sid and no issuer", { sid: "a-sid" }],
  ])("ends a session when it names %s", (_, claims) => {
    expect(isEndedBy(session, claims)).toBe(true);
  });

  it.each<[string, LogoutTokenClaims]>([
    ["another sid", { iss, sid: "other" }],
    ["another sid, though the same sub", { iss, sid: "other", sub }],
    ["the same sid of another user", { iss, sid: "a-sid", sub: "other" }],
    ["another sub", { iss, sub: "other", iat: NOW + 9 }],
    ["its sub, but was made before the login (a replay)", { iss, sub, iat: NOW - 1 }],
    ["its sid, but comes from another issuer", { iss: "https://evil.example/", sid: "a-sid" }],
    ["its sid, but comes from an issuer that is no URL", { iss: "tenant.example", sid: "a-sid" }],
    ["its sid, but comes from another port", { iss: "https://tenant.example:8443/", sid: "a-sid" }],
    ["nothing", { iss }],
    ["an empty sid and sub", { iss, sid: "", sub: "" }],
  ])("ends none when it names %s", (_, claims) => {
    expect(isEndedBy(session, claims)).toBe(false);
  });

  it("with an empty or missing sid never matches a session without one", () => {
    const without = aSession({ internal: { sid: "", createdAt: NOW } });
    expect(isEndedBy(without, { iss, sid: "" })).toBe(false);
    expect(isEndedBy({ ...without, user: undefined }, { iss, sub: undefined })).toBe(false);
  });

  it("by sub ends a session whose user has no iat", () => {
    expect(isEndedBy(aSession({ user: mira }), { iss, sub, iat: 1 })).toBe(true);
  });
});

describe("the identifier of a transaction", () => {
  it("has a fingerprint of the state, never the state itself", async () => {
    const identifier = await transactionIdentifierFor("__a0_tx", "the-state");
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("the-state"));
    const expected = btoa(String.fromCharCode(...new Uint8Array(digest)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .slice(0, 22);
    expect(identifier).toBe(`__a0_tx.${expected}`);
    expect(identifier).not.toContain("the-state");
  });

  it("is the bare one without a state, and another for every other state", async () => {
    expect(await transactionIdentifierFor("__a0_tx", undefined)).toBe("__a0_tx");
    const identifiers = await Promise.all(
      ["", "a", "b", "A", "a ", "\u0000"].map((state) => transactionIdentifierFor("__a0_tx", state)),
    );
    expect(new Set(identifiers).size).toBe(6);
    expect(new Set(identifiers.map(baseIdentifier))).toEqual(new Set(["__a0_tx"]));
  });

  it("gives its base back, dots in it or not", async () => {
    for (const base of ["__a0_tx", "my.app.tx", "a", "a.b"]) {
      expect(baseIdentifier(await transactionIdentifierFor(base, "s"))).toBe(base);
      expect(baseIdentifier(base)).toBe(base);
    }
    for (const other of [
      "__a0_tx.short",
      `__a0_tx.${"x".repeat(23)}`,
      `__a0_tx.${"x".repeat(21)}!`,
      "__a0_tx_legacy",
    ]) {
      expect(baseIdentifier(other)).toBe(other);
    }
  });
});

describe("a caller's own state or nonce", () => {
  it("is taken where it can carry 128 bits", () => {
    for (const value of [
      randomToken(),
      randomId(),
      crypto.randomUUID(),
      crypto.randomUUID().replaceAll("-", ""),
    ]) {
      expect(hasEnoughEntropy(value), value).toBe(true);
    }
  });

  it.each([
    "",
    "state",
    "1234567890",
    "a".repeat(100),
    "abab".repeat(20),
    "0123456789abcdef",
    randomId().slice(1),
  ])("is not when it is %j", (value) => {
    expect(hasEnoughEntropy(value)).toBe(false);
  });

  it("made by the SDK has 256 bits, an id 128", () => {
    expect(randomToken()).toMatch(/^[\w-]{43}$/);
    expect(randomId()).toMatch(/^[\w-]{22}$/);
    expect(new Set(Array.from({ length: 1000 }, randomId)).size).toBe(1000);
  });
});

describe("the largest members of a session", () => {
  it("are named with their bytes, largest first, and without their content", () => {
    const text = largestMembers(
      aSession({
        user: { ...mira, roles: filler(3000), about: "ü".repeat(1000) },
        idToken: "i".repeat(2500),
        tokenSets: [tokenSet({ audience: "https://api.example/", accessToken: "t".repeat(4000) })],
      }),
    );
    expect(text).toMatch(
      /^tokenSets\[0\] \(https:\/\/api\.example\/\): \d{4} bytes, user\.roles: 3002 bytes, idToken: 2502 bytes$/,
    );
  });
});
