import {
  StatefulStateStore as PeerStateful,
  StatelessStateStore as PeerStateless,
} from "@auth0/auth0-server-js";
import {
  type CookieHandler,
  CookieTransactionStore,
  MemorySessionStore,
  readSession,
  StatefulStateStore,
  StatelessStateStore,
} from "auth0-edge";
import { describe, expect, it } from "vitest";
import { aSession, filler, IDENTIFIER, mira, SECRET } from "../support/sessions.ts";

/** A cookie handler as people wrote it for the peer package: cookies of one browser, without any HTTP. */
class Browser implements CookieHandler<unknown> {
  readonly cookies = new Map<string, string>();
  setCookie(name: string, value: string): void {
    this.cookies.set(name, value);
  }
  getCookie(name: string): string | undefined {
    return this.cookies.get(name);
  }
  getCookies(): Record<string, string> {
    return Object.fromEntries(this.cookies);
  }
  deleteCookie(name: string): void {
    this.cookies.delete(name);
  }
  request(): Request {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return new Request("https://app.example/", { headers: { cookie } });
  }
}

describe("a browser that still has cookies of @auth0/auth0-server-js", () => {
  it.each([0, 6000])(
    "is anonymous, without an error, and can log in (session with %d bytes more)",
    async (bytes) => {
      const browser = new Browser();
      const session = aSession({ user: { ...mira, about: filler(bytes) } });
      await new PeerStateless({ secret: SECRET }, browser as never).set(
        IDENTIFIER,
        session as never,
        true,
        {},
      );
      expect(browser.cookies.size).toBeGreaterThan(0);
      const store = new StatelessStateStore({ secret: SECRET }, browser);
      expect(await store.get(IDENTIFIER, {})).toBeUndefined();
      expect(await readSession(browser.request(), { secret: SECRET })).toBeUndefined();
      const ours = aSession();
      await store.set(IDENTIFIER, ours, true, {});
      expect(await store.get(IDENTIFIER, {})).toEqual(ours);
    },
  );

  it("is anonymous with the id of a stateful session, too", async () => {
    const browser = new Browser();
    const database = new MemorySessionStore();
    const peer = new PeerStateful({ secret: SECRET, store: database as never }, browser as never);
    await peer.set(IDENTIFIER, aSession() as never, true, {});
    const store = new StatefulStateStore({ secret: SECRET, store: database }, browser);
    expect(await store.get(IDENTIFIER, {})).toBeUndefined();
    await store.set(IDENTIFIER, aSession(), true, {});
    expect((await store.get(IDENTIFIER, {}))?.user?.sub).toBe(mira.sub);
  });
});

describe("on Node, whose base64 may be the long way", () => {
  it("sessions and logins are sealed and opened", async () => {
    const browser = new Browser();
    const store = new StatelessStateStore({ secret: SECRET }, browser);
    const session = aSession({ user: { ...mira, about: filler(4000) } });
    await store.set(IDENTIFIER, session, true, {});
    expect(await store.get(IDENTIFIER, {})).toEqual(session);
    await store.delete(IDENTIFIER, {});
    expect(await store.get(IDENTIFIER, {})).toBeUndefined();
    const transactions = new CookieTransactionStore({ secret: SECRET }, browser);
    await transactions.set("__a0_tx", { codeVerifier: "v" }, false, {});
    expect(await transactions.get("__a0_tx", {})).toEqual({ codeVerifier: "v" });
  });

  it("take less room in cookies than the peer's: at most 0.8 of it, and one cookie", async () => {
    const [ours, theirs] = [new Browser(), new Browser()];
    const user = { ...mira, aud: "a-client", nonce: filler(43), "https://ns/roles": ["admin", "editor"] };
    const session = aSession({ user });
    await new StatelessStateStore({ secret: SECRET }, ours).set(IDENTIFIER, session, true, {});
    await new PeerStateless({ secret: SECRET }, theirs as never).set(IDENTIFIER, session as never, true, {});
    const bytes = ({ cookies }: Browser) => [...cookies].flat().join("").length;
    expect(ours.cookies.size).toBe(1);
    expect(bytes(ours) / bytes(theirs)).toBeLessThan(0.8);
  });
});
