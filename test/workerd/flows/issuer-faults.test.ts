import { AuthClient, EdgeAuthError, type RequestOptions } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  hostileBench,
  logInAt,
  redirectUri,
  startAt,
} from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;
let auth: AuthClient;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const authorizationParams = { redirect_uri: redirectUri };
  auth = new AuthClient({ domain, clientId, clientSecret, customFetch, authorizationParams });
});

const person = { bindingMessage: "b", loginHint: { sub: "user-1" } };
const profile = { subjectToken: "s", subjectTokenType: "urn:x" };
const callback = () => new URL(`${redirectUri}?code=c&state=s`);
const event = { "http://schemas.openid.net/event/backchannel-logout": {} };
const logoutToken = () =>
  issuer.signIdToken({
    iss: issuer.issuer,
    aud: issuer.clientId,
    iat: Math.floor(Date.now() / 1000),
    sub: "user-1",
    events: event,
  });

/** A method of AuthClient: where it asks, the code of its error, and how it is called. */
type Operation = [path: string, code: string, call: (request?: RequestOptions) => Promise<unknown>];
const operations: Record<string, Operation> = {
  "buildAuthorizationUrl, pushed": [
    "/par",
    "build_authorization_url_error",
    (request) => auth.buildAuthorizationUrl({ pushedAuthorizationRequests: true }, request),
  ],
  getTokenByCode: [
    "/token",
    "token_by_code_error",
    (request) => auth.getTokenByCode(callback(), { codeVerifier: "v".repeat(43) }, request),
  ],
  getTokenByRefreshToken: [
    "/token",
    "token_by_refresh_token_error",
    (request) => auth.getTokenByRefreshToken({ refreshToken: "r" }, request),
  ],
  getTokenForConnection: [
    "/token",
    "token_for_connection_error",
    (request) => auth.getTokenForConnection({ connection: "c", refreshToken: "r" }, request),
  ],
  exchangeToken: ["/token", "token_exchange_error", (request) => auth.exchangeToken(profile, request)],
  "exchangeToken, of the token vault": [
    "/token",
    "token_exchange_error",
    (request) => auth.exchangeToken({ connection: "c", subjectToken: "s" }, request),
  ],
  getTokenByClientCredentials: [
    "/token",
    "token_by_client_credentials_error",
    (request) => auth.getTokenByClientCredentials({ audience: "a" }, request),
  ],
  backchannelAuthentication: [
    "/bc-authorize",
    "backchannel_authentication_error",
    (request) => auth.backchannelAuthentication(person, request),
  ],
  initiateBackchannelAuthentication: [
    "/bc-authorize",
    "backchannel_authentication_error",
    (request) => auth.initiateBackchannelAuthentication(person, request),
  ],
  backchannelAuthenticationGrant: [
    "/token",
    "backchannel_authentication_error",
    (request) => auth.backchannelAuthenticationGrant({ authReqId: "r" }, request),
  ],
  getUserInfo: [
    "/userinfo",
    "user_info_error",
    (request) => auth.getUserInfo({ accessToken: "a", expectedSubject: "user-1" }, request),
  ],
  revokeToken: ["/revoke", "token_revocation_error", (request) => auth.revokeToken({ token: "t" }, request)],
};
/** Those that only read the issuer's metadata or keys, which all calls share. */
const readers: Record<string, (request?: RequestOptions) => Promise<unknown>> = {
  getServerMetadata: (request) => auth.getServerMetadata(request),
  buildAuthorizationUrl: (request) => auth.buildAuthorizationUrl({}, request),
  buildLinkUserUrl: (request) => auth.buildLinkUserUrl({ connection: "c", idToken: "i" }, request),
  buildUnlinkUserUrl: (request) => auth.buildUnlinkUserUrl({ connection: "c", idToken: "i" }, request),
  buildLogoutUrl: (request) => auth.buildLogoutUrl({}, request),
  verifyLogoutToken: async (request) => auth.verifyLogoutToken({ logoutToken: await logoutToken() }, request),
};

