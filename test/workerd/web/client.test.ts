import { edgeAuth, ServerClient } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant } from "../../support/browser.ts";

describe("the client that edgeAuth hands out", () => {
  it("has what the routes need, and with createClient everything", async () => {
    const tenant = testTenant();
    const options = { ...tenant.clientOptions, secret, appBaseUrl: appOrigin };
    const small = edgeAuth(options);
    const whole = edgeAuth({ ...options, createClient: (given) => new ServerClient(given) });
    const clients: object[] = [];
    const app = whole.handler(async (_request, _env, _ctx, { client, storeOptions }) => {
      clients.push(client);
      const url = await client.startLinkUser({ connection: "google-oauth2" }, storeOptions);
      return new Response(url.searchParams.get("requested_connection"));
    });
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    expect(await (await browser.send("/")).text()).toBe("google-oauth2");
    expect(clients[0]).toBeInstanceOf(ServerClient);
    const { client } = await small.authenticate(new Request(appOrigin));
    expect(client).not.toBeInstanceOf(ServerClient);
    expect(client).not.toHaveProperty("startLinkUser");
  });

  it("proves itself by secret alone: a key is refused, and no mere public client made of it", async () => {
    const { domain, clientId } = { domain: "tenant.example", clientId: "a-client" };
    const options = { domain, clientId, secret, appBaseUrl: appOrigin, clientAssertionSigningKey: "a key" };
    await expect(edgeAuth(options).authenticate(new Request(appOrigin))).rejects.toMatchObject({
      code: "invalid_configuration_error",
      message: expect.stringContaining("createClient"),
    });
    const whole = edgeAuth({ ...options, createClient: (given) => new ServerClient(given) });
    await expect(whole.authenticate(new Request(appOrigin))).resolves.toMatchObject({ reason: "no_session" });
  });

  it("has its domain chosen for each request where createClient makes the whole one", async () => {
    const tenant = testTenant();
    const { domain, ...others } = tenant.clientOptions;
    const options = { ...others, domain: () => domain, secret, appBaseUrl: appOrigin };
    await expect(edgeAuth(options).authenticate(new Request(appOrigin))).rejects.toMatchObject({
      code: "invalid_configuration_error",
      message: expect.stringContaining("createClient"),
    });
    const asked: string[] = [];
    const whole = edgeAuth({
      ...options,
      domain: ({ storeOptions }) => {
        asked.push(storeOptions!.request.headers.get("host") ?? "");
        return domain;
      },
      createClient: (given) => new ServerClient(given),
    });
    const app = whole.handler(async (_request, _env, _ctx, login) =>
      Response.json({ name: (await login.getUser())?.name, domain: (await login.getSession())?.domain }),
    );
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    expect(await (await browser.send("/")).json()).toEqual({ name: expect.any(String), domain });
    expect(asked.length).toBeGreaterThan(2);
    // Which site may begin a login there, only the app can say.
    expect((await browser.send(`/auth/login?iss=https://${domain}/`)).status).toBe(400);
  });
});
