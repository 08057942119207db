import { describe, expect, it } from "vitest";
import type { DevTenant, DevTenantOptions } from "../../../src/dev/index.ts";
import { API, APP, Browser, claimsOf, JONAS, MIRA, openTenant, post, refresh, visit } from "./harness.ts";

const GRANT = "urn:openid:params:grant-type:ciba";
const APPROVE = `${APP}/dev-tenant/approve`;
const hintFor = (sub: string, iss = "https://dev.localhost/") =>
  JSON.stringify({ format: "iss_sub", iss, sub });

const asked = {
  scope: "openid profile offline_access read:orders",
  audience: API,
  binding_message: "Order 12, EUR 99.50",
  login_hint: hintFor(MIRA),
};

function tenantAt(options: DevTenantOptions = {}) {
  const clock = { now: 1_800_000_000 };
  return { clock, tenant: openTenant({ clock: () => clock.now, ...options }) };
}

const start = (tenant: DevTenant, parameters: Record<string, string | undefined> = {}) =>
  post(tenant, "/bc-authorize", { ...asked, ...parameters }) as Promise<
    Awaited<ReturnType<typeof post>> & { auth_req_id: string; interval: number }
  >;
const poll = (tenant: DevTenant, auth_req_id: string, parameters: Record<string, string | undefined> = {}) =>
  post(tenant, "/oauth/token", { grant_type: GRANT, auth_req_id, ...parameters });

/** Decides the first request that waits. */
async function decide(tenant: DevTenant, choice: "approve" | "deny", browser = new Browser(tenant)) {
  const page = await browser.show(APPROVE);
  const id = new RegExp(`name="${choice}" value="([^"]*)"`).exec(page.html)![1]!;
  return await browser.submit(page, choice, id);
}

