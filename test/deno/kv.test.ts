// Sessions in a real Deno KV: run by test/node/deno-kv.test.ts.
import assert from "node:assert/strict";
import { edgeAuth, HeadersCookieHandler, type HeadersStoreOptions, StatefulStateStore } from "auth0-edge";
import { type DenoKv, DenoKvSessionStore, denoKvSessions } from "auth0-edge/deno";
import { vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../support/browser.ts";
import { RotatingIssuer } from "../support/renewal-contract.ts";
import { rotatingIssuer } from "../support/rotating-issuer.ts";
import { type ClientBench, clientBench, logInAt, statefulBench } from "../support/server-client.ts";
import { aSession, filler, mira, now } from "../support/sessions.ts";

/** What a test gets: an empty database of its own. */
function withKv(name: string, test: (kv: Deno.Kv) => Promise<void>): void {
  Deno.test(name, async () => {
    using kv = await Deno.openKv(":memory:");
    try {
      await test(kv);
    } finally {
      vi.useRealTimers();
    }
  });
}

const later = (seconds: number): void => vi.setSystemTime(Date.now() + seconds * 1000);

async function entriesOf(kv: Deno.Kv, ...prefix: string[]): Promise<Deno.KvEntry<unknown>[]> {
  return await Array.fromAsync(kv.list({ prefix }));
}

/** A client at a rotating issuer, logged in. */
async function loggedIn(kv: DenoKv) {
  const issuer = await rotatingIssuer();
  const bench = statefulBench(issuer, {}, new DenoKvSessionStore<HeadersStoreOptions>(kv, { secret }));
  await logInAt(issuer, bench);
  const another = (): ClientBench => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const store = new DenoKvSessionStore<HeadersStoreOptions>(kv, { secret });
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    const other = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    for (const [cookie, value] of bench.jar) other.jar.set(cookie, value);
    return other;
  };
  return { issuer, bench, another };
}

withKv(
  "50 requests at a time with an expired access token make one token call, and all get the token",
  async (kv) => {
    const { issuer, bench, another } = await loggedIn(kv);
    later(3601);
    issuer.before = () => new Promise((resolve) => setTimeout(resolve, 100, undefined));
    const sets = await Promise.all(
      Array.from({ length: 50 }, () => {
        const { client, request } = another();
        return client.getAccessToken(request());
      }),
    );
    assert.equal(issuer.spent.length, 1);
    assert.equal(new Set(sets.map((set) => set.accessToken)).size, 1);
    later(3601);
    await bench.client.getAccessToken(bench.request());
    assert.deepEqual([issuer.spent.length, issuer.familiesRevoked], [2, 0]);
  },
);

withKv("a logout while a refresh is in flight stays, and leaves nothing behind", async (kv) => {
  const { issuer, bench, another } = await loggedIn(kv);
  later(3601);
  issuer.before = async () => {
    await bench.client.logout({}, bench.request());
    return undefined;
  };
  const [refreshing, waiting] = [another(), another()];
  const outcomes = await Promise.allSettled(
    [refreshing, waiting].map(({ client, request }) => client.getAccessToken(request())),
  );
  for (const outcome of outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.equal(outcome.reason.code, "missing_session_error");
  }
  assert.equal(issuer.spent.length, 1);
  assert.equal(await refreshing.client.getUser(refreshing.request()), undefined);
  assert.deepEqual(await entriesOf(kv), []);
});

withKv("a logout everywhere ends the user's other sessions as well", async (kv) => {
  const { issuer, bench } = await loggedIn(kv);
  const phone = statefulBench(issuer, {}, new DenoKvSessionStore<HeadersStoreOptions>(kv, { secret }));
  await logInAt(issuer, phone);
  const other = statefulBench(issuer, {}, new DenoKvSessionStore<HeadersStoreOptions>(kv, { secret }));
  issuer.claims.sub = "user-2";
  await logInAt(issuer, other);
  await bench.client.logout({ everywhere: true }, bench.request());
  assert.equal(await phone.client.getUser(phone.request()), undefined);
  assert.equal((await other.client.getUser(other.request()))?.sub, "user-2");
});

withKv("a lease whose owner died lapses: the next request waits for that, and refreshes", async (kv) => {
  const { issuer, bench } = await loggedIn(kv);
  const [session] = await entriesOf(kv, "auth0-edge", "s");
  const name = session!.key.at(-1) as string;
  const until = Date.now() + 600;
  await kv.set(["auth0-edge", "l", name], { owner: "somebody who died", until });
  await bench.client.getAccessToken({ audience: "https://api.example/" }, bench.request());
  assert.ok(Date.now() >= until);
  assert.equal(issuer.spent.length, 1);
  assert.deepEqual(await entriesOf(kv, "auth0-edge", "l"), []);
});

