import {
  HeadersCookieHandler,
  MemorySessionStore,
  type RequestSessionTransferTokenOptions,
  type SessionTransferTokenResult,
  StatefulStateStore,
} from "auth0-edge";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, hostileBench, logInAt } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;
let forms: URLSearchParams[];

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
  await logInAt(issuer, bench);
  issuer.requests.length = 0;
  forms = [];
  issuer.misbehave.token = (body, form) => {
    forms.push(form);
    return Response.json(form.get("grant_type") === "refresh_token" ? body : transferToken);
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const transferToken = {
  access_token: "stt",
  token_type: "N_A",
  issued_token_type: "urn:auth0:params:oauth:token-type:session_transfer_token",
  expires_in: 60,
};
const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });
const wanted: RequestSessionTransferTokenOptions = {
  subjectToken: "s",
  subjectTokenType: "urn:acme:customer",
};
const idTokenType = "urn:ietf:params:oauth:token-type:id_token";
const later = (seconds: number) => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });
};

async function ask(options = wanted) {
  const request = bench.request();
  const result = await bench.client.requestSessionTransferToken(options, request);
  bench.keep(request);
  return result;
}

describe("requestSessionTransferToken", () => {
  it("asks with the logged-in user as the one who acts, and keeps nothing", async () => {
    const before = new Map(bench.jar);
    const { idToken } = (await bench.client.getSession(bench.request()))!;
    expect(
      await ask({ ...wanted, scope: "openid", organization: "org_1", extra: { reason: "ticket-7" } }),
    ).toEqual({
      sessionTransferToken: "stt",
      issuedTokenType: transferToken.issued_token_type,
      expiresIn: expect.closeTo(60, -1),
      tokenType: "n_a",
      scope: undefined,
    });
    expect(Object.fromEntries(forms[0]!)).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "s",
      subject_token_type: "urn:acme:customer",
      actor_token: idToken,
      actor_token_type: idTokenType,
      audience: `urn:${issuer.domain}:session_transfer`,
      scope: "openid",
      organization: "org_1",
      reason: "ticket-7",
    });
    expect(bench.jar).toEqual(before);
  });

  it("with an actor of the caller's needs no session", async () => {
    bench.jar.clear();
    await ask({ ...wanted, actor: { token: "agent" } });
    await ask({ ...wanted, actor: { token: "agent", type: "urn:acme:service" } });
    expect(forms.map((form) => [form.get("actor_token"), form.get("actor_token_type")])).toEqual([
      ["agent", idTokenType],
      ["agent", "urn:acme:service"],
    ]);
  });

  it("refreshes an ID token that has expired, keeps the new one, and acts by it", async () => {
    const old = (await bench.client.getSession(bench.request()))!.idToken;
    later(301);
    await ask();
    const { idToken } = (await bench.client.getSession(bench.request()))!;
    expect(idToken).not.toBe(old);
    expect(decodeJwt(idToken!).exp).toBeGreaterThan(Date.now() / 1000);
    expect(forms.map((form) => form.get("grant_type"))).toEqual([
      "refresh_token",
      "urn:ietf:params:oauth:grant-type:token-exchange",
    ]);
    expect(forms[1]!.get("actor_token")).toBe(idToken);
  });

  it("refreshes once for two calls of one request", async () => {
    later(301);
    const request = bench.request();
    await Promise.all([1, 2].map(() => bench.client.requestSessionTransferToken(wanted, request)));
    expect(
      forms.map((form) => form.get("grant_type")).filter((type) => type === "refresh_token"),
    ).toHaveLength(1);
  });

  it.each<[string, () => Promise<RequestSessionTransferTokenOptions | undefined>]>([
    ["an actor without a token", async () => ({ ...wanted, actor: { token: " " } })],
    ["an actor that is none", async () => ({ ...wanted, actor: "agent" as never })],
    [
      "nobody logged in",
      async () => {
        bench.jar.clear();
        return undefined;
      },
    ],
    [
      "a session at another issuer",
      async () => {
        const { clientId, clientSecret, customFetch } = issuer;
        const jar = new Map(bench.jar);
        bench = clientBench({ domain: "other.example", clientId, clientSecret, customFetch });
        for (const [name, value] of jar) bench.jar.set(name, value);
        return undefined;
      },
    ],
    [
      "an expired ID token and no refresh token",
      async () => {
        issuer.misbehave.token = ({ refresh_token: _, ...body }) => Response.json(body);
        await logInAt(issuer, bench);
        issuer.requests.length = 0;
        later(301);
        return undefined;
      },
    ],
  ])("has nobody to act with %s, and asks nothing of the issuer", async (_name, prepare) => {
    const options = await prepare();
    await expect(ask(options)).rejects.toThrow(refused("actor_unavailable"));
    expect(issuer.requests).toEqual([]);
  });

  it("has nobody to act where the ID token cannot be refreshed, with the OAuth error in the cause", async () => {
    later(301);
    issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 403 });
    await expect(ask()).rejects.toThrow(refused("actor_unavailable", "invalid_grant"));
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(ask()).rejects.toThrow(refused("actor_unavailable"));
  });

  it("has nobody to act where sessions keep no ID token", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, storeIdToken: false });
    issuer.misbehave = {};
    await logInAt(issuer, bench);
    await expect(ask()).rejects.toThrow(refused("actor_unavailable"));
  });

  it.each<[string, object | undefined, string]>([
    ["without options", undefined, "missing_required_argument_error"],
    ["without a subject token", { subjectTokenType: "urn:x" }, "missing_required_argument_error"],
    ["with a blank subject token", { ...wanted, subjectToken: " " }, "missing_required_argument_error"],
    [
      "with a subject token that is a number",
      { ...wanted, subjectToken: 7 },
      "missing_required_argument_error",
    ],
    ["with a blank type", { ...wanted, subjectTokenType: "" }, "missing_required_argument_error"],
    ["with a blank organization", { ...wanted, organization: " " }, "organization_validation_error"],
    ["with a scope that is no text", { ...wanted, scope: ["a"] }, "token_exchange_error"],
    ["with a reserved extra parameter", { ...wanted, extra: { audience: "x" } }, "token_exchange_error"],
    ["with a connection", { ...wanted, connection: "github" }, "token_exchange_error"],
    ["with an actor of an odd type", { ...wanted, actor: { token: "a", type: 7 } }, "token_exchange_error"],
  ])("is refused %s, before anything is sent", async (_name, options, code) => {
    later(301);
    await expect(bench.client.requestSessionTransferToken(options as never, bench.request())).rejects.toThrow(
      refused(code),
    );
    expect(forms).toEqual([]);
  });

  it.each(["setactor_required", "session_transfer_disabled"])(
    "says %s where the issuer does",
    async (error) => {
      issuer.misbehave.token = () => Response.json({ error }, { status: 400 });
      await expect(ask()).rejects.toThrow(refused("token_exchange_error", error));
    },
  );

  it("is not open to public clients", async () => {
    const { domain, clientId, customFetch } = issuer;
    bench = clientBench({ domain, clientId, customFetch });
    await expect(ask({ ...wanted, actor: { token: "a" } })).rejects.toThrow(
      refused("missing_client_auth_error"),
    );
    expect(forms).toEqual([]);
  });

  it("names the resolved domain in the audience", async () => {
    const { clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain: () => "HOSTILE.example", clientId, clientSecret, customFetch });
    await ask({ ...wanted, actor: { token: "a" } });
    expect(forms[0]!.get("audience")).toBe("urn:hostile.example:session_transfer");
  });
});

