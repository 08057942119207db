import { describe, expect, it } from "vitest";
import { type DevTenantClient, devTenant } from "../../../src/dev/index.ts";
import { APP, appTenant, authorizeUrl, Browser, claimsOf, JONAS, MIRA, redeem, refresh } from "./harness.ts";

const ZOE = "auth0|66a1f0c27d3be90012c40a03";
const acme = { id: "org_acme", name: "acme", displayName: "Acme & Sons", members: [MIRA, JONAS] };
const globex = { id: "org_globex", name: "globex", members: [MIRA] };

function tenantWith(client: Partial<DevTenantClient> = {}) {
  const organizations = [acme, globex];
  return appTenant({
    organizations,
    clients: [{ clientId: "dev-client", clientSecret: "dev-secret", name: "Dev App", ...client }],
  });
}

const errorOf = ({ searchParams }: URL) => [searchParams.get("error"), searchParams.get("error_description")];

describe("a login to an organization", () => {
  it.each(["org_acme", "acme", "ACME"])(
    "named %s has its id and name in both tokens",
    async (organization) => {
      const tenant = tenantWith();
      const tokens = await redeem(tenant, await new Browser(tenant).logIn({ organization }, JONAS));
      for (const token of [tokens.id_token, tokens.access_token]) {
        expect(claimsOf(token)).toMatchObject({ sub: JONAS, org_id: "org_acme", org_name: "acme" });
      }
      const later = await refresh(tenant, tokens.refresh_token);
      expect(claimsOf(later.id_token)).toMatchObject({ org_id: "org_acme", org_name: "acme" });
    },
  );

  it("is refused to people who are not part of it, with and without a page", async () => {
    const browser = new Browser(tenantWith());
    const refused = ["access_denied", `user ${ZOE} is not part of the org_acme organization`];
    expect(errorOf(await browser.logIn({ organization: "acme" }, ZOE))).toEqual(refused);
    await browser.logIn({}, ZOE);
    const silent = await browser.open(authorizeUrl({ organization: "acme", prompt: "none" }));
    expect(errorOf(silent.url)).toEqual(refused);
  });

  it("says on the login page where one is going", async () => {
    const { html } = await new Browser(tenantWith()).authorize({ organization: "acme" });
    expect(html).toContain("You are about to use Acme &amp; Sons.");
  });

  it.each(["org_nobody", "nobody", "org_ACME"])(
    "is refused when it does not exist: %s",
    async (organization) => {
      const { url } = await new Browser(tenantWith()).open(authorizeUrl({ organization }));
      const why = "authorization request parameter organization must be an organization id";
      expect(errorOf(url)).toEqual(["invalid_request", why]);
    },
  );

  it("is refused to a client without organizations", async () => {
    const tenant = tenantWith({ organizationUsage: "deny" });
    const { url } = await new Browser(tenant).open(authorizeUrl({ organization: "acme" }));
    const why = "parameter organization is not allowed for this client";
    expect(errorOf(url)).toEqual(["invalid_request", why]);
  });

  it("is left out when the app names none", async () => {
    const tenant = tenantWith();
    const tokens = await redeem(tenant, await new Browser(tenant).logIn());
    expect(claimsOf(tokens.id_token).org_id).toBeUndefined();
  });
});

