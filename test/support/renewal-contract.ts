import {
  type RenewalTask,
  type StateData,
  type StateStore,
  TokenByRefreshTokenError,
  TokenForConnectionError,
} from "auth0-edge";
import { describe, expect, it } from "vitest";
import { CookieJar, type Exchange } from "./cookie-jar.ts";
import { aSession, IDENTIFIER, now, tokenSet } from "./sessions.ts";

/** What the contract of a store lends to its parts. */
export interface StoreBench {
  storeWith(): StateStore<Exchange>;
  logIn(store: StateStore<Exchange>, state?: StateData, browser?: CookieJar): Promise<StateData>;
  read(store: StateStore<Exchange>, browser: CookieJar): Promise<StateData | undefined>;
  logOut(store: StateStore<Exchange>, browser: CookieJar): Promise<void>;
}

/** An issuer whose refresh tokens rotate: one that is used a second time ends them all. */
export class RotatingIssuer {
  calls = 0;
  /** How many of the next calls fail, and how. */
  failing: Error[] = [];
  /** What calls wait for. */
  gate: Promise<unknown> = new Promise((resolve) => setTimeout(resolve, 20));
  #valid: string | undefined;

  constructor(state: StateData) {
    this.#valid = state.refreshToken;
  }

  task(renewal: RenewalTask["renewal"] = {}): RenewalTask {
    const { connection, audience = "default" } = renewal;
    return {
      renewal,
      serves: ({ tokenSets, connectionTokenSets = [] }) =>
        connection
          ? connectionTokenSets.some((set) => set.connection === connection)
          : tokenSets.some((set) => set.audience === audience && set.accessToken.startsWith("renewed")),
      ask: async ({ refreshToken }) => {
        const call = ++this.calls;
        await this.gate;
        const failure = this.failing.shift();
        if (failure) throw failure;
        if (refreshToken !== this.#valid) this.#valid = undefined;
        if (!this.#valid) throw refusal();
        const spent = this.#valid;
        this.#valid = `refresh token ${call}`;
        return {
          spent,
          renewal,
          tokens: {
            accessToken: `renewed ${call}`,
            expiresAt: now() + 3600,
            scope: "openid",
            refreshToken: this.#valid,
          },
        };
      },
    };
  }
}

/** What an issuer says to a refresh token it will never take again. */
export function refusal(): TokenByRefreshTokenError {
  const cause = { error: "invalid_grant", error_description: "", message: "" };
  return new TokenByRefreshTokenError("The issuer said no.", cause);
}

/** What every store does that sees to it that a refresh token is spent once. */
export function renewalContract(name: string, { storeWith, logIn, read, logOut }: StoreBench): void {
  const expired = (): StateData =>
    aSession({ tokenSets: [tokenSet({ audience: "another API" })], refreshToken: "the first refresh token" });
  const begin = async () => {
    const jar = new CookieJar();
    const store = storeWith();
    const state = await logIn(store, expired(), jar);
    return { jar, store, state, issuer: new RotatingIssuer(state) };
  };
  /** A request that reads the session and has it renewed, by a store of its own as in another isolate. */
  const renew = async (jar: CookieJar, task: RenewalTask): Promise<StateData> => {
    const store = storeWith();
    const exchange = jar.exchange();
    const state = (await store.get(IDENTIFIER, exchange))!;
    return await store.renew!(IDENTIFIER, state, task, exchange);
  };
  /** The issuer answers when it is told to. */
  const holdBack = (issuer: RotatingIssuer): { asked: Promise<void>; release(): void } => {
    let release = (): void => undefined;
    issuer.gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = (async () => {
      while (!issuer.calls) await new Promise((next) => setTimeout(next, 5));
    })();
    return { asked, release: () => release() };
  };

  describe(`a refresh at ${name}`, () => {
    it("asks the issuer once, however many requests want it, and all have what came", async () => {
      const { jar, store, issuer } = await begin();
      const states = await Promise.all(Array.from({ length: 12 }, () => renew(jar, issuer.task())));
      expect(issuer.calls).toBe(1);
      for (const state of [...states, await read(store, jar)]) {
        expect(state?.refreshToken).toBe("refresh token 1");
        expect(state?.tokenSets.map((set) => set.accessToken)).toEqual([
          "an-opaque-access-token",
          "renewed 1",
        ]);
      }
    });

    it("is made one after the other where requests want different tokens, and all of them stay", async () => {
      const { jar, store, issuer } = await begin();
      const tasks = [{}, { audience: "a" }, { audience: "b" }, { connection: "google" }].map((renewal) =>
        issuer.task(renewal),
      );
      await Promise.all([...tasks, ...tasks].map((task) => renew(jar, task)));
      expect(issuer.calls).toBe(4);
      const state = (await read(store, jar))!;
      expect(state.refreshToken).toBe("refresh token 4");
      expect(tasks.map((task) => task.serves(state))).toEqual([true, true, true, true]);
    });

    it("answers at once where somebody else has made it", async () => {
      const { jar, store, state, issuer } = await begin();
      await renew(jar, issuer.task());
      const late = await store.renew!(IDENTIFIER, state, issuer.task(), jar.exchange());
      expect([late.refreshToken, issuer.calls]).toEqual(["refresh token 1", 1]);
    });

    it("may be followed by a change of what it answered", async () => {
      const { jar, store, issuer } = await begin();
      const renewed = await renew(jar, issuer.task());
      await jar.visit((exchange) => store.set(IDENTIFIER, { ...renewed, theme: "dark" }, false, exchange));
      expect(await read(store, jar)).toMatchObject({ theme: "dark", refreshToken: "refresh token 1" });
    });

    it("that fails keeps the session as it was, and the next one works", async () => {
      const { jar, store, state, issuer } = await begin();
      issuer.failing = [new TokenByRefreshTokenError("503")];
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => renew(jar, issuer.task())));
      expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(1);
      expect(issuer.calls).toBeLessThanOrEqual(2);
      if (issuer.calls === 1) expect(await read(store, jar)).toEqual(state);
      expect((await renew(jar, issuer.task())).refreshToken).toMatch(/^refresh token/);
    });

    it("that the issuer refuses is final: the user stays, the refresh token goes, and nobody asks again", async () => {
      const { jar, store, state, issuer } = await begin();
      issuer.failing = [refusal()];
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => renew(jar, issuer.task())));
      const reasons = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      expect(reasons.length).toBeGreaterThanOrEqual(1);
      for (const reason of reasons) expect(reason).toMatchObject({ cause: { error: "invalid_grant" } });
      const after = await read(store, jar);
      expect(after).toMatchObject({ user: state.user, internal: { refused: "invalid_grant" } });
      expect(after?.refreshToken).toBeUndefined();
      expect((await renew(jar, issuer.task())).internal.refused).toBe("invalid_grant");
      expect(issuer.calls).toBe(1);
    });

