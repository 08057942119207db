import { decodeProtectedHeader } from "jose/decode/protected_header";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import { describe, expect, it } from "vitest";
import { type DevTenant, type DevTenantStorage, MemoryDevTenantStorage } from "../../../src/dev/index.ts";
import { appTenant, Browser, MIRA, openTenant, post, push, redeem, refresh, tokensOf } from "./harness.ts";

async function jwks(tenant: DevTenant): Promise<{ keys: Record<string, string>[] }> {
  return await (await tenant.customFetch("https://dev.localhost/.well-known/jwks.json")).json();
}

/** A memory storage that lets other work run before each answer, and notes everything written. */
class SlowStorage extends MemoryDevTenantStorage {
  readonly written: string[] = [];

  override async get(key: string): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return await super.get(key);
  }

  override async put(key: string, value: unknown, expiresIn: number): Promise<void> {
    this.written.push(`${key} ${JSON.stringify(value)}`);
    await super.put(key, value, expiresIn);
  }
}

describe("a reload of the Worker, with the storage kept", () => {
  it("leaves the signing key as it was, so that ID tokens stay valid", async () => {
    const storage = new MemoryDevTenantStorage();
    const { id_token } = await tokensOf(appTenant({ storage }));
    const reloaded = await jwks(appTenant({ storage }));
    await jwtVerify(id_token, createLocalJWKSet(reloaded), { issuer: "https://dev.localhost/" });
    const [key] = reloaded.keys;
    expect(key).toMatchObject({
      kty: "RSA",
      alg: "RS256",
      use: "sig",
      kid: decodeProtectedHeader(id_token).kid,
    });
    expect(Object.keys(key!)).not.toContain("d");
  });

  it("lets a login that was on the login page finish", async () => {
    const storage = new MemoryDevTenantStorage();
    const before = new Browser(appTenant({ storage }));
    const form = await before.authorize();
    const tenant = appTenant({ storage });
    const after = new Browser(tenant);
    for (const [name, value] of before.cookies) after.cookies.set(name, value);
    expect((await redeem(tenant, await after.press(form, "user", MIRA))).status).toBe(200);
  });

  it("still knows refresh tokens, used codes and superseded tokens", async () => {
    const storage = new MemoryDevTenantStorage();
    const old = appTenant({ storage });
    const callback = await new Browser(old).logIn();
    const tokens = await redeem(old, callback);
    const reloaded = appTenant({ storage });
    const next = await refresh(reloaded, tokens.refresh_token);
    expect(next.status).toBe(200);
    expect((await refresh(appTenant({ storage }), tokens.refresh_token)).error).toBe("invalid_grant");
    expect((await refresh(appTenant({ storage }), next.refresh_token)).error).toBe("invalid_grant");
    expect((await redeem(appTenant({ storage }), callback)).error).toBe("invalid_grant");
  });

  it("refuses a pending login whose callback is no longer registered", async () => {
    const storage = new MemoryDevTenantStorage();
    const before = new Browser(appTenant({ storage }));
    const form = await before.authorize();
    const after = new Browser(appTenant({ storage, clients: [{ clientId: "dev-client", callbacks: [] }] }));
    for (const [name, value] of before.cookies) after.cookies.set(name, value);
    const { response } = await after.open(form.url.href);
    expect(response.status).toBe(403);
  });

  it("refuses tokens of a person who is no longer there", async () => {
    const storage = new MemoryDevTenantStorage();
    const { refresh_token } = await tokensOf(appTenant({ storage }));
    const users = [{ sub: "auth0|other", name: "Other", email: "other@example.com" }];
    expect((await refresh(appTenant({ storage, users }), refresh_token)).error).toBe("invalid_grant");
  });
});

