import type { TransactionData, TransactionStore } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, inRequest, noTexts, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  hostileBench,
  redirectUri,
  startAt,
} from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const email = "user@example.com";
const session = () => bench.client.getSession(bench.request());
const callTo = (wanted: string) => issuer.calls.findLast(({ path }) => path === wanted);
const transactions = () => [...bench.jar.keys()].filter((name) => name.startsWith("__a0_tx"));

/** Has a link sent; answers the parameters it carries. */
async function sendLink(options: object = {}): Promise<Record<string, string>> {
  const all = { connection: "email", send: "link", email, redirectUri, ...options };
  await inRequest(bench, (last) => bench.client.startPasswordless(all as never, last));
  return callTo("/passwordless/start")!.body.authParams as Record<string, string>;
}

/** Where following the link ends. */
function callbackOf({ state, redirect_uri }: Record<string, string>, more: object = {}): URL {
  const url = new URL(redirect_uri!);
  url.search = new URLSearchParams({ code: crypto.randomUUID(), state: state!, ...more }).toString();
  return url;
}
const follow = (callback: URL) =>
  inRequest(bench, (last) => bench.client.completePasswordlessMagicLink(callback, last));

describe("a magic link", () => {
  it("carries an authorization request with a state of its own, and no PKCE", async () => {
    const authParams = await sendLink({ language: "de", authParams: { ui_locales: "de" } });
    expect(authParams).toEqual({
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid profile email offline_access",
      state: expect.stringMatching(/^[\w-]{43}$/),
      ui_locales: "de",
    });
    const { body, headers } = callTo("/passwordless/start")!;
    expect(body).toEqual({
      client_id: issuer.clientId,
      client_secret: issuer.clientSecret,
      email,
      connection: "email",
      send: "link",
      authParams,
    });
    expect(headers.get("x-request-language")).toBe("de");
    expect((await sendLink()).state).not.toBe(authParams.state);
  });

  it("asks for the call's scope and audience, else the client's", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const authorizationParams = {
      audience: "urn:client",
      scope: "read",
      redirect_uri: "https://no.example/",
    };
    bench = clientBench({ domain, clientId, clientSecret, customFetch, authorizationParams });
    expect(await sendLink()).toMatchObject({ audience: "urn:client", scope: "openid read" });
    const call = { audience: "urn:call", scope: "openid write", authParams: { audience: "urn:other" } };
    expect(await sendLink(call)).toMatchObject({ audience: "urn:call", scope: "openid write" });
    expect((await sendLink({ authParams: { audience: "urn:other" } })).audience).toBe("urn:other");
  });

  it("logs in whoever follows it in the same browser", async () => {
    const callback = callbackOf(await sendLink({ audience: "urn:api" }));
    expect(transactions()).toHaveLength(1);
    issuer.misbehave.token = (body) =>
      Response.json({ ...body, authorization_details: [{ type: "payment" }] });
    expect(await follow(callback)).toEqual({ authorizationDetails: [{ type: "payment" }] });
    expect(callTo("/token")!.body).toEqual({
      client_id: issuer.clientId,
      client_secret: issuer.clientSecret,
      grant_type: "authorization_code",
      code: callback.searchParams.get("code"),
      redirect_uri: redirectUri,
    });
    expect(await session()).toMatchObject({
      user: { sub: "user-1" },
      domain: issuer.domain,
      tokenSets: [{ audience: "urn:api" }],
    });
    expect(transactions()).toEqual([]);
  });

  it("works next to other links and logins of the browser, in any order", async () => {
    const first = callbackOf(await sendLink());
    const second = callbackOf(await sendLink());
    const interactive = await startAt(issuer, bench);
    const nonce = issuer.claims.nonce;
    expect(transactions()).toHaveLength(3);
    delete issuer.claims.nonce;
    await follow(second);
    await follow(first);
    issuer.claims.nonce = nonce;
    await inRequest(bench, (last) => bench.client.completeInteractiveLogin(interactive, last));
    expect(transactions()).toEqual([]);
  });

  it("works once, even where its code was refused", async () => {
    const callback = callbackOf(await sendLink());
    issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
    await expect(follow(callback)).rejects.toThrow(refused("token_by_code_error", "invalid_grant"));
    issuer.misbehave = {};
    await expect(follow(callback)).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests.filter((path) => path === "/token")).toHaveLength(1);
  });

  it.each<[string, (callback: URL) => void]>([
    ["another state", (callback) => callback.searchParams.set("state", "x".repeat(43))],
    [
      "the state as it is kept",
      (callback) => callback.searchParams.set("state", `magic-link:${callback.searchParams.get("state")}`),
    ],
    ["no state", (callback) => callback.searchParams.delete("state")],
    ["an empty state", (callback) => callback.searchParams.set("state", "")],
    ["an endless state", (callback) => callback.searchParams.set("state", "x".repeat(5000))],
  ])("does not log in by %s", async (_name, change) => {
    const callback = callbackOf(await sendLink());
    change(callback);
    await expect(follow(callback)).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
  });

  it("does not log in another browser", async () => {
    const callback = callbackOf(await sendLink());
    bench.jar.clear();
    await expect(follow(callback)).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
  });

  it("believes no other issuer, and no error without its code", async () => {
    const wrongIssuer = callbackOf(await sendLink(), { iss: "https://evil.example/" });
    await expect(follow(wrongIssuer)).rejects.toThrow(refused("token_by_code_error", "invalid_response"));
    const failed = callbackOf(await sendLink(), { error: "access_denied" });
    await expect(follow(failed)).rejects.toThrow(refused("token_by_code_error", "access_denied"));
    expect(issuer.requests).not.toContain("/token");
    const rightIssuer = callbackOf(await sendLink(), { iss: issuer.issuer });
    await follow(rightIssuer);
  });

  it("is no other login's to complete by spelling out how its state is kept", async () => {
    const link = callbackOf(await sendLink());
    link.searchParams.set("state", `magic-link:${link.searchParams.get("state")}`);
    const call = inRequest(bench, (last) => bench.client.completeInteractiveLogin(link, last));
    await expect(call).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
    expect(await session()).toBeUndefined();
  });

  it("neither completes a login of another kind nor is completed by one", async () => {
    const link = callbackOf(await sendLink());
    const login = await startAt(issuer, bench);
    const complete = (method: "completeInteractiveLogin" | "completeLinkUser", url: URL) =>
      inRequest(bench, (last) => bench.client[method](url, last));
    for (const method of ["completeInteractiveLogin", "completeLinkUser"] as const) {
      await expect(complete(method, link)).rejects.toThrow(refused("missing_transaction_error"));
    }
    await expect(follow(login)).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
    // Nothing was used up by the attempts.
    await complete("completeInteractiveLogin", login);
    delete issuer.claims.nonce;
    await follow(link);
  });

  it("is no other kind's even in a store with room for one login", async () => {
    let kept: unknown;
    const transactionStore = {
      set: async (_: string, data: unknown) => {
        kept = data;
      },
      get: async () => kept as never,
      delete: async () => undefined,
    };
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, transactionStore });
    const link = callbackOf(await sendLink());
    const complete = inRequest(bench, (last) => bench.client.completeInteractiveLogin(link, last));
    await expect(complete).rejects.toThrow(refused("missing_transaction_error"));
    const login = await startAt(issuer, bench);
    await expect(follow(login)).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
  });

  it("is bound to the client and the domain it was sent by", async () => {
    const callback = callbackOf(await sendLink());
    const other = hostileBench({ ...issuer, clientId: "other-client" });
    for (const [name, value] of bench.jar) other.jar.set(name, value);
    await expect(
      inRequest(other, (last) => other.client.completePasswordlessMagicLink(callback, last)),
    ).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
  });

  it("is refused where its callback names the state twice", async () => {
    const callback = callbackOf(await sendLink());
    callback.searchParams.append("state", "other");
    await expect(follow(callback)).rejects.toThrow(refused("token_by_code_error"));
    expect(await session()).toBeUndefined();
  });

  it("makes no session that is born over its ceiling (weak spot 10)", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) - 60;
    await expect(follow(callbackOf(await sendLink()))).rejects.toThrow(refused("session_expired"));
    expect(await session()).toBeUndefined();
  });

  it("lets nobody of another organization in", async () => {
    const options = { authParams: { organization: "org_acme" } };
    await expect(follow(callbackOf(await sendLink(options)))).rejects.toThrow(
      refused("organization_validation_error"),
    );
    issuer.claims.org_id = "org_acme";
    await follow(callbackOf(await sendLink(options)));
    expect(await bench.client.getUser(bench.request())).toMatchObject({ org_id: "org_acme" });
  });

  it("accepts the nonce and honours the max_age a caller asked for, and refuses others", async () => {
    issuer.claims.nonce = "nobody asked";
    await expect(follow(callbackOf(await sendLink()))).rejects.toThrow(refused("token_by_code_error"));
    const authParams = { nonce: "a-nonce", max_age: 60 };
    const options = { authParams };
    issuer.claims = { nonce: "a-nonce", auth_time: Math.floor(Date.now() / 1000) };
    expect(await sendLink(options)).toMatchObject(authParams);
    await follow(callbackOf(await sendLink(options)));
    issuer.claims.auth_time = Math.floor(Date.now() / 1000) - 600;
    await expect(follow(callbackOf(await sendLink(options)))).rejects.toThrow(refused("token_by_code_error"));
  });

  it("is not sent, and not spent, for a session that could not be kept", async () => {
    const callback = callbackOf(await sendLink());
    issuer.requests.length = 0;
    const committed = { ...bench.request(), committed: true };
    const options = { connection: "email", send: "link", email, redirectUri } as const;
    const tooLate = refused("response_committed");
    await expect(bench.client.startPasswordless(options, committed)).rejects.toThrow(tooLate);
    await expect(bench.client.completePasswordlessMagicLink(callback, committed)).rejects.toThrow(tooLate);
    expect(issuer.requests).toEqual([]);
  });

  it("is not spent for such a session even where its login waits in a database", async () => {
    const kept = new Map<string, TransactionData>();
    const transactionStore: TransactionStore = {
      set: async (name, data) => void kept.set(name, data),
      get: async (name) => kept.get(name),
      delete: async (name) => void kept.delete(name),
    };
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, transactionStore });
    const callback = callbackOf(await sendLink());
    const committed = { ...bench.request(), committed: true };
    await expect(bench.client.completePasswordlessMagicLink(callback, committed)).rejects.toThrow(
      refused("response_committed"),
    );
    expect(issuer.requests).not.toContain("/token");
    await follow(callback);
  });

  it("leaves nothing behind where it could not be sent", async () => {
    issuer.misbehave.api = {
      "/passwordless/start": () => Response.json({ error: "bad.email" }, { status: 400 }),
    };
    await expect(sendLink()).rejects.toThrow(refused("passwordless_start_error", "bad.email"));
    expect(transactions()).toEqual([]);
  });

  it("belongs to the domain that was chosen for its request", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain: () => domain, clientId, clientSecret, customFetch });
    await follow(callbackOf(await sendLink()));
    expect((await session())!.domain).toBe(domain);
  });
});