describe("buildSessionTransferRedirect", () => {
  const result = { sessionTransferToken: "s t&t" } as SessionTransferTokenResult;

  it("hands the token to the target, whose own query stays", () => {
    const url = bench.client.buildSessionTransferRedirect("https://app.example/login?a=1&b=2#top", result, {
      organization: "org_1",
    });
    expect(url.href).toBe(
      "https://app.example/login?a=1&b=2&session_transfer_token=s+t%26t&organization=org_1#top",
    );
    expect(bench.client.buildSessionTransferRedirect("http://localhost:3000/login", result).href).toBe(
      "http://localhost:3000/login?session_transfer_token=s+t%26t",
    );
  });

  it.each<[unknown, string]>([
    [undefined, "missing_required_argument_error"],
    [" ", "missing_required_argument_error"],
    [7, "missing_required_argument_error"],
    ["/login", "invalid_configuration_error"],
    ["app.example/login", "invalid_configuration_error"],
    ["http://app.example/login", "invalid_configuration_error"],
    ["javascript:alert(1)", "invalid_configuration_error"],
    ["https://app.example@elsewhere.example/login", "invalid_configuration_error"],
    ["http://localhost.evil.example/login", "invalid_configuration_error"],
  ])("is refused for %j", (target, code) => {
    expect(() => bench.client.buildSessionTransferRedirect(target as string, result)).toThrow(refused(code));
  });

  it.each([undefined, null, {}, { sessionTransferToken: "" }])("is refused without a token: %j", (none) => {
    expect(() => bench.client.buildSessionTransferRedirect("https://app.example/", none as never)).toThrow(
      refused("missing_required_argument_error"),
    );
  });

  it.each(["", " ", 7])("is refused for the organization %j", (organization) => {
    const options = { organization } as { organization: string };
    expect(() => bench.client.buildSessionTransferRedirect("https://app.example/", result, options)).toThrow(
      refused("organization_validation_error"),
    );
  });
});

