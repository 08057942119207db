import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDiscoveryCache, type DiscoveryCacheOptions } from "../../../src/context/discovery-cache.ts";
import { shareWork } from "../../../src/context/shared-work.ts";
import { requestSettings, type ServerMetadata } from "../../../src/protocol/server.ts";

const START = new Date("2026-11-23T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};

/** Issuers that count how often they were asked for what. */
function issuers(options: DiscoveryCacheOptions = {}) {
  const asked: string[] = [];
  const state = { down: false, kid: "key-1", wrongIssuer: false, html: false };
  let gate: Promise<unknown> = Promise.resolve();
  const fetch = async (url: string): Promise<Response> => {
    asked.push(url);
    await gate;
    if (state.down) throw new TypeError("Network connection lost.");
    if (state.html) return new Response("<html>", { headers: { "content-type": "text/html" } });
    const { origin } = new URL(url);
    return url.endsWith("jwks.json")
      ? Response.json({ keys: [{ kty: "RSA", kid: state.kid }] })
      : Response.json({
          issuer: state.wrongIssuer ? "https://evil.example/" : `${origin}/`,
          jwks_uri: `${origin}/jwks.json`,
        });
  };
  const cache = createDiscoveryCache(options, requestSettings(fetch, false));
  return {
    state,
    /** Paths asked for since the last time this was called. */
    asked: () => asked.splice(0).map((url) => new URL(url).pathname),
    hold: () => {
      let release = (): void => undefined;
      gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    metadata: (host = "a.example", waitUntil?: (promise: Promise<unknown>) => void) =>
      cache.metadata(new URL(`https://${host}/`), { waitUntil }),
    keys: (refetch = false, metadata = metadataOf("a.example")) => cache.keys(metadata, undefined)(refetch),
  };
}

const metadataOf = (host: string): ServerMetadata => ({
  issuer: `https://${host}/`,
  jwks_uri: `https://${host}/jwks.json`,
});
const DOCUMENT = "/.well-known/openid-configuration";

describe("the metadata of an issuer", () => {
  it("is fetched once in 600 seconds, and again after that (fault 22)", async () => {
    const { metadata, asked } = issuers();
    for (let visit = 0; visit < 100; visit++) expect((await metadata()).issuer).toBe("https://a.example/");
    later(599);
    await metadata();
    expect(asked()).toEqual([DOCUMENT]);
    later(1);
    await metadata();
    await metadata();
    expect(asked()).toEqual([DOCUMENT]);
  });

  it("is fetched as often as the ttl says, and each time where it is 0", async () => {
    const short = issuers({ ttl: 10 });
    await short.metadata();
    later(10);
    await short.metadata();
    expect(short.asked()).toHaveLength(2);
    const none = issuers({ ttl: 0 });
    for (let visit = 0; visit < 3; visit++) await none.metadata();
    expect(none.asked()).toHaveLength(3);
  });

  it("goes on serving while the issuer is down, which is asked again at most every 30 seconds", async () => {
    const { metadata, asked, state } = issuers();
    await metadata();
    later(3600);
    state.down = true;
    asked();
    for (let visit = 0; visit < 20; visit++) expect((await metadata()).issuer).toBe("https://a.example/");
    expect(asked()).toHaveLength(1);
    later(30);
    await metadata();
    expect(asked()).toHaveLength(1);
    state.down = false;
    later(30);
    await metadata();
    later(500);
    await metadata();
    expect(asked()).toHaveLength(1);
  });

  it("goes on serving while the issuer answers nonsense or calls itself otherwise", async () => {
    for (const fault of ["html", "wrongIssuer"] as const) {
      const { metadata, state } = issuers();
      await metadata();
      later(601);
      state[fault] = true;
      expect((await metadata()).issuer).toBe("https://a.example/");
    }
  });

  it.each(["down", "html", "wrongIssuer"] as const)(
    "that was never had is a discovery_error (%s), and the next request tries again",
    async (fault) => {
      const { metadata, state } = issuers();
      state[fault] = true;
      await expect(metadata()).rejects.toMatchObject({ name: "DiscoveryError", code: "discovery_error" });
      state[fault] = false;
      expect((await metadata()).issuer).toBe("https://a.example/");
    },
  );

  it("of a hundred issuers is kept; the one that was unused for longest goes", async () => {
    const { metadata, asked } = issuers({ maxEntries: 3 });
    for (const host of ["a.example", "b.example", "c.example"]) await metadata(host);
    await metadata("a.example");
    await metadata("d.example");
    asked();
    await metadata("a.example");
    await metadata("c.example");
    expect(asked()).toEqual([]);
    await metadata("b.example");
    expect(asked()).toEqual([DOCUMENT]);
  });

  it("is never one of another issuer", async () => {
    const { metadata } = issuers({ maxEntries: 1 });
    for (const host of ["a.example", "b.example", "a.example"]) {
      expect((await metadata(host)).issuer).toBe(`https://${host}/`);
    }
  });

  it("is fetched once for requests that come at the same time, where the platform anchors the work (fault 21)", async () => {
    const { metadata, asked, hold } = issuers();
    const release = hold();
    const anchored: Promise<unknown>[] = [];
    const pending = Array.from({ length: 50 }, () =>
      metadata("a.example", (promise) => anchored.push(promise)),
    );
    await Promise.resolve();
    release();
    expect(new Set((await Promise.all(pending)).map(({ issuer }) => issuer))).toEqual(
      new Set(["https://a.example/"]),
    );
    expect(asked()).toHaveLength(1);
    expect(anchored).toHaveLength(1);
  });

  it("is fetched by every request for itself where nothing anchors the work", async () => {
    const { metadata, asked, hold } = issuers();
    const release = hold();
    const pending = Array.from({ length: 5 }, () => metadata());
    await Promise.resolve();
    release();
    await Promise.all(pending);
    expect(asked()).toHaveLength(5);
  });
});

describe("the keys of an issuer", () => {
  it("are fetched once in the ttl", async () => {
    const { keys, asked } = issuers();
    for (let visit = 0; visit < 20; visit++) expect(await keys()).toEqual([{ kty: "RSA", kid: "key-1" }]);
    expect(asked()).toEqual(["/jwks.json"]);
    later(600);
    await keys();
    expect(asked()).toEqual(["/jwks.json"]);
  });

  it("are fetched anew at once when none fits, so that a rotation between two logins is noticed", async () => {
    const { keys, state, asked } = issuers();
    await keys();
    state.kid = "key-2";
    expect(await keys(true)).toEqual([{ kty: "RSA", kid: "key-2" }]);
    expect(await keys()).toEqual([{ kty: "RSA", kid: "key-2" }]);
    expect(asked()).toHaveLength(2);
  });

  it("are fetched anew at most 3 times in 60 seconds, however many tokens name unknown keys", async () => {
    const { keys, asked } = issuers();
    await keys();
    asked();
    for (let token = 0; token < 50; token++) expect(await keys(true)).toHaveLength(1);
    expect(asked()).toHaveLength(3);
    later(59);
    await keys(true);
    expect(asked()).toHaveLength(0);
    later(2);
    for (let token = 0; token < 50; token++) await keys(true);
    expect(asked()).toHaveLength(3);
  });

  it("of one issuer do not use up what another may", async () => {
    const { keys, asked } = issuers();
    for (let token = 0; token < 10; token++) await keys(true);
    await keys(false, metadataOf("b.example"));
    asked();
    await keys(true, metadataOf("b.example"));
    expect(asked()).toHaveLength(1);
  });

  it("stay as they are when fetching them anew fails", async () => {
    const { keys, state } = issuers();
    await keys();
    state.down = true;
    expect(await keys(true)).toHaveLength(1);
    later(10_000);
    expect(await keys()).toHaveLength(1);
  });

  it.each(["http://a.example/jwks.json", "", undefined, "nonsense", "javascript:alert(1)"])(
    "are not fetched from %j",
    async (jwks_uri) => {
      const { keys, asked } = issuers();
      const metadata = { issuer: "https://a.example/", jwks_uri } as ServerMetadata;
      await expect(keys(false, metadata)).rejects.toMatchObject({ code: "discovery_error" });
      expect(asked()).toEqual([]);
    },
  );
});

describe("work that requests share", () => {
  const anchor = (): void => undefined;
  const never = () => new Promise<never>(() => undefined);

  it("is done once for all of them, and again for those who come later", async () => {
    const share = shareWork<number>();
    let done = 0;
    const work = async () => {
      await Promise.resolve();
      return ++done;
    };
    expect(await Promise.all([1, 2, 3].map(() => share("a", anchor, work)))).toEqual([1, 1, 1]);
    expect(await share("a", anchor, work)).toBe(2);
  });

  it("is not shared under another name", async () => {
    const share = shareWork<string>();
    const results = await Promise.all(["a", "b"].map((name) => share(name, anchor, async () => name)));
    expect(results).toEqual(["a", "b"]);
  });

  it("is not shared by a request that nothing anchors", async () => {
    const share = shareWork<string>();
    void share("a", undefined, never);
    expect(await share("a", undefined, async () => "mine")).toBe("mine");
  });

  it("is not shared by a request whose platform refuses to anchor it", async () => {
    const share = shareWork<number>();
    const refuse = () => {
      throw new TypeError("Illegal invocation");
    };
    let done = 0;
    const work = () => Promise.resolve(++done);
    expect(await Promise.all([share("a", refuse, work), share("a", refuse, work)])).toEqual([1, 2]);
  });

  it("that fails is done again by those who waited, and its error stays with its owner", async () => {
    const share = shareWork<string>();
    const owner = share("a", anchor, () => Promise.reject(new Error("the owner's")));
    const follower = share("a", anchor, async () => "the follower's");
    await expect(owner).rejects.toThrow("the owner's");
    expect(await follower).toBe("the follower's");
  });

  it("is anchored in a way that does not fail the platform when the work does", async () => {
    const anchored: Promise<unknown>[] = [];
    const share = shareWork<string>();
    await share(
      "a",
      (promise) => anchored.push(promise),
      () => Promise.reject(new Error("no")),
    ).catch(() => undefined);
    expect(await Promise.all(anchored)).toEqual([undefined]);
  });

  it("whose owner was cut off is done by a follower after 3 seconds, and by nobody else's leave after 15", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: START });
    const share = shareWork<string>();
    void share("a", anchor, never);
    const follower = share("a", anchor, async () => "the follower's own");
    let answered = false;
    void follower.then(() => {
      answered = true;
    });
    await vi.advanceTimersByTimeAsync(2999);
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await follower).toBe("the follower's own");
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await share("a", anchor, async () => "at once"), "the lost work is given up").toBe("at once");
  });

  it("that is slow but arrives is taken from its owner", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: START });
    const share = shareWork<string>();
    const slow = () => new Promise<string>((resolve) => setTimeout(() => resolve("the owner's"), 2000));
    const owner = share("a", anchor, slow);
    const follower = share("a", anchor, async () => "the follower's");
    await vi.advanceTimersByTimeAsync(2000);
    expect([await owner, await follower]).toEqual(["the owner's", "the owner's"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
