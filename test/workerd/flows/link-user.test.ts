import { beforeEach, describe, expect, it, vi } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, hostileBench, logInAt, redirectUri } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  vi.useRealTimers();
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const refused = (code: string) => expect.objectContaining({ code });
const session = () => bench.client.getSession(bench.request());

async function start(kind: "Link" | "Unlink", options: object = {}): Promise<URL> {
  const request = bench.request();
  const url = await bench.client[`start${kind}User`]({ connection: "google-oauth2", ...options }, request);
  bench.keep(request);
  issuer.claims.nonce = url.searchParams.get("nonce");
  return url;
}

const callbackOf = (url: URL): URL => new URL(`${redirectUri}?code=c&state=${url.searchParams.get("state")}`);

async function complete(
  kind: "completeLinkUser" | "completeUnlinkUser" | "completeInteractiveLogin",
  callback: URL,
) {
  const request = bench.request();
  try {
    return await bench.client[kind](callback, request);
  } finally {
    bench.keep(request);
  }
}

describe("linking a user", () => {
  it("asks for the connection with the logged-in user's ID token", async () => {
    await logInAt(issuer, bench);
    const { searchParams } = await start("Link", {
      connectionScope: "calendar",
      authorizationParams: { prompt: "login" },
    });
    expect(Object.fromEntries(searchParams)).toMatchObject({
      requested_connection: "google-oauth2",
      requested_connection_scope: "calendar",
      scope: "openid link_account offline_access",
      id_token_hint: (await session())!.idToken,
      prompt: "login",
      code_challenge_method: "S256",
    });
  });

  it.each(["completeLinkUser", "completeInteractiveLogin"] as const)(
    "keeps the session and renews the ID token (%s)",
    async (method) => {
      await logInAt(issuer, bench);
      const before = (await session())!;
      const url = await start("Link", { appState: { back: "/accounts" } });
      issuer.claims.linked = true;
      expect(await complete(method, callbackOf(url))).toMatchObject({ appState: { back: "/accounts" } });
      const after = (await session())!;
      expect(after.idToken).not.toBe(before.idToken);
      expect({ ...after, idToken: "" }).toEqual({ ...before, idToken: "" });
    },
  );

  it("saves nothing when another user comes back", async () => {
    await logInAt(issuer, bench);
    const before = await session();
    const url = await start("Link");
    issuer.claims.sub = "user-2";
    await expect(complete("completeLinkUser", callbackOf(url))).rejects.toThrow(
      refused("missing_session_error"),
    );
    expect(await session()).toEqual(before);
  });

  it("saves nothing when the session was replaced or ended meanwhile", async () => {
    await logInAt(issuer, bench);
    const url = await start("Link");
    const linkNonce = issuer.claims.nonce;
    await logInAt(issuer, bench);
    issuer.claims.nonce = linkNonce;
    const current = await session();
    await expect(complete("completeLinkUser", callbackOf(url))).rejects.toThrow(
      refused("missing_session_error"),
    );
    expect(await session()).toEqual(current);
  });

  it("does not complete a login in its place, and spends no code for it", async () => {
    const request = bench.request();
    const url = await bench.client.startInteractiveLogin({}, request);
    bench.keep(request);
    await expect(complete("completeUnlinkUser", callbackOf(url))).rejects.toThrow(
      refused("missing_transaction_error"),
    );
    expect(issuer.requests).not.toContain("/token");
  });

  it("needs a connection and a session", async () => {
    await expect(bench.client.startLinkUser()).rejects.toThrow(refused("missing_required_argument_error"));
    await expect(bench.client.startUnlinkUser({})).rejects.toThrow(
      refused("missing_required_argument_error"),
    );
    await expect(start("Link")).rejects.toThrow(refused("missing_session_error"));
    await expect(start("Unlink")).rejects.toThrow(refused("missing_session_error"));
  });

  it("says build_link_user_url_error where the issuer lacks what it takes", async () => {
    await logInAt(issuer, bench);
    bench = Object.assign(hostileBench(issuer), { jar: bench.jar, request: bench.request });
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, code_challenge_methods_supported: ["plain"] });
    await expect(start("Link")).rejects.toThrow(refused("build_link_user_url_error"));
    await expect(start("Unlink")).rejects.toThrow(refused("build_unlink_user_url_error"));
  });
});

describe("unlinking a user", () => {
  it("asks for it and keeps the session", async () => {
    await logInAt(issuer, bench);
    const before = (await session())!;
    const url = await start("Unlink");
    expect(url.searchParams.get("scope")).toBe("openid unlink_account");
    expect(url.searchParams.has("requested_connection_scope")).toBe(false);
    await complete("completeUnlinkUser", callbackOf(url));
    expect((await session())!.refreshToken).toBe(before.refreshToken);
  });
});
