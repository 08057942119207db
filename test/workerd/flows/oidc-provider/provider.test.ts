import { describe, expect, inject, it } from "vitest";
import { oidcBrowser } from "../../../support/oidc-browser.ts";
import "../../../support/provided.ts";

const provider = inject("oidcProvider");

const VERIFIER = "a-code-verifier-made-by-hand-that-has-at-least-43-characters";

async function metadata(): Promise<Record<string, string>> {
  const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  return response.json();
}

async function authorizationUrl(parameters: Record<string, string> = {}): Promise<URL> {
  const { authorization_endpoint } = await metadata();
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER));
  const challenge = btoa(String.fromCharCode(...new Uint8Array(hash)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
  const url = new URL(authorization_endpoint!);
  url.search = new URLSearchParams({
    client_id: provider.clients.confidential.clientId,
    redirect_uri: provider.redirectUri,
    response_type: "code",
    scope: "openid profile email offline_access",
    state: "a-state",
    nonce: "a-nonce",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...parameters,
  }).toString();
  return url;
}

async function requestTokens(parameters: Record<string, string>): Promise<Response> {
  const { token_endpoint } = await metadata();
  const { clientId, clientSecret } = provider.clients.confidential;
  return fetch(token_endpoint!, {
    method: "POST",
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...parameters }),
  });
}

async function exchange(callback: URL): Promise<Response> {
  return requestTokens({
    grant_type: "authorization_code",
    code: callback.searchParams.get("code")!,
    redirect_uri: provider.redirectUri,
    code_verifier: VERIFIER,
  });
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));
}

describe("the oidc-provider the other tests log in at", () => {
  it("is reached from inside workerd and names itself as the issuer", async () => {
    expect((await metadata()).issuer).toBe(provider.issuer);
  });

  it("lets a person log in, and gives tokens that rotate", async () => {
    const callback = await oidcBrowser().logIn(await authorizationUrl(), { login: "bea" });
    expect(callback.href.startsWith(`${provider.redirectUri}?`)).toBe(true);
    expect(callback.searchParams.get("state")).toBe("a-state");

    const tokens = await (await exchange(callback)).json<Record<string, string>>();
    expect(claimsOf(tokens.id_token!)).toMatchObject({
      iss: provider.issuer,
      sub: "bea",
      nonce: "a-nonce",
      name: "bea Example",
      email: "bea@example.com",
    });

    const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token! };
    const refreshed = await (await requestTokens(refresh)).json<Record<string, string>>();
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
    expect((await requestTokens(refresh)).status).toBe(400);
  });

  it("refuses a login without PKCE", async () => {
    const url = await authorizationUrl();
    url.searchParams.delete("code_challenge");
    url.searchParams.delete("code_challenge_method");
    const callback = await oidcBrowser().logIn(url);
    expect(callback.searchParams.get("error")).toBe("invalid_request");
  });

  it("remembers its user within one browser, and delivers a logout token when that user logs out", async () => {
    const browser = oidcBrowser();
    const first = await exchange(await browser.logIn(await authorizationUrl(), { login: "cem" }));
    const { id_token } = await first.json<Record<string, string>>();
    const again = await browser.logIn(await authorizationUrl({ prompt: "none" }));
    expect(again.searchParams.has("code")).toBe(true);

    await fetch(provider.logoutTokensUrl, { method: "DELETE" });
    const url = new URL((await metadata()).end_session_endpoint!);
    url.searchParams.set("id_token_hint", id_token!);
    url.searchParams.set("post_logout_redirect_uri", provider.postLogoutRedirectUri);
    const landing = await browser.logOut(url);
    expect(landing.href).toBe(provider.postLogoutRedirectUri);

    const delivered = await (await fetch(provider.logoutTokensUrl)).json<string[]>();
    expect(delivered.map(claimsOf)).toContainEqual(
      expect.objectContaining({ aud: "confidential", sid: claimsOf(id_token!).sid }),
    );
  });
});

describe("the network of these tests", () => {
  it("ends at this machine", async () => {
    const response = await fetch("https://auth0.com/");
    expect(await response.text()).toBe("Tests run without a network: https://auth0.com was asked for");
    expect(response.status).toBe(502);
  });
});