withKv("what the issuer gave is kept though the database fails for a moment just then", async (kv) => {
  const { issuer, bench } = await loggedIn(kv);
  let failures = 0;
  const shaky: DenoKv = {
    getMany: (keys) => kv.getMany([...keys]),
    list: (selector) => kv.list(selector),
    atomic() {
      const change = kv.atomic();
      if (failures-- > 0) change.commit = () => Promise.reject(new Error("busy"));
      return change;
    },
  };
  issuer.before = async () => {
    failures = 2;
    return undefined;
  };
  const store = new DenoKvSessionStore<HeadersStoreOptions>(shaky, { secret });
  const unlucky = statefulBench(issuer, {}, store);
  for (const [cookie, value] of bench.jar) unlucky.jar.set(cookie, value);
  await unlucky.client.getAccessToken({ audience: "a" }, unlucky.request());
  issuer.before = undefined;
  await bench.client.getAccessToken({ audience: "b" }, bench.request());
  assert.deepEqual([issuer.spent.length, issuer.familiesRevoked], [2, 0]);
});

/** A database in which something happens between what is read and the writing of that number that comes of it. */
function interrupted(kv: DenoKv, writing: number, meanwhile: () => Promise<unknown>): DenoKv {
  let writings = 0;
  return {
    getMany: (keys) => kv.getMany([...keys]),
    list: (selector) => kv.list(selector),
    atomic() {
      const change = kv.atomic();
      const { commit } = change;
      change.commit = async () => {
        if (++writings === writing) await meanwhile();
        return await commit.call(change);
      };
      return change;
    },
  };
}

withKv(
  "whatever comes between a reading and its writing is seen: nothing is undone, and nothing lost",
  async (kv) => {
    const plain = new DenoKvSessionStore(kv, { secret });
    const at = (writing: number, meanwhile: () => Promise<unknown>) =>
      new DenoKvSessionStore(interrupted(kv, writing, meanwhile), { secret });
    const write = { expiresIn: 3600, create: true, storeOptions: undefined };
    const token = { iss: "https://tenant.example/", sid: "a-sid", iat: now() };

    await plain.set("rolling", aSession(), write);
    await at(1, () => plain.delete("rolling")).touch("rolling", 7200);
    assert.equal(await plain.get("rolling"), undefined, "a session that rolls while it is logged out");
    assert.deepEqual(await entriesOf(kv), []);

    await plain.set("changing", aSession(), write);
    const [one, other] = [(await plain.get("changing"))!, (await plain.get("changing"))!];
    const change = { ...write, create: false };
    const overtaken = at(1, () => plain.set("changing", { ...other, theme: "dark" }, change));
    assert.equal(await overtaken.set("changing", { ...one, theme: "light" }, change), "changed");
    assert.equal((await plain.get("changing"))?.theme, "dark");

    // The first writing of a refresh is its lease, the second one what it brought.
    const read = (await plain.get("changing"))!;
    const refreshing = at(2, () => plain.set("changing", { ...read, theme: "blue" }, change));
    await refreshing.renew("changing", read, new RotatingIssuer(read).task());
    const renewed = await plain.get("changing");
    assert.deepEqual([renewed?.theme, renewed?.refreshToken], ["blue", "refresh token 1"]);

    const beginning = at(1, () => plain.deleteByLogoutToken(token));
    assert.equal(await beginning.set("beginning", aSession(), write), false, "a login during its logout");
    assert.equal(await plain.get("beginning"), undefined);
  },
);

withKv("a session ends on time, whenever the database forgets it", async (kv) => {
  later(0);
  const store = new DenoKvSessionStore(kv, { secret });
  await store.set("an id", aSession(), { expiresIn: 600, create: true, storeOptions: undefined });
  later(599);
  assert.ok(await store.get("an id"));
  later(1);
  assert.equal(await store.get("an id"), undefined);
  assert.notDeepEqual(await entriesOf(kv, "auth0-edge", "s"), []);
});

withKv("every key has an end, shows nothing of the session, and is named in a few kinds", async (kv) => {
  later(0);
  const told: [kind: string, milliseconds: number | undefined][] = [];
  const calls: string[] = [];
  const watched: DenoKv = {
    getMany: (keys) => {
      calls.push("read");
      return kv.getMany([...keys]);
    },
    list: (selector) => {
      calls.push("list");
      return kv.list(selector);
    },
    atomic() {
      const change = kv.atomic();
      const { set, commit } = change;
      change.set = (key, value, options) => {
        told.push([String(key[1]), options?.expireIn]);
        return set.call(change, key, value, options);
      };
      change.commit = () => {
        calls.push("commit");
        return commit.call(change);
      };
      return change;
    },
  };
  const take = (): string => calls.splice(0).join();
  const store = new DenoKvSessionStore(watched, { secret });
  const state = aSession();
  const write = { expiresIn: 3600, create: true, storeOptions: undefined };
  await store.set("an id", state, write);
  assert.equal(take(), "read,commit", "login");
  for (const { key, value } of await entriesOf(kv)) {
    assert.doesNotMatch(JSON.stringify([key, value]), /mira|refresh|a-sid|tenant|an id/i);
  }
  const read = (await store.get("an id"))!;
  assert.equal(take(), "read", "reading");
  await store.set("an id", { ...read, theme: "dark" }, { ...write, create: false });
  assert.equal(take(), "read,commit", "a change");
  await store.touch("an id", 7200);
  assert.equal(take(), "read,commit", "rolling");
  const issuer = new RotatingIssuer(state);
  await store.renew("an id", state, issuer.task());
  assert.equal(take(), "read,commit,read,commit", "a refresh");
  await store.delete("an id");
  assert.equal(take(), "read,commit", "logout");
  assert.deepEqual(await entriesOf(kv), []);
  await store.set("another id", aSession(), write);
  take();
  await store.deleteByLogoutToken({ iss: "https://tenant.example/", sub: mira.sub, iat: now() });
  assert.equal(take(), "commit,list,commit", "back-channel logout of one session");
  assert.deepEqual(
    (await entriesOf(kv)).map(({ key }) => key[1]),
    ["e"],
  );
  const ends = (kind: string) => new Set(told.filter(([one]) => one === kind).map(([, end]) => end! / 1000));
  assert.deepEqual([...ends("s")].sort(), [3600, 7200]);
  assert.deepEqual(ends("i"), ends("s"));
  assert.deepEqual([...ends("l"), ...ends("e")], [60, 3600]);
});

