import { describe, expect, it } from "vitest";
import { type DevTenantOptions, MemoryDevTenantStorage } from "../../../src/dev/index.ts";
import { appTenant, authorizeUrl, Browser, claimsOf, JONAS, MIRA, redeem, refresh } from "./harness.ts";

const acme = { id: "org_acme", name: "acme", members: [MIRA] };
const SCOPE = "openid profile email offline_access read:orders write:orders";

/** A tenant that has issued a token for an agent, Jonas, to act as Mira. */
async function issued(record: Record<string, unknown> = {}, options: DevTenantOptions = {}) {
  const clock = { now: 1_800_000_000 };
  const storage = new MemoryDevTenantStorage(() => clock.now);
  const tenant = appTenant({ organizations: [acme], storage, clock: () => clock.now, ...options });
  const token = "a-session-transfer-token";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace("=", "");
  const kept = { subject: MIRA, actor: JONAS, clientId: "dev-client", ...record };
  await storage.put(`transfer:${hash}`, { record: kept, expiresAt: clock.now + 60 }, 60);
  const transfer = (parameters: Record<string, string | undefined> = {}, browser = new Browser(tenant)) =>
    browser.show(authorizeUrl({ session_transfer_token: token, scope: SCOPE, ...parameters }));
  return { tenant, clock, transfer };
}

const arrived = (url: URL) => url.pathname === "/auth/callback" && url.searchParams.has("code");

describe("a session transfer token", () => {
  it("logs in its person at once, and the tokens say who acts", async () => {
    const { tenant, transfer } = await issued();
    const { url } = await transfer();
    expect(arrived(url)).toBe(true);
    const tokens = await redeem(tenant, url);
    for (const token of [tokens.id_token, tokens.access_token]) {
      expect(claimsOf(token)).toMatchObject({ sub: MIRA, act: { sub: JONAS } });
    }
  });

  it("gives no refresh token, whatever the app asks for", async () => {
    const { tenant, transfer } = await issued();
    const tokens = await redeem(tenant, (await transfer()).url);
    expect(tokens.refresh_token).toBeUndefined();
    expect(tokens.scope).toBe("openid profile email read:orders write:orders");
  });

  it("may be limited to some scopes of the API", async () => {
    const { tenant, transfer } = await issued({ scope: ["read:orders"] });
    expect((await redeem(tenant, (await transfer()).url)).scope).toBe("openid profile email read:orders");
  });

  it("takes the place of whoever was logged in, and its session goes on acting", async () => {
    const { tenant, transfer } = await issued();
    const browser = new Browser(tenant);
    await browser.logIn({}, JONAS);
    await transfer({}, browser);
    const { url } = await browser.open(authorizeUrl({ prompt: "none" }));
    const tokens = await redeem(tenant, url);
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub: MIRA, act: { sub: JONAS } });
    const later = await refresh(tenant, tokens.refresh_token);
    expect(claimsOf(later.id_token)).toMatchObject({ sub: MIRA, act: { sub: JONAS } });
    const own = await redeem(tenant, await browser.logIn({ prompt: "login" }, MIRA));
    expect(claimsOf(own.id_token).act).toBeUndefined();
  });

  it("works without a page, and within its organization", async () => {
    const { tenant, transfer } = await issued({ organization: "org_acme" });
    const tokens = await redeem(tenant, (await transfer({ prompt: "none" })).url);
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub: MIRA, org_id: "org_acme" });
  });

  it.each<[string, Record<string, unknown>, Record<string, string>, number]>([
    ["after a minute", {}, {}, 60],
    ["for another client", {}, { client_id: "dev-spa" }, 0],
    ["for another organization", { organization: "org_other" }, { organization: "acme" }, 0],
    ["for a person who does not exist", { subject: "auth0|nobody" }, {}, 0],
    ["when it is another token", {}, { session_transfer_token: "guess" }, 0],
  ])("does not work %s: the person has to log in, and is told", async (_what, record, parameters, pause) => {
    const { clock, transfer } = await issued(record);
    clock.now += pause;
    const page = await transfer(parameters);
    expect(page.url.pathname).toBe("/dev-tenant/u/login");
    expect(page.html).toContain("The session transfer token that the app sent");
  });

  it("works for another client that allows delegated access", async () => {
    const clients = [
      { clientId: "dev-client", clientSecret: "dev-secret" },
      { clientId: "dev-spa", allowDelegatedAccess: true },
    ];
    const { transfer } = await issued({}, { clients });
    expect(arrived((await transfer({ client_id: "dev-spa" })).url)).toBe(true);
  });

  it("works once, also of ten at the same time", async () => {
    const { transfer } = await issued();
    const pages = await Promise.all(Array.from({ length: 10 }, () => transfer()));
    expect(pages.filter(({ url }) => arrived(url))).toHaveLength(1);
    expect(arrived((await transfer()).url)).toBe(false);
  });

  it("is not used up by a client it is not meant for", async () => {
    const { transfer } = await issued();
    await transfer({ client_id: "dev-spa" });
    expect(arrived((await transfer()).url)).toBe(true);
  });
});