describe("a request for approval", () => {
  it("is advertised, waits, and is answered with tokens once approved", async () => {
    const { tenant, clock } = tenantAt();
    const discovery = await tenant.customFetch("https://dev.localhost/.well-known/openid-configuration");
    expect(await discovery.json()).toMatchObject({
      backchannel_authentication_endpoint: "https://dev.localhost/bc-authorize",
      backchannel_token_delivery_modes_supported: ["poll"],
      grant_types_supported: expect.arrayContaining([GRANT]),
    });
    const started = await start(tenant);
    expect(started).toMatchObject({ status: 200, expires_in: 300, interval: 5 });
    const pending = await poll(tenant, started.auth_req_id);
    expect([pending.status, pending.error]).toEqual([400, "authorization_pending"]);
    await decide(tenant, "approve");
    clock.now += 5;
    const tokens = await poll(tenant, started.auth_req_id);
    expect(tokens).toMatchObject({ status: 200, scope: asked.scope });
    expect(claimsOf(tokens.id_token)).toMatchObject({
      sub: MIRA,
      auth_time: clock.now,
      name: "Mira Solberg",
    });
    expect(claimsOf(tokens.access_token)).toMatchObject({ sub: MIRA, scope: asked.scope });
    expect((await refresh(tenant, tokens.refresh_token)).status).toBe(200);
  });

  it("shows its person who asks for what, and what the other device shows", async () => {
    const { tenant } = tenantAt();
    const details = [{ type: "money_transfer", amount: "12 EUR" }];
    await start(tenant, { authorization_details: JSON.stringify(details) });
    const { html } = await new Browser(tenant).show(APPROVE);
    for (const text of [
      "One is waiting",
      "Dev App asks Mira Solberg",
      "Order 12, EUR 99.50",
      "read:orders",
      "Orders API",
      "Money transfer",
      "12 EUR",
      'aria-label="Approve as Mira Solberg"',
      "Ends in 5 minutes",
    ]) {
      expect(html).toContain(text);
    }
  });

  it("grants what was asked for in detail", async () => {
    const { tenant } = tenantAt();
    const details = [{ type: "money_transfer", amount: "12 EUR" }];
    const { auth_req_id } = await start(tenant, { authorization_details: JSON.stringify(details) });
    await decide(tenant, "approve");
    expect(await poll(tenant, auth_req_id)).toMatchObject({ authorization_details: details });
  });

  it("ends when the person denies, and a later approval changes nothing", async () => {
    const { tenant, clock } = tenantAt();
    const { auth_req_id } = await start(tenant);
    const browser = new Browser(tenant);
    const page = await browser.show(APPROVE);
    const id = /name="deny" value="([^"]*)"/.exec(page.html)![1]!;
    expect((await browser.submit(page, "deny", id)).url.href).toBe(APPROVE);
    await browser.submit(page, "approve", id);
    expect((await browser.show(APPROVE)).html).toContain("Nothing is waiting");
    for (let i = 0; i < 2; i++) {
      expect((await poll(tenant, auth_req_id)).error).toBe("access_denied");
      clock.now += 5;
    }
  });

  it("is told to slow down, each time by five seconds more", async () => {
    const { tenant, clock } = tenantAt();
    const { auth_req_id } = await start(tenant);
    const errors: unknown[] = [];
    for (const pause of [0, 4, 9, 15, 15]) {
      clock.now += pause;
      errors.push((await poll(tenant, auth_req_id)).error);
    }
    expect(errors).toEqual([
      "authorization_pending",
      "slow_down",
      "slow_down",
      "authorization_pending",
      "authorization_pending",
    ]);
    const form = new URLSearchParams({
      client_id: "dev-client",
      client_secret: "dev-secret",
      grant_type: GRANT,
    });
    form.set("auth_req_id", auth_req_id);
    const response = await tenant.customFetch("https://dev.localhost/oauth/token", {
      method: "POST",
      body: form,
    });
    expect([response.status, response.headers.get("retry-after")]).toEqual([400, "20"]);
  });

  it("keeps to the interval of the options, and to one that is a hair too short", async () => {
    const { tenant, clock } = tenantAt({ backchannelPollInterval: 1 });
    const { auth_req_id, interval } = await start(tenant);
    expect(interval).toBe(1);
    for (const pause of [0, 0.95, 1]) {
      clock.now += pause;
      expect((await poll(tenant, auth_req_id)).error).toBe("authorization_pending");
    }
  });

  it("expires, and is gone from the page then", async () => {
    const { tenant, clock } = tenantAt();
    const { auth_req_id, expires_in } = await start(tenant, { requested_expiry: "60" });
    expect(expires_in).toBe(60);
    const browser = new Browser(tenant);
    const page = await browser.show(APPROVE);
    clock.now += 60;
    const id = /name="approve" value="([^"]*)"/.exec(page.html)![1]!;
    await browser.submit(page, "approve", id);
    expect((await poll(tenant, auth_req_id)).error).toBe("expired_token");
    expect((await browser.show(APPROVE)).html).toContain("Nothing is waiting");
    clock.now += 600;
    expect((await poll(tenant, auth_req_id)).error).toBe("invalid_grant");
  });

  it("is redeemed once, also by ten at the same time, and by its own client", async () => {
    const clients = [
      { clientId: "dev-client", clientSecret: "dev-secret", grantTypes: [GRANT] },
      { clientId: "other", clientSecret: "other-secret", grantTypes: [GRANT] },
    ];
    const { tenant } = tenantAt({ clients });
    const { auth_req_id } = await start(tenant);
    await decide(tenant, "approve");
    const foreign = await poll(tenant, auth_req_id, { client_id: "other", client_secret: "other-secret" });
    expect([foreign.status, foreign.error]).toEqual([403, "invalid_grant"]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => poll(tenant, auth_req_id)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await poll(tenant, auth_req_id)).error).toBe("invalid_grant");
    expect((await poll(tenant, "guess")).error).toBe("invalid_grant");
  });

  it("may be for an organization of the person", async () => {
    const organizations = [{ id: "org_acme", name: "acme", displayName: "Acme", members: [MIRA] }];
    const { tenant } = tenantAt({ organizations });
    const { auth_req_id } = await start(tenant, { organization: "acme" });
    expect((await new Browser(tenant).show(APPROVE)).html).toContain("Acme");
    await decide(tenant, "approve");
    const tokens = await poll(tenant, auth_req_id);
    expect(claimsOf(tokens.id_token)).toMatchObject({ org_id: "org_acme", org_name: "acme" });
    const refused = await start(tenant, { organization: "acme", login_hint: hintFor(JONAS) });
    expect(refused).toMatchObject({
      error: "access_denied",
      error_description: `user ${JONAS} is not part of the org_acme organization`,
    });
  });

  it.each<[string, Record<string, string | undefined>, number, string]>([
    ["without openid", { scope: "profile" }, 400, "invalid_scope"],
    ["without scope", { scope: undefined }, 400, "invalid_scope"],
    ["without a binding message", { binding_message: undefined }, 400, "invalid_request"],
    ["with a long binding message", { binding_message: "x".repeat(65) }, 400, "invalid_binding_message"],
    ["with other characters in it", { binding_message: "Zahlen & fertig" }, 400, "invalid_binding_message"],
    ["without a person", { login_hint: undefined }, 400, "invalid_request"],
    ["with a hint that is no JSON", { login_hint: MIRA }, 400, "invalid_request"],
    ["with a hint that is null", { login_hint: "null" }, 400, "invalid_request"],
    ["with a hint of another format", { login_hint: '{"format":"email"}' }, 400, "invalid_request"],
    ["with another issuer", { login_hint: hintFor(MIRA, "https://evil.example/") }, 400, "invalid_request"],
    [
      "with the issuer's slash missing",
      { login_hint: hintFor(MIRA, "https://dev.localhost") },
      400,
      "invalid_request",
    ],
    ["for nobody it knows", { login_hint: hintFor("auth0|nobody") }, 400, "unknown_user_id"],
    ["with no time", { requested_expiry: "0" }, 400, "invalid_request"],
    ["with too much time", { requested_expiry: "301" }, 400, "invalid_request"],
    ["with time in words", { requested_expiry: "soon" }, 400, "invalid_request"],
    ["for an API that does not exist", { audience: "https://nope/" }, 403, "access_denied"],
    ["for an organization that does not exist", { organization: "nope" }, 400, "invalid_request"],
    [
      "with details of an unknown type",
      { authorization_details: '[{"type":"x"}]' },
      400,
      "invalid_authorization_details",
    ],
    ["without the secret", { client_secret: undefined }, 401, "access_denied"],
    ["by a public client", { client_id: "dev-spa", client_secret: undefined }, 403, "unauthorized_client"],
  ])("is refused %s", async (_what, parameters, status, error) => {
    const answer = await start(tenantAt().tenant, parameters);
    expect([answer.status, answer.error]).toEqual([status, error]);
  });

  it("is refused to a client that may not, at both endpoints", async () => {
    const { tenant } = tenantAt({ clients: [{ clientId: "dev-client", clientSecret: "dev-secret" }] });
    expect(await start(tenant)).toMatchObject({ status: 403, error: "unauthorized_client" });
    expect(await poll(tenant, "x")).toMatchObject({ status: 403, error: "unauthorized_client" });
  });

  it("finds no room once 32 are waiting", async () => {
    const { tenant } = tenantAt();
    const answers = await Promise.all(Array.from({ length: 33 }, () => start(tenant)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(32).fill(200), 429]);
    expect((await new Browser(tenant).show(APPROVE)).html).toContain("32 are waiting");
  });
});