/** Methods of ServerClient, prepared: a session is there, or a login waits. */
const flows: Record<string, [code: string, prepare: () => Promise<() => Promise<unknown>>]> = {
  "startInteractiveLogin, pushed": [
    "build_authorization_url_error",
    async () => () =>
      bench.client.startInteractiveLogin({ pushedAuthorizationRequests: true }, bench.request()),
  ],
  completeInteractiveLogin: [
    "token_by_code_error",
    async () => {
      const back = await startAt(issuer, bench);
      return () => bench.client.completeInteractiveLogin(back, bench.request());
    },
  ],
  completeLinkUser: [
    "token_by_code_error",
    async () => {
      await logInAt(issuer, bench);
      const options = bench.request();
      const url = await bench.client.startLinkUser({ connection: "c" }, options);
      bench.keep(options);
      const back = callback();
      back.searchParams.set("state", url.searchParams.get("state")!);
      return () => bench.client.completeLinkUser(back, bench.request());
    },
  ],
  getAccessToken: [
    "token_by_refresh_token_error",
    withSession((options) => bench.client.getAccessToken({ audience: "a" }, options)),
  ],
  getAccessTokenForConnection: [
    "token_for_connection_error",
    withSession((options) => bench.client.getAccessTokenForConnection({ connection: "c" }, options)),
  ],
  revokeRefreshToken: [
    "token_revocation_error",
    withSession((options) => bench.client.revokeRefreshToken({}, options)),
  ],
  requestSessionTransferToken: [
    "token_exchange_error",
    withSession((options) => bench.client.requestSessionTransferToken(profile, options)),
  ],
  customTokenExchange: [
    "token_exchange_error",
    async () => () => bench.client.customTokenExchange(profile, bench.request()),
  ],
  loginWithCustomTokenExchange: [
    "token_exchange_error",
    async () => () => bench.client.loginWithCustomTokenExchange(profile, bench.request()),
  ],
  loginBackchannel: [
    "backchannel_authentication_error",
    async () => () => bench.client.loginBackchannel(person, bench.request()),
  ],
};

function withSession(call: (options: ReturnType<ClientBench["request"]>) => Promise<unknown>) {
  return async () => {
    await logInAt(issuer, bench);
    return () => call(bench.request());
  };
}

const never = () => new Promise<Response>(() => undefined);
const json = { headers: { "content-type": "application/json" } };
/** What an endpoint answers, and the OAuth error made of it. */
const faults: Record<string, [answer: () => Response | Promise<Response>, error: string]> = {
  "status 500": [() => new Response("Internal Server Error", { status: 500 }), "request_failed"],
  "status 503 and HTML": [() => new Response("<html>", { status: 503 }), "request_failed"],
  "status 404": [() => new Response(null, { status: 404 }), "invalid_response"],
  "a redirect": [() => new Response(null, { status: 302, headers: { location: "/" } }), "invalid_response"],
  "an OAuth error": [() => Response.json({ error: "access_denied" }, { status: 403 }), "access_denied"],
  "an OAuth error with odd members": [
    () => Response.json({ error: "slow", error_description: { a: 1 }, mfa_token: 7 }, { status: 400 }),
    "slow",
  ],
  "an error that is none": [() => Response.json({ error: { a: 1 } }, { status: 400 }), "invalid_response"],
  "no connection": [() => Promise.reject(new TypeError("Network connection lost.")), "request_failed"],
  "an error that is no Error": [() => Promise.reject("lost" as never), "request_failed"],
  "no Response": [() => ({ ok: true }) as Response, "request_failed"],
  "a body without end": [
    () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        }),
        json,
      ),
    "request_failed",
  ],
};
/** Answers of status 200 which say nothing; a revocation has nothing to say. */
const answers: Record<string, () => Response> = {
  HTML: () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  "malformed JSON": () => new Response("{", json),
  "an empty body": () => new Response(null, json),
  "an array": () => Response.json([]),
  null: () => Response.json(null),
  "an empty object": () => Response.json({}),
  "members of other types": () =>
    Response.json({ access_token: 7, token_type: {}, request_uri: [], auth_req_id: 7, sub: 7 }),
};