describe("loginWithCustomTokenExchange", () => {
  const exchange = { subjectToken: "s", subjectTokenType: "urn:acme:legacy" };
  beforeEach(() => {
    bench.jar.clear();
    issuer.misbehave.token = (body, form) => {
      forms.push(form);
      return Response.json(body);
    };
  });
  async function logIn(options: object = exchange) {
    const request = bench.request();
    try {
      return await bench.client.loginWithCustomTokenExchange(options as typeof exchange, request);
    } finally {
      bench.keep(request);
    }
  }
  const session = () => bench.client.getSession(bench.request());

  it("makes a session of the user the token stands for", async () => {
    issuer.claims.act = { sub: "agent" };
    await logIn();
    expect(forms[0]!.get("scope")).toBe("openid profile email offline_access");
    expect(await session()).toMatchObject({
      user: { sub: "user-1", act: { sub: "agent" } },
      domain: issuer.domain,
      tokenSets: [{ audience: "default" }],
    });
  });

  it("keeps the token under the audience asked for, so that getAccessToken finds it (fault 16)", async () => {
    await logIn({ ...exchange, audience: "https://api.example/", scope: "read:x" });
    expect(forms[0]!.get("scope")).toBe("openid read:x");
    const { accessToken } = (await session())!.tokenSets[0]!;
    const request = { audience: "https://api.example/", scope: "read:x" };
    expect((await bench.client.getAccessToken(request, bench.request())).accessToken).toBe(accessToken);
    expect(forms).toHaveLength(1);
  });

  it("asks for the audience, scope and organization of the client where the call names none", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({
      domain,
      clientId,
      clientSecret,
      customFetch,
      organization: "org_1",
      authorizationParams: { audience: "https://api.example/", scope: "read:x" },
    });
    issuer.claims.org_id = "org_1";
    await logIn();
    expect(Object.fromEntries(forms[0]!)).toMatchObject({
      audience: "https://api.example/",
      scope: "openid read:x",
      organization: "org_1",
    });
    expect((await session())!.tokenSets[0]!.audience).toBe("https://api.example/");
  });

  it("honours the identity provider's ceiling (fault 10)", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await logIn();
    expect(await session()).toMatchObject({ sessionExpiresAt: issuer.claims.session_expiry });
    bench.jar.clear();
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) - 1;
    await expect(logIn()).rejects.toThrow(refused("session_expired"));
    expect(bench.jar.size).toBe(0);
  });

  it("saves nothing for a user of another organization, or of none", async () => {
    for (const org_id of ["org_2", undefined]) {
      issuer.claims.org_id = org_id;
      await expect(logIn({ ...exchange, organization: "org_1" })).rejects.toThrow(
        refused("organization_validation_error"),
      );
    }
    expect(bench.jar.size).toBe(0);
  });

  it("saves nothing where no ID token says who it is", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(logIn()).rejects.toThrow(refused("token_exchange_error"));
    expect(bench.jar.size).toBe(0);
  });

  it("answers what was granted by rich authorization", async () => {
    const authorization_details = [{ type: "payment" }];
    issuer.misbehave.token = (body) => Response.json({ ...body, authorization_details });
    expect(await logIn()).toEqual({ authorizationDetails: authorization_details });
  });

  it("spends no token where the response has left", async () => {
    const request = { ...bench.request(), committed: true };
    await expect(bench.client.loginWithCustomTokenExchange(exchange, request)).rejects.toThrow(
      refused("response_committed"),
    );
    expect(forms).toEqual([]);
  });

  it("replaces the session of before, in any store", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const store = new MemorySessionStore();
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    await logIn();
    const first = new Map(bench.jar);
    issuer.claims.sub = "user-2";
    await logIn();
    expect((await session())!.user!.sub).toBe("user-2");
    for (const [name, value] of first) bench.jar.set(name, value);
    expect(await session()).toBeUndefined();
  });
});

describe("customTokenExchange", () => {
  it("answers the tokens and leaves the session alone", async () => {
    const before = new Map(bench.jar);
    const request = bench.request();
    const tokens = await bench.client.customTokenExchange(
      { subjectToken: "s", subjectTokenType: "urn:acme:legacy", audience: "https://api.example/" },
      request,
    );
    bench.keep(request);
    expect(tokens).toMatchObject({ accessToken: "stt", tokenType: "n_a" });
    expect(forms[0]!.get("audience")).toBe("https://api.example/");
    expect(forms[0]!.has("scope")).toBe(false);
    expect(bench.jar).toEqual(before);
  });

  it("is refused as AuthClient refuses it, before anything is sent", async () => {
    await expect(
      bench.client.customTokenExchange({ subjectToken: "", subjectTokenType: "urn:x" }, bench.request()),
    ).rejects.toThrow(refused("token_exchange_error"));
    await expect(bench.client.customTokenExchange(undefined as never, bench.request())).rejects.toThrow(
      refused("token_exchange_error"),
    );
    expect(issuer.requests).toEqual([]);
  });
});
