import { describe, expect, it } from "vitest";
import { type DevTenant, MemoryDevTenantStorage } from "../../../src/dev/index.ts";
import { APP, Browser, openTenant, post, postJson, visit } from "./harness.ts";

const CONNECTION = "Username-Password-Authentication";
const PASSWORD = "Correct horse 1";
const NEW = { email: "Ada@Example.com", password: PASSWORD, connection: CONNECTION };
const SIGNUP = "/dbconnections/signup";
const CHANGE = "/dbconnections/change_password";

/** Sends what a page would: without a secret. */
async function signUp(tenant: DevTenant, body: Record<string, unknown> = {}) {
  return await postJson(tenant, SIGNUP, { client_secret: undefined, ...NEW, ...body });
}

async function passwordStatus(tenant: DevTenant, username: string, password: string): Promise<number> {
  return (await post(tenant, "/oauth/token", { grant_type: "password", username, password })).status;
}

describe("signing up", () => {
  it("answers with the profile, and the person can log in from then on", async () => {
    const storage = new MemoryDevTenantStorage();
    const tenant = openTenant({ storage });
    const profile = { username: "ada", name: "Ada", given_name: "Ada", user_metadata: { plan: "gold" } };
    const answer = await signUp(tenant, profile);
    expect(answer).toEqual({
      status: 200,
      _id: expect.stringMatching(/^[\w-]{24}$/),
      email: "ada@example.com",
      email_verified: false,
      ...profile,
    });
    for (const reloaded of [tenant, openTenant({ storage })]) {
      expect(await passwordStatus(reloaded, "ADA@example.com", PASSWORD)).toBe(200);
      expect(await passwordStatus(reloaded, "ada", PASSWORD)).toBe(200);
      expect(await passwordStatus(reloaded, "ada", "dev-password")).toBe(403);
      const { html } = await new Browser(reloaded).authorize();
      expect(html).toContain('aria-label="Continue as Ada"');
      expect(html).toContain(`value="auth0|${answer._id}"`);
      expect(html).toContain("Not verified");
    }
  });

  it("keeps the password as a hash only", async () => {
    const written: string[] = [];
    class NotedStorage extends MemoryDevTenantStorage {
      override async put(key: string, value: unknown, expiresIn: number): Promise<void> {
        written.push(JSON.stringify([key, value]));
        await super.put(key, value, expiresIn);
      }
    }
    await signUp(openTenant({ storage: new NotedStorage() }));
    expect(written.join()).toContain("hash");
    expect(written.join()).not.toContain(PASSWORD);
  });

  it("is refused for an address that somebody has, whoever came first", async () => {
    const tenant = openTenant();
    const answers = await Promise.all(Array.from({ length: 5 }, () => signUp(tenant)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.find(({ status }) => status !== 200)).toEqual({
      status: 400,
      name: "BadRequestError",
      code: "user_exists",
      description: "The user already exists.",
      statusCode: 400,
    });
    expect(await signUp(tenant, { email: "mira.solberg@example.com" })).toMatchObject({
      code: "user_exists",
    });
  });

  it("is refused for a username that somebody has, and leaves the address free", async () => {
    const tenant = openTenant();
    await signUp(tenant, { username: "ada" });
    const second = { email: "other@example.com", username: "Ada" };
    expect(await signUp(tenant, second)).toMatchObject({ status: 400, code: "username_exists" });
    expect((await signUp(tenant, { email: second.email })).status).toBe(200);
  });

  it("is refused for a weak password, and says which rules it breaks", async () => {
    const answer = await signUp(openTenant(), { password: "abcdefg1" });
    expect(answer).toMatchObject({
      status: 400,
      name: "PasswordStrengthError",
      code: "invalid_password",
      message: "Password is too weak",
      policy: expect.stringContaining("* At least 8 characters in length"),
      description: {
        verified: false,
        rules: [
          { code: "lengthAtLeast", format: [8], verified: true },
          {
            code: "containsAtLeast",
            format: [3, 4],
            verified: false,
            items: [
              { code: "lowerCase", verified: true },
              { code: "upperCase", verified: false },
              { code: "numbers", verified: true },
              { code: "specialCharacters", verified: false },
            ],
          },
        ],
      },
    });
  });

  const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`key${index}`, "x"]));
  it.each<[string, Record<string, unknown>, string]>([
    ["a password of 73 bytes", { password: `Aa1!${"x".repeat(69)}` }, "invalid_password"],
    ["no password", { password: undefined }, "invalid_request"],
    ["no address", { email: undefined }, "invalid_request"],
    ["a malformed address", { email: "ada" }, "invalid_request"],
    ["another connection", { connection: "email" }, "invalid_request"],
    ["an unknown client", { client_id: "who" }, "invalid_request"],
    ["a username with a space", { username: "a b" }, "invalid_request"],
    ["a name that goes on for ever", { name: "x".repeat(301) }, "invalid_request"],
    ["metadata that is text", { user_metadata: "x" }, "invalid_request"],
    ["metadata with numbers", { user_metadata: { a: 1 } }, "invalid_request"],
    ["metadata with much in it", { user_metadata: { a: "x".repeat(501) } }, "invalid_request"],
    ["eleven members of metadata", { user_metadata: many }, "invalid_request"],
  ])("is refused with %s", async (_what, body, code) => {
    const answer = await signUp(openTenant(), body);
    expect(answer).toMatchObject({ status: 400, statusCode: 400, code, description: expect.any(String) });
  });

  it("comes to an end with a hundred people", async () => {
    const tenant = openTenant();
    const storage = new MemoryDevTenantStorage();
    for (let index = 0; index < 100; index++) await storage.put(`people:${index}`, `auth0|${index}`, 1000);
    const full = openTenant({ storage });
    expect(await signUp(full)).toMatchObject({ status: 403, error: "access_denied" });
    expect(await passwordStatus(full, NEW.email, PASSWORD)).toBe(403);
    expect((await signUp(tenant)).status).toBe(200);
  });
});