const expectFault = async (call: Promise<unknown>, code: string, error: string) => {
  const reason = await call.then(
    (answer) => ({ answer }),
    (thrown: unknown) => thrown,
  );
  expect(reason).toBeInstanceOf(EdgeAuthError);
  expect(reason).toMatchObject({ code, cause: { error, message: expect.any(String) } });
};

describe.each(Object.entries(operations))("AuthClient.%s", (_name, [path, code, call]) => {
  it.each(Object.entries(faults))("says by its own error that it got %s", async (_fault, [answer, error]) => {
    issuer.misbehave.anything = answer;
    await expectFault(call(), code, error);
    expect(issuer.requests).toContain(path);
  });

  it.each(path === "/revoke" ? [] : Object.entries(answers))(
    "says by its own error that it got %s",
    async (_answer, answer) => {
      issuer.misbehave.anything = answer;
      await expectFault(call(), code, "invalid_response");
    },
  );

  it("is aborted by its signal, whatever the reason, while the issuer does not answer", async () => {
    await auth.getServerMetadata();
    issuer.misbehave.anything = never;
    for (const reason of [undefined, "enough", new Error("enough")]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 10);
      await expectFault(call({ signal: controller.signal }), code, "timeout");
    }
  });

  it("sends nothing once its signal is aborted", async () => {
    await expectFault(call({ signal: AbortSignal.abort() }), "discovery_error", "timeout");
    expect(issuer.requests).not.toContain(path);
  });

  it("sends its own headers, but not in place of the SDK's", async () => {
    const seen: Headers[] = [];
    const customFetch: typeof fetch = async (input, init) => {
      // A refresh sees to the keys first: see access-token.test.ts.
      if (!String(input).endsWith("/jwks")) seen.push(new Headers(init?.headers));
      return await issuer.customFetch(input, init);
    };
    const { domain, clientId, clientSecret } = issuer;
    const authorizationParams = { redirect_uri: redirectUri };
    auth = new AuthClient({ domain, clientId, clientSecret, customFetch, authorizationParams });
    await auth.getServerMetadata();
    seen.length = 0;
    await call({
      headers: {
        "x-request-id": "7",
        Authorization: "Bearer mallory",
        "auth0-client": "mallory",
        Host: "evil.example",
      },
    }).catch(() => undefined);
    const [headers] = seen;
    expect([headers!.get("x-request-id"), headers!.get("host")]).toEqual(["7", null]);
    expect(headers!.get("authorization")).toBe(path === "/userinfo" ? "Bearer a" : null);
    expect(JSON.parse(atob(headers!.get("auth0-client")!))).toMatchObject({ name: "auth0-edge" });
  });

  it("goes by its own fetch, which says who the client is as well", async () => {
    await auth.getServerMetadata();
    issuer.requests.length = 0;
    const sent: [string, string | null][] = [];
    const customFetch: typeof fetch = async (input, init) => {
      sent.push([new URL(input as string).pathname, new Headers(init?.headers).get("auth0-client")]);
      return Response.json({ error: "enough" }, { status: 400 });
    };
    await expectFault(call({ customFetch }), code, "enough");
    expect(sent).toEqual([[path, expect.any(String)]]);
    expect(issuer.requests.filter((path) => path !== "/jwks")).toEqual([]);
  });
});