describe("options of a magic link that cannot be right", () => {
  it("lack the redirectUri, or have a relative one", async () => {
    for (const value of [...noTexts.map(([, noText]) => noText), "/auth/callback", "auth"]) {
      await expect(sendLink({ redirectUri: value })).rejects.toThrow(refused("passwordless_start_error"));
    }
    expect(issuer.requests).toEqual([]);
  });

  it.each([
    ["client_id", "other"],
    ["response_type", "token"],
    ["state", "x".repeat(43)],
    ["code_challenge", "x".repeat(43)],
    ["request_uri", "urn:x"],
    ["client_secret", "s"],
  ])("would override %s", async (name, value) => {
    await expect(sendLink({ authParams: { [name]: value } })).rejects.toThrow(
      refused("invalid_configuration_error"),
    );
    expect(issuer.requests).toEqual([]);
    expect(transactions()).toEqual([]);
  });

  it("have the wrong type", async () => {
    for (const authParams of ["text", 5, [], { a: 1n }]) {
      await expect(sendLink({ authParams })).rejects.toThrow(refused("passwordless_start_error"));
    }
    for (const authParams of [{ scope: 5 }, { audience: {} }, { max_age: "soon" }]) {
      await expect(sendLink({ authParams })).rejects.toThrow(refused("invalid_configuration_error"));
    }
    for (const option of ["scope", "audience"]) {
      await expect(sendLink({ [option]: 5 })).rejects.toThrow(refused("passwordless_start_error"));
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are said to be fine where they repeat what the SDK sets", async () => {
    const authParams = { client_id: issuer.clientId, response_type: "code", state: undefined };
    expect(await sendLink({ authParams })).toMatchObject({ response_type: "code" });
  });

  it("are a callback that is none", async () => {
    for (const callback of [undefined, null, "https://app.example/", {}] as never[]) {
      await expect(bench.client.completePasswordlessMagicLink(callback, bench.request())).rejects.toThrow(
        refused("invalid_configuration_error"),
      );
    }
  });
});

describe("AuthClient", () => {
  const callback = new URL("https://app.example/callback?code=c&state=kept");

  it("exchanges the code of a link without PKCE, and compares the state that was kept", async () => {
    const client = authClientOf(issuer);
    const tokens = await client.getTokenByMagicLinkCode(callback, { expectedState: "kept" });
    expect(tokens.claims.sub).toBe("user-1");
    expect(callTo("/token")!.body).toEqual({
      client_id: issuer.clientId,
      client_secret: issuer.clientSecret,
      grant_type: "authorization_code",
      code: "c",
      redirect_uri: "https://app.example/callback",
    });
    await client.getTokenByMagicLinkCode(callback);
    issuer.requests.length = 0;
    await expect(client.getTokenByMagicLinkCode(callback, { expectedState: "other" })).rejects.toThrow(
      refused("token_by_code_error"),
    );
    expect(issuer.requests).toEqual([]);
  });

  it("refuses a callback that is none, and a state that is no text", async () => {
    const client = authClientOf(issuer);
    for (const url of [undefined, null, "https://app.example/", {}] as never[]) {
      await expect(client.getTokenByMagicLinkCode(url)).rejects.toThrow(
        refused("invalid_configuration_error"),
      );
    }
    await expect(client.getTokenByMagicLinkCode(callback, { expectedState: 5 as never })).rejects.toThrow(
      refused("invalid_configuration_error"),
    );
    expect(issuer.requests).toEqual([]);
  });
});
