import { CookieTransactionStore, ServerClient, StatelessStateStore } from "@auth0/auth0-server-js";
import { beforeEach, describe, expect, it } from "vitest";
import { type DevTenant, devTenant } from "../../../src/dev/index.ts";

/** The peer's cookie handler contract over a plain jar. */
class Jar {
  readonly cookies: Record<string, string> = {};
  setCookie(name: string, value: string): void {
    this.cookies[name] = value;
  }
  getCookie(name: string): string | undefined {
    return this.cookies[name];
  }
  getCookies(): Record<string, string> {
    return { ...this.cookies };
  }
  deleteCookie(name: string): void {
    delete this.cookies[name];
  }
}

const callback = "https://app.example/callback";
let tenant: DevTenant;
let client: ServerClient;

beforeEach(() => {
  tenant = devTenant({
    accessTokenLifetime: 1,
    clients: [
      {
        clientId: "peer",
        clientSecret: "peer-secret",
        callbacks: [callback],
        allowedLogoutUrls: ["https://app.example/"],
      },
    ],
  });
  const jar = new Jar();
  const secret = "a-secret-for-the-peer-client";
  client = new ServerClient({
    domain: tenant.domain,
    clientId: tenant.clientId,
    clientSecret: tenant.clientSecret,
    customFetch: tenant.customFetch,
    authorizationParams: { redirect_uri: callback },
    transactionStore: new CookieTransactionStore({ secret }, jar),
    stateStore: new StatelessStateStore({ secret }, jar),
  });
});

/** Plays the person at the picker. */
async function choose(authorizationUrl: URL, choice: Record<string, string>): Promise<URL> {
  const toPicker = (await tenant.fetch(new Request(authorizationUrl)))!;
  const picker = new URL(toPicker.headers.get("location")!, authorizationUrl);
  const cookie = toPicker.headers
    .getSetCookie()
    .map((line) => line.split(";")[0]!)
    .join("; ");
  const headers = { cookie, "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ state: picker.searchParams.get("state")!, ...choice }).toString();
  const action = new URL(picker.pathname, picker);
  const done = (await tenant.fetch(new Request(action, { method: "POST", headers, body })))!;
  return new URL(done.headers.get("location")!);
}

describe("@auth0/auth0-server-js at the development tenant", () => {
  it("logs in, refreshes when the token has expired, revokes and logs out", async () => {
    const url = await client.startInteractiveLogin({ appState: { from: "here" } });
    const result = await client.completeInteractiveLogin(
      await choose(url, { user: "auth0|66a1f0c27d3be90012c40a01" }),
    );
    expect(result.appState).toEqual({ from: "here" });
    expect(await client.getUser()).toMatchObject({ name: "Mira Solberg", email_verified: true });

    const first = await client.getAccessToken();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await client.getAccessToken();
    expect(second.accessToken).not.toBe(first.accessToken);

    const logoutUrl = await client.logout({ returnTo: "https://app.example/" });
    expect(await client.getUser()).toBeUndefined();
    const done = (await tenant.fetch(new Request(logoutUrl)))!;
    expect(done.headers.get("location")).toBe("https://app.example/");
  });

  it("is told when the person denies", async () => {
    const url = await client.startInteractiveLogin();
    const denied = await choose(url, { refuse: "deny" });
    await expect(client.completeInteractiveLogin(denied)).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ error: "access_denied" }) }),
    );
  });
});