describe("a storage shared by several isolates", () => {
  it("ends up with one signing key after concurrent cold starts", async () => {
    const storage = new SlowStorage();
    const sets = await Promise.all(Array.from({ length: 4 }, () => jwks(appTenant({ storage }))));
    expect(new Set(sets.map((set) => set.keys[0]!.kid)).size).toBe(1);
  });

  it("has one winner of a refresh among them", async () => {
    const storage = new SlowStorage();
    const { refresh_token } = await tokensOf(appTenant({ storage }));
    const isolates = Array.from({ length: 20 }, () => appTenant({ storage }));
    const answers = await Promise.all(isolates.map((tenant) => refresh(tenant, refresh_token)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });

  it("never sees a code or a token in the clear", async () => {
    const storage = new SlowStorage();
    const tenant = appTenant({ storage });
    const browser = new Browser(tenant);
    const callback = await browser.logIn();
    const tokens = await redeem(tenant, callback);
    const secrets = [callback.searchParams.get("code")!, tokens.access_token, tokens.refresh_token];
    const text = storage.written.join("\n");
    expect(storage.written.length).toBeGreaterThan(4);
    for (const secret of [...secrets, ...browser.cookies.values()]) expect(text).not.toContain(secret);
  });
});

describe("a storage that somebody reads", () => {
  it("shows no token of a request that waits, was pushed or wants approval, and no ticket", async () => {
    const storage = new SlowStorage();
    const tenant = openTenant({ storage });
    const browser = new Browser(tenant);
    const { id_token } = await redeem(tenant, await browser.logIn());
    const { invitation, organization } = await tenant.invite({
      organization: "harbour",
      email: "zoe.tanabe@example.com",
    });
    await browser.authorize({ invitation, organization });
    const linking = {
      scope: "openid link_account",
      requested_connection: "github",
      id_token_hint: id_token,
      session_transfer_token: "a-token-of-another-app",
    };
    const pushed = await push(tenant, linking);
    await browser.authorize(linking);
    const approval = (await post(tenant, "/bc-authorize", {
      scope: "openid",
      binding_message: "Kiosk 7",
      login_hint: JSON.stringify({ format: "iss_sub", iss: tenant.issuer, sub: MIRA }),
    })) as unknown as { auth_req_id: string };
    const secrets = [id_token, invitation, "a-token-of-another-app", approval.auth_req_id];
    const text = storage.written.join("\n");
    for (const secret of [...secrets, pushed.request_uri.split(":").at(-1)!]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(text).not.toContain(secret);
    }
  });
});

describe("the memory storage", () => {
  it("keeps values until they expire", async () => {
    let now = 0;
    const storage: DevTenantStorage = new MemoryDevTenantStorage(() => now);
    await storage.put("a", { n: 1 }, 10);
    now = 9;
    expect(await storage.get("a")).toEqual({ n: 1 });
    now = 10;
    expect(await storage.get("a")).toBeUndefined();
  });

  it("adds only where nothing is, and again after expiry or deletion", async () => {
    let now = 0;
    const storage = new MemoryDevTenantStorage(() => now);
    expect(await storage.add("a", 1, 10)).toBe(true);
    expect(await storage.add("a", 2, 10)).toBe(false);
    expect(await storage.get("a")).toBe(1);
    now = 10;
    expect(await storage.add("a", 3, 10)).toBe(true);
    await storage.delete("a");
    expect(await storage.add("a", 4, 10)).toBe(true);
  });

  it("hands out copies", async () => {
    const storage = new MemoryDevTenantStorage();
    const value = { n: 1 };
    await storage.put("a", value, 10);
    value.n = 2;
    expect(await storage.get("a")).toEqual({ n: 1 });
  });

  it("stays bounded and lets go first of what expires soonest", async () => {
    const storage = new MemoryDevTenantStorage();
    await storage.put("key", "kept", 1_000_000);
    for (let index = 0; index < 10_500; index++) await storage.put(`login:${index}`, true, 3600 + index);
    expect(await storage.get("key")).toBe("kept");
    expect(await storage.get("login:0")).toBeUndefined();
    expect(await storage.get("login:10499")).toBe(true);
  });
});