describe("a client that requires an organization", () => {
  it("lets the person choose where they belong to several", async () => {
    const tenant = tenantWith({ organizationUsage: "require" });
    const browser = new Browser(tenant);
    const page = await browser.submit(await browser.authorize(), "user", MIRA);
    expect(page.url.pathname).toBe("/dev-tenant/u/organization");
    expect(page.html).toContain('aria-label="Continue with Acme &amp; Sons"');
    expect(page.html).not.toContain("Continue as yourself");
    const tokens = await redeem(tenant, await browser.press(page, "organization", "org_globex"));
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub: MIRA, org_id: "org_globex" });
  });

  it("takes the only one without asking, and refuses people who have none", async () => {
    const tenant = tenantWith({ organizationUsage: "require" });
    const tokens = await redeem(tenant, await new Browser(tenant).logIn({}, JONAS));
    expect(claimsOf(tokens.id_token).org_id).toBe("org_acme");
    const refused = await new Browser(tenant).logIn({}, ZOE);
    const why = "client requires organization membership, but user does not belong to any organization";
    expect(errorOf(refused)).toEqual(["invalid_request", why]);
  });

  it("believes no choice of an organization that is not the person's, nor of none", async () => {
    const tenant = tenantWith({ organizationUsage: "require" });
    for (const choice of ["org_nobody", "none", ""]) {
      const browser = new Browser(tenant);
      const page = await browser.submit(await browser.authorize(), "user", MIRA);
      const callback = await browser.press(page, "organization", choice);
      expect(errorOf(callback)).toEqual(["invalid_request", "Unknown organization"]);
    }
  });

  it("may be refused instead of asking, and prompt=none never asks", async () => {
    const strict = tenantWith({ organizationUsage: "require", organizationRequireBehavior: "no_prompt" });
    const { url } = await new Browser(strict).open(authorizeUrl());
    const why = "parameter organization is required for this client";
    expect(errorOf(url)).toEqual(["invalid_request", why]);

    const asking = tenantWith({ organizationUsage: "require" });
    const browser = new Browser(asking);
    await browser.press(
      await browser.submit(await browser.authorize(), "user", MIRA),
      "organization",
      "org_acme",
    );
    const silent = await browser.open(authorizeUrl({ prompt: "none" }));
    expect(errorOf(silent.url)[0]).toBe("interaction_required");
  });
});

describe("a client that allows organizations and asks", () => {
  const asking = { organizationUsage: "allow", organizationRequireBehavior: "post_login_prompt" } as const;

  it("lets the person go on without one", async () => {
    const tenant = tenantWith(asking);
    const browser = new Browser(tenant);
    const page = await browser.submit(await browser.authorize(), "user", JONAS);
    expect(page.html).toContain("Continue as yourself");
    const tokens = await redeem(tenant, await browser.press(page, "organization", "none"));
    expect(claimsOf(tokens.id_token).org_id).toBeUndefined();
  });

  it("does not ask people who belong to none", async () => {
    const tenant = tenantWith(asking);
    expect((await new Browser(tenant).logIn({}, ZOE)).searchParams.has("code")).toBe(true);
  });
});

describe("an invitation", () => {
  const invitee = { organization: "acme", email: "zoe.tanabe@example.com" };

  it("makes a member of the person it was sent to", async () => {
    const tenant = tenantWith();
    const { invitation, organization, url } = await tenant.invite(invitee);
    expect(organization).toBe("org_acme");
    expect(url).toBe(
      `${APP}/auth/login?invitation=${invitation}&organization=org_acme&organization_name=acme`,
    );
    const browser = new Browser(tenant);
    const page = await browser.authorize({ invitation, organization });
    expect(page.html).toContain("Join Acme &amp; Sons");
    expect(page.html).toContain("Invited");
    expect(page.html.indexOf("Zoë")).toBeLessThan(page.html.indexOf("Mira"));
    const tokens = await redeem(tenant, await browser.press(page, "user", ZOE));
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub: ZOE, org_id: "org_acme" });
    const again = await redeem(tenant, await new Browser(tenant).logIn({ organization }, ZOE));
    expect(claimsOf(again.id_token).org_id).toBe("org_acme");
  });

  it("can be accepted once, a double click aside", async () => {
    const tenant = tenantWith();
    const { invitation, organization } = await tenant.invite(invitee);
    const browser = new Browser(tenant);
    const page = await browser.authorize({ invitation, organization });
    const [first, second] = [await browser.press(page, "user", ZOE), await browser.press(page, "user", ZOE)];
    expect([first.searchParams.has("code"), second.searchParams.has("code")]).toEqual([true, true]);
    const { url } = await browser.open(authorizeUrl({ invitation, organization }));
    expect(errorOf(url)).toEqual(["invalid_request", "invitation not found or already used"]);
  });

  it("is used up when the wrong person tries", async () => {
    const tenant = tenantWith();
    const { invitation, organization } = await tenant.invite(invitee);
    const why = "the specified account is not allowed to accept the current invitation";
    expect(errorOf(await new Browser(tenant).logIn({ invitation, organization }, JONAS))).toEqual([
      "access_denied",
      why,
    ]);
    const { url } = await new Browser(tenant).open(authorizeUrl({ invitation, organization }));
    expect(errorOf(url)[1]).toBe("invitation not found or already used");
  });

  it("needs its organization, its client and its time", async () => {
    let now = 1_800_000_000;
    const clients = [
      { clientId: "dev-client", clientSecret: "dev-secret" },
      { clientId: "dev-spa", organizationUsage: "allow" as const },
    ];
    const tenant = appTenant({ organizations: [acme, globex], clients, clock: () => now });
    const { invitation, organization } = await tenant.invite({ ...invitee, clientId: "dev-client" });
    const open = async (parameters: Record<string, string | undefined>) =>
      errorOf((await new Browser(tenant).open(authorizeUrl({ invitation, ...parameters }))).url);
    const notFound = ["invalid_request", "invitation not found or already used"];
    expect(await open({})).toEqual(["invalid_request", "parameter organization is required with invitation"]);
    expect(await open({ organization: "globex" })).toEqual(notFound);
    expect(await open({ organization, client_id: "dev-spa" })).toEqual(notFound);
    expect(await open({ organization, invitation: "guess" })).toEqual(notFound);
    now += 7 * 24 * 3600;
    expect(await open({ organization })).toEqual(notFound);
  });

  it("is refused for an organization or a client that does not exist", async () => {
    const tenant = tenantWith();
    await expect(tenant.invite({ ...invitee, organization: "nobody" })).rejects.toThrow("no organization");
    await expect(tenant.invite({ ...invitee, clientId: "nobody" })).rejects.toThrow("no application");
  });

  it("has no link where the tenant knows no app", async () => {
    const tenant = devTenant({ clients: [{ clientId: "a", callbacks: ["http://localhost/cb"] }] });
    const { url } = await tenant.invite({ organization: "nordlicht", email: "zoe.tanabe@example.com" });
    expect(url).toBeUndefined();
  });
});