describe("the page to approve requests", () => {
  it("takes no form of another site, of another browser or without its token", async () => {
    const { tenant } = tenantAt();
    const { auth_req_id } = await start(tenant);
    const browser = new Browser(tenant);
    const page = await browser.show(APPROVE);
    const id = /name="approve" value="([^"]*)"/.exec(page.html)![1]!;
    const form = /name="form" value="([^"]*)"/.exec(page.html)![1]!;
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const send = (fields: Record<string, string>, headers: Record<string, string>) =>
      visit(tenant, APPROVE, { method: "POST", body: new URLSearchParams(fields), headers });
    const refusals = [
      await send({ form, approve: id }, {}),
      await send({ form, approve: id }, { cookie: `dev_tenant_browser=${"A".repeat(43)}` }),
      await send({ approve: id }, { cookie }),
      await send({ form, approve: id }, { cookie, "sec-fetch-site": "cross-site" }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await poll(tenant, auth_req_id)).error).toBe("authorization_pending");
    expect((await send({ form, approve: id }, { cookie, "sec-fetch-site": "same-origin" })).status).toBe(303);
  });

  it("is linked from the tenant's home page", async () => {
    const { tenant } = tenantAt();
    expect((await new Browser(tenant).show(`${APP}/dev-tenant`)).html).toContain(APPROVE);
  });
});