describe("changing a password", () => {
  async function ask(tenant: DevTenant, body: Record<string, unknown>): Promise<Response> {
    return await tenant.customFetch(`https://dev.localhost${CHANGE}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: "dev-client", connection: CONNECTION, ...body }),
    });
  }

  async function linkFor(tenant: DevTenant, email = "mira.solberg@example.com"): Promise<string> {
    expect((await ask(tenant, { email })).status).toBe(200);
    return tenant.mailbox()[0]!.link!;
  }

  async function submit(tenant: DevTenant, link: string, password: string, headers = {}): Promise<Response> {
    const url = new URL(link);
    const body = new URLSearchParams({ ticket: url.searchParams.get("ticket")!, password });
    return await visit(tenant, url.origin + url.pathname, { method: "POST", body, headers });
  }

  it("confirms in plain text, whether or not there is such a person", async () => {
    const tenant = openTenant();
    for (const who of [
      { email: "mira.solberg@example.com" },
      { email: "nobody@example.com" },
      { username: "x" },
    ]) {
      const response = await ask(tenant, who);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("We've just sent you an email to reset your password.");
    }
    expect(tenant.mailbox().map(({ to }) => to)).toEqual(["mira.solberg@example.com"]);
  });

  it("happens on the page that the mail leads to", async () => {
    const storage = new MemoryDevTenantStorage();
    const tenant = openTenant({ storage });
    const link = await linkFor(tenant);
    expect(new URL(link).origin).toBe(APP);
    const page = await visit(tenant, link);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("Mira Solberg");
    expect(html).toContain('autocomplete="new-password"');
    const done = await submit(tenant, link, PASSWORD);
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining("has been changed")]);
    const reloaded = openTenant({ storage });
    expect(await passwordStatus(reloaded, "mira.solberg@example.com", PASSWORD)).toBe(200);
    expect(await passwordStatus(reloaded, "mira.solberg@example.com", "dev-password")).toBe(403);
  });

  it("can be tried again after a weak password, and is done once", async () => {
    const tenant = openTenant();
    const link = await linkFor(tenant);
    const weak = await submit(tenant, link, "weak");
    expect([weak.status, await weak.text()]).toEqual([400, expect.stringContaining("too weak")]);
    const attempts = await Promise.all(Array.from({ length: 5 }, () => submit(tenant, link, PASSWORD)));
    expect(attempts.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await visit(tenant, link)).status).toBe(400);
  });

  it("is refused with an old, forged or foreign form", async () => {
    let now = 1_800_000_000;
    const tenant = openTenant({ clock: () => now });
    const link = await linkFor(tenant);
    expect((await submit(tenant, link, PASSWORD, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await submit(tenant, `${link}x`, PASSWORD)).status).toBe(400);
    now += 432_000;
    expect((await submit(tenant, link, PASSWORD)).status).toBe(400);
  });

  it("is not for people without a password", async () => {
    const users = [{ sub: "email|1", name: "A", email: "a@example.com" }];
    const tenant = openTenant({ users });
    expect((await ask(tenant, { email: "a@example.com" })).status).toBe(200);
    expect(tenant.mailbox()).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["without an address", {}],
    ["with a malformed address", { email: "mira" }],
    ["for another connection", { email: "mira.solberg@example.com", connection: "sms" }],
    ["for an unknown client", { email: "mira.solberg@example.com", client_id: "who" }],
  ])("is refused %s", async (_what, body) => {
    const response = await ask(openTenant(), body);
    expect([response.status, await response.json()]).toMatchObject([400, { code: "invalid_request" }]);
  });
});