describe("an organization's page at the tenant", () => {
  it("shows its members, and sends an invitation to the mailbox", async () => {
    const tenant = tenantWith();
    const browser = new Browser(tenant);
    const home = await browser.show(`${APP}/dev-tenant`);
    expect(home.html).toContain(`${APP}/dev-tenant/organizations/org_acme`);
    const page = await browser.show(`${APP}/dev-tenant/organizations/org_acme`);
    expect(page.html).toMatch(/Members[\s\S]*Mira Solberg[\s\S]*Jonas Adeyemi[\s\S]*Invite somebody/);
    const form = /name="form" value="([^"]*)"/.exec(page.html)![1]!;
    const body = new URLSearchParams({ form, email: "zoe.tanabe@example.com", client: "dev-client" });
    const sent = await browser.open(page.url.href, { method: "POST", body });
    expect(sent.url.href).toBe(`${APP}/dev-tenant/mailbox`);
    const [message] = tenant.mailbox();
    expect(message).toMatchObject({
      to: "zoe.tanabe@example.com",
      subject: "You are invited to Acme & Sons",
      link: expect.stringContaining(`${APP}/auth/login?invitation=`),
    });
    const { searchParams } = new URL(message!.link!);
    const accepted = await new Browser(tenant).logIn(
      { invitation: searchParams.get("invitation")!, organization: searchParams.get("organization")! },
      ZOE,
    );
    expect(accepted.searchParams.has("code")).toBe(true);
    expect((await browser.show(page.url.href)).html).toMatch(
      /Members[\s\S]*Zoë Tanabe[\s\S]*Invite somebody/,
    );
  });

  it("takes no form of another browser, and exists for organizations only", async () => {
    const tenant = tenantWith();
    const url = `${APP}/dev-tenant/organizations/org_acme`;
    const body = new URLSearchParams({ email: "a@example.com", client: "dev-client" });
    expect((await new Browser(tenant).open(url, { method: "POST", body })).response.status).toBe(403);
    expect((await new Browser(tenant).open(`${url}x`)).response.status).toBe(404);
    expect(tenant.mailbox()).toEqual([]);
  });
});

describe("organizations that cannot be used", () => {
  it.each([
    ["without the prefix", { id: "acme", name: "acme" }, "org_"],
    ["with a name in upper case", { id: "org_1", name: "Acme" }, "name"],
    ["with a name like an id", { id: "org_1", name: "org_1" }, "name"],
    ["with a member nobody knows", { id: "org_1", name: "acme", members: ["auth0|x"] }, "auth0|x"],
  ])("are named: %s", (_what, organization, named) => {
    expect(() => appTenant({ organizations: [organization] })).toThrow(named);
  });

  it("such as two of the same name are named", () => {
    const twice = [acme, { ...acme, id: "org_2" }];
    expect(() => appTenant({ organizations: twice })).toThrow("devTenant: organizations");
  });
});