describe.each([
  ...Object.entries(readers),
  ...Object.entries(operations).map(([name, [, , call]]) => [name, call] as const),
])("AuthClient.%s", (_name, call) => {
  it.each<[string, (document: Record<string, unknown>) => Response | Promise<Response>]>([
    ["answers status 500", () => new Response(null, { status: 500 })],
    ["is HTML", () => new Response("<html>")],
    ["is an array", () => Response.json([])],
    ["is null", () => Response.json(null)],
    ["is of another issuer", (document) => Response.json({ ...document, issuer: "https://evil.example/" })],
  ])("says that the issuer's metadata %s", async (_fault, discovery) => {
    issuer.misbehave.discovery = discovery;
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "discovery_error", cause: { error: expect.any(String) } });
  });

  it("is aborted by its signal while the issuer's metadata does not come", async () => {
    issuer.misbehave.discovery = never;
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    await expectFault(call({ signal: controller.signal }), "discovery_error", "timeout");
  });

  it.each([7, "text", {}, null, ["x"]])("throws nothing foreign where all metadata is %j", async (odd) => {
    issuer.misbehave.discovery = ({ issuer: name, ...document }) =>
      Response.json({ ...Object.fromEntries(Object.keys(document).map((key) => [key, odd])), issuer: name });
    const reason = await call().catch((thrown: unknown) => thrown);
    if (reason instanceof Error) expect(reason).toBeInstanceOf(EdgeAuthError);
  });
});

describe("the keys of the issuer", () => {
  const keyFaults: Record<string, () => Response | Promise<Response>> = {
    "status 500": () => new Response(null, { status: 500 }),
    HTML: () => new Response("<html>"),
    "an array": () => Response.json([]),
    "no keys": () => Response.json({ keys: {} }),
    "odd keys": () => Response.json({ keys: [7, null, "x", { kty: 7, n: {} }] }),
  };
  it.each(Object.entries(keyFaults))("that are %s refuse every ID token", async (_fault, jwks) => {
    issuer.misbehave.jwks = jwks;
    for (const name of ["getTokenByCode", "getTokenByRefreshToken", "exchangeToken"] as const) {
      const [, code, call] = operations[name]!;
      const error = await call().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, cause: { error: expect.any(String) } });
    }
    const error = await readers.verifyLogoutToken!().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EdgeAuthError);
  });

  it("are waited for no longer than the signal of a call lasts", async () => {
    issuer.misbehave.jwks = never;
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 10);
    const begin = Date.now();
    await expect(readers.verifyLogoutToken!({ signal: controller.signal })).rejects.toThrow(
      expect.objectContaining({ code: "discovery_error" }),
    );
    // Not the deadline of ten seconds, which ends in the same error.
    expect(Date.now() - begin).toBeLessThan(5000);
  });
});

describe.each(Object.entries(flows))("ServerClient.%s", (name, [code, prepare]) => {
  it.each(Object.entries(faults))("says by its own error that it got %s", async (_fault, [answer, error]) => {
    const call = await prepare();
    issuer.misbehave.anything = answer;
    await expectFault(call(), code, error);
  });

  it.each(name === "revokeRefreshToken" ? [] : Object.entries(answers))(
    "says by its own error that it got %s",
    async (_answer, answer) => {
      const call = await prepare();
      issuer.misbehave.anything = answer;
      await expectFault(call(), code, "invalid_response");
    },
  );

  it("is aborted by the signal of its store options", async () => {
    const call = await prepare();
    const controller = new AbortController();
    const { request } = bench;
    bench.request = () => ({ ...request(), signal: controller.signal });
    issuer.misbehave.anything = never;
    setTimeout(() => controller.abort(), 10);
    await expectFault(call(), code, "timeout");
  });
});

describe("logging out", () => {
  it.each(Object.entries(faults))("succeeds although the revocation got %s", async (_fault, [answer]) => {
    await logInAt(issuer, bench);
    issuer.misbehave.anything = answer;
    const options = bench.request();
    expect(await bench.client.logout({}, options)).toBeInstanceOf(URL);
    bench.keep(options);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });
});