    it("that the issuer refuses takes no refresh token away that came meanwhile", async () => {
      const { jar, store, issuer } = await begin();
      const { asked, release } = holdBack(issuer);
      issuer.failing = [refusal()];
      const refused = renew(jar, issuer.task());
      await asked;
      const state = (await read(store, jar))!;
      const newer = { ...state, refreshToken: "of a login just now" };
      await jar.visit((exchange) => store.set(IDENTIFIER, newer, false, exchange));
      release();
      await expect(refused).rejects.toMatchObject({ cause: { error: "invalid_grant" } });
      expect(await read(store, jar)).toMatchObject(newer);
    });

    it("of a connection's token that the issuer refuses leaves the session alone", async () => {
      const { jar, store, state, issuer } = await begin();
      const cause = { error: "invalid_grant", error_description: "", message: "" };
      issuer.failing = [new TokenForConnectionError("no", cause)];
      await expect(renew(jar, issuer.task({ connection: "google" }))).rejects.toMatchObject({
        name: "TokenForConnectionError",
        cause: { error: "invalid_grant" },
      });
      expect(await read(store, jar)).toEqual(state);
    });

    it.each(["the browser", "the issuer"])("does not undo a logout by %s meanwhile", async (who) => {
      const { jar, store, state, issuer } = await begin();
      const { asked, release } = holdBack(issuer);
      const outcomes = Promise.allSettled([renew(jar, issuer.task()), renew(jar, issuer.task())]);
      await asked;
      const thief = jar.clone();
      if (who === "the browser") await logOut(store, jar.clone());
      else await store.deleteByLogoutToken({ iss: "https://tenant.example/", sid: state.internal.sid });
      release();
      expect(await outcomes).toMatchObject([
        { status: "rejected", reason: { code: "missing_session_error" } },
        { status: "rejected", reason: { code: "missing_session_error" } },
      ]);
      expect(await read(store, thief)).toBeUndefined();
      expect(issuer.calls).toBe(1);
    });

    it("does not undo a change of the session meanwhile, nor is it undone", async () => {
      const { jar, store, issuer } = await begin();
      const { asked, release } = holdBack(issuer);
      const renewed = renew(jar, issuer.task());
      await asked;
      const state = (await read(store, jar))!;
      await jar.visit((exchange) => store.set(IDENTIFIER, { ...state, theme: "dark" }, false, exchange));
      release();
      await renewed;
      expect(await read(store, jar)).toMatchObject({ theme: "dark", refreshToken: "refresh token 1" });
    });

    it("does not replace a refresh token that came meanwhile", async () => {
      const { jar, store, issuer } = await begin();
      const { asked, release } = holdBack(issuer);
      const renewed = renew(jar, issuer.task());
      await asked;
      const state = (await read(store, jar))!;
      await jar.visit((exchange) =>
        store.set(IDENTIFIER, { ...state, refreshToken: "of a login just now" }, false, exchange),
      );
      release();
      await renewed;
      expect((await read(store, jar))?.refreshToken).toBe("of a login just now");
    });
  });
}