withKv("a back-channel logout takes the same with 1,000 sessions of other users as with 10", async (kv) => {
  const store = new DenoKvSessionStore(kv, { secret });
  const write = { expiresIn: 3600, create: true, storeOptions: undefined };
  const logIn = (id: string, sub: string, sid: string) =>
    store.set(id, aSession({ user: { ...mira, sub }, internal: { sid, createdAt: now(), id } }), write);
  const costs: number[] = [];
  for (const others of [10, 1000]) {
    for (let index = 0; index < others; index++) await logIn(`id ${index}`, `user ${index}`, `sid ${index}`);
    await logIn("mine", mira.sub, "mine");
    let cost = 0;
    const counting: DenoKv = {
      getMany: (keys) => kv.getMany([...keys]),
      async *list(selector) {
        for await (const entry of kv.list(selector)) {
          cost++;
          yield entry;
        }
      },
      atomic() {
        cost++;
        return kv.atomic();
      },
    };
    await new DenoKvSessionStore(counting, { secret }).deleteByLogoutToken({
      iss: "https://tenant.example/",
      sub: mira.sub,
    });
    costs.push(cost);
    assert.equal(await store.get("mine"), undefined);
    assert.equal((await entriesOf(kv, "auth0-edge", "s")).length, others);
  }
  assert.deepEqual(costs, [2, 2]);
});

withKv(
  "a session over 64 KiB is refused with the names of what takes the room; the one of before stays",
  async (kv) => {
    const { bench } = await loggedIn(kv);
    const large = bench.client.updateSession({ basket: filler(70_000) }, bench.request());
    await assert.rejects(large, { code: "session_too_large", message: /basket/ });
    await bench.client.updateSession({ basket: filler(30_000) }, bench.request());
    assert.equal(String((await bench.client.getSession(bench.request()))?.basket).length, 30_000);
  },
);

withKv(
  "an access token that does not fit goes uncached, and the refresh token that came with it stays",
  async (kv) => {
    const { issuer, bench } = await loggedIn(kv);
    issuer.after = (body) =>
      Response.json({ ...body, access_token: `x.${crypto.randomUUID()}${filler(70_000)}` });
    const { accessToken } = await bench.client.getAccessToken({ audience: "a" }, bench.request());
    assert.ok(accessToken.length > 70_000);
    issuer.after = undefined;
    await bench.client.getAccessToken({ audience: "b" }, bench.request());
    assert.deepEqual([issuer.spent.length, issuer.familiesRevoked], [2, 0]);
  },
);

Deno.test("a database that fails is an error of the session store, or an anonymous request where that is wanted", async () => {
  const kv = await Deno.openKv(":memory:");
  const { bench } = await loggedIn(kv);
  kv.close();
  await assert.rejects(bench.client.getUser(bench.request()), { code: "session_store_error" });
  await assert.rejects(bench.client.updateSession({ a: 1 }, bench.request()), {
    code: "session_store_error",
  });
  const make = denoKvSessions<HeadersStoreOptions>(kv, { onStoreError: "anonymous" });
  const stateStore = make({ secret }, new HeadersCookieHandler());
  assert.equal(await stateStore.get("__a0_session", bench.request()), undefined);
});

withKv("it is one line of edgeAuth's options", async (kv) => {
  const tenant = testTenant();
  const options = { ...tenant.clientOptions, secret, appBaseUrl: appOrigin };
  const auth = edgeAuth({ ...options, stateStore: denoKvSessions(kv, { prefix: "app" }) });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getUser())?.sub ?? null),
  );
  const browser = new TestBrowser(app, tenant);
  await browser.logIn(users.mira);
  assert.equal(await (await browser.send("/")).json(), users.mira);
  assert.equal((await entriesOf(kv, "app", "s")).length, 1);
  await (await browser.send("/auth/logout")).body?.cancel();
  assert.equal((await entriesOf(kv, "app", "s")).length, 0);
  assert.throws(() => new DenoKvSessionStore({} as never, { secret }), {
    code: "invalid_configuration_error",
  });
});
