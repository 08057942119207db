import { AuthClient, allowInsecureLoopback } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  comeBack,
  hostileBench,
  logInAt,
  redirectUri,
  startAt,
} from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const user = async () => await bench.client.getUser(bench.request());
const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });

describe("a callback", () => {
  it("of a good issuer makes a session", async () => {
    await logInAt(issuer, bench);
    expect(await user()).toMatchObject({ sub: "user-1", iss: issuer.issuer });
  });

  it("gives back the appState", async () => {
    const options = bench.request();
    const url = await bench.client.startInteractiveLogin({ appState: { cart: [1, 2] } }, options);
    bench.keep(options);
    issuer.claims.nonce = url.searchParams.get("nonce");
    const callback = new URL(`${redirectUri}?code=c&state=${url.searchParams.get("state")}`);
    expect(await comeBack(bench, callback)).toMatchObject({ appState: { cart: [1, 2] } });
  });

  it("without a transaction is refused, and the token endpoint is not called", async () => {
    const callback = await startAt(issuer, bench);
    bench.jar.clear();
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
    expect(issuer.requests).not.toContain("/token");
  });

  it("with somebody else's transaction is refused", async () => {
    const other = hostileBench(issuer);
    const callback = await startAt(issuer, other);
    await startAt(issuer, bench);
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
  });

  it("with a wrong or missing state is refused", async () => {
    const callback = await startAt(issuer, bench);
    callback.searchParams.set("state", "x".repeat(43));
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
    callback.searchParams.delete("state");
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
    callback.searchParams.set("state", "x".repeat(100_000));
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
  });

  it("with a state named twice is refused", async () => {
    const callback = await startAt(issuer, bench);
    callback.searchParams.append("state", "second");
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("token_by_code_error"));
    expect(issuer.requests).not.toContain("/token");
  });

  it.each(["iss", "code", "error"])("with '%s' named twice is refused", async (name) => {
    const callback = await startAt(issuer, bench);
    callback.searchParams.set(name, issuer.issuer);
    callback.searchParams.append(name, issuer.issuer);
    await expect(comeBack(bench, callback)).rejects.toThrow(
      refused("token_by_code_error", "invalid_response"),
    );
    expect(issuer.requests).not.toContain("/token");
  });

  it.each([
    ["without a code", (query: URLSearchParams) => query.delete("code")],
    ["with an ID token", (query: URLSearchParams) => query.set("id_token", "a.b.c")],
    ["with an access token", (query: URLSearchParams) => query.set("access_token", "token")],
    ["that is a JARM response", (query: URLSearchParams) => query.set("response", "a.b.c")],
  ])("%s is refused", async (_name, change) => {
    const callback = await startAt(issuer, bench);
    change(callback.searchParams);
    await expect(comeBack(bench, callback)).rejects.toThrow(
      refused("token_by_code_error", "invalid_response"),
    );
    expect(issuer.requests).not.toContain("/token");
  });

  it("whose error comes from another issuer is not believed to be the issuer's", async () => {
    const callback = await startAt(issuer, bench);
    callback.searchParams.set("error", "access_denied");
    callback.searchParams.set("iss", "https://attacker.example/");
    await expect(comeBack(bench, callback)).rejects.toThrow(
      refused("token_by_code_error", "invalid_response"),
    );
  });

  it("that is replayed is refused, and the session stays", async () => {
    const callback = await startAt(issuer, bench);
    await comeBack(bench, callback);
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
    expect(await user()).toBeDefined();
  });

  it("that fails uses up its transaction (fault 12)", async () => {
    issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
    const callback = await startAt(issuer, bench);
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("token_by_code_error", "invalid_grant"));
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("missing_transaction_error"));
  });

  it("of a login that was started for another client or at another issuer is refused", async () => {
    const callback = await startAt(issuer, bench);
    for (const other of [{ clientId: "another-client" }, { domain: "another.example" }]) {
      const stranger = hostileBench({ ...issuer, ...other });
      for (const [name, value] of bench.jar) stranger.jar.set(name, value);
      await expect(comeBack(stranger, callback)).rejects.toThrow(refused("missing_transaction_error"));
    }
    expect(issuer.requests).not.toContain("/token");
  });

  it("of one realm is refused by another realm of the same host", async () => {
    const realm = (name: string) => {
      const { clientId, clientSecret } = issuer;
      const customFetch: typeof fetch = async (input, init) => {
        const url = String(input).replace(`/realms/${name}`, "");
        const response = await issuer.customFetch(url, init);
        return url.includes("well-known")
          ? Response.json({
              ...(await response.json<object>()),
              issuer: `https://${issuer.domain}/realms/${name}`,
            })
          : response;
      };
      return clientBench({
        issuer: `https://${issuer.domain}/realms/${name}`,
        clientId,
        clientSecret,
        customFetch,
      });
    };
    const [a, b] = [realm("a"), realm("b")];
    issuer.misbehave.idToken = (claims) => ({ ...claims, iss: `https://${issuer.domain}/realms/a` });
    const callback = await startAt(issuer, a);
    for (const [name, value] of a.jar) b.jar.set(name, value);
    await expect(comeBack(b, callback)).rejects.toThrow(refused("missing_transaction_error"));
    await comeBack(a, callback);
    for (const [name, value] of a.jar) b.jar.set(name, value);
    expect(await a.client.getUser(a.request())).toBeDefined();
    expect(await b.client.getUser(b.request())).toBeUndefined();
  });

  it("that says access_denied is an error with the issuer's words in its cause only", async () => {
    const callback = await startAt(issuer, bench);
    callback.searchParams.delete("code");
    callback.searchParams.set("error", "access_denied");
    callback.searchParams.set("error_description", "<script>alert(1)</script>");
    await expect(comeBack(bench, callback)).rejects.toThrow(refused("token_by_code_error", "access_denied"));
  });

  it("with another issuer's iss is refused (RFC 9207)", async () => {
    const callback = await startAt(issuer, bench);
    callback.searchParams.set("iss", "https://attacker.example/");
    await expect(comeBack(bench, callback)).rejects.toThrow(
      refused("token_by_code_error", "invalid_response"),
    );
    expect(issuer.requests).not.toContain("/token");
  });

  it("without iss is refused where the issuer advertises it (RFC 9207)", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, authorization_response_iss_parameter_supported: true });
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error", "invalid_response"));
  });
});

describe("an ID token", () => {
  const claimCases: [string, Record<string, unknown>][] = [
    ["of another issuer", { iss: "https://attacker.example/" }],
    ["for another client", { aud: "another-client" }],
    ["for others as well, without azp", { aud: ["hostile-client", "another-client"] }],
    ["issued to another client (azp)", { azp: "another-client" }],
    ["of the future", { iat: 4_000_000_000, exp: 4_000_000_300 }],
    ["whose azp is another client", { aud: ["hostile-client", "another-client"], azp: "another-client" }],
    ["without aud", { aud: undefined }],
    ["without sub", { sub: undefined }],
    ["without iat", { iat: undefined }],
    ["without exp", { exp: undefined }],
    ["that has expired", { exp: 1_000_000_000 }],
    ["with another nonce", { nonce: "another" }],
    ["without nonce", { nonce: undefined }],
    ["with a foreign at_hash", { at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }],
  ];
  it.each(claimCases)("%s is refused", async (_name, changes) => {
    issuer.misbehave.idToken = (claims) => ({ ...claims, ...changes });
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error", "invalid_response"));
    expect(await user()).toBeUndefined();
  });

  it("signed with another key is refused", async () => {
    const stranger = await hostileIssuer("stranger.example");
    issuer.misbehave.sign = (claims) => stranger.signIdToken(claims);
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error", "invalid_response"));
  });

  it("without signature is refused, even where the issuer says it offers that", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, id_token_signing_alg_values_supported: ["none", "RS256"] });
    const encode = (value: object) =>
      btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    issuer.misbehave.sign = (claims) => `${encode({ alg: "none" })}.${encode(claims)}.`;
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error"));
  });

  it("has to come (fault 2)", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error", "invalid_response"));
  });

  it("has to be young enough when max_age was asked (fault 13)", async () => {
    const now = Math.floor(Date.now() / 1000);
    await expect(logInAt(issuer, bench, { max_age: 60 })).rejects.toThrow(refused("token_by_code_error"));
    issuer.claims.auth_time = now - 600;
    await expect(logInAt(issuer, bench, { max_age: 60 })).rejects.toThrow(refused("token_by_code_error"));
    issuer.claims.auth_time = now - 10;
    await logInAt(issuer, bench, { max_age: 60 });
    expect(await user()).toBeDefined();
  });

  it("has to be of the organization that was asked for (fault 2)", async () => {
    await expect(logInAt(issuer, bench, { organization: "org_1" })).rejects.toThrow(
      refused("organization_validation_error"),
    );
    issuer.claims.org_id = "org_1";
    await logInAt(issuer, bench, { organization: "org_1" });
    expect(await user()).toMatchObject({ org_id: "org_1" });
  });

  it("whose upstream session is over makes no session", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) - 5;
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("session_expired"));
    expect(await user()).toBeUndefined();
  });
});

describe("starting a login", () => {
  const start = (parameters: Record<string, unknown>, options: object = {}) =>
    bench.client.startInteractiveLogin({ authorizationParams: parameters, ...options }, bench.request());

  it("takes a caller's own state and nonce where they are long enough (fault 11)", async () => {
    const own = { state: "s".repeat(3) + crypto.randomUUID(), nonce: crypto.randomUUID() };
    const callback = await startAt(issuer, bench, own);
    expect(callback.searchParams.get("state")).toBe(own.state);
    await comeBack(bench, callback);
    expect(await user()).toBeDefined();
  });

  it("refuses a caller's own state or nonce that can be guessed", async () => {
    await expect(start({ state: "abc" })).rejects.toThrow(refused("invalid_configuration_error"));
    await expect(start({ nonce: "a".repeat(40) })).rejects.toThrow(refused("invalid_configuration_error"));
  });

  it("passes unknown parameters on, and lets none change what protects the login", async () => {
    const url = await start({ screen_hint: "signup", ui_locales: "de" });
    expect(url.searchParams.get("screen_hint")).toBe("signup");
    for (const name of ["response_type", "client_id", "code_challenge", "code_challenge_method"]) {
      await expect(start({ [name]: "other" })).rejects.toThrow(refused("invalid_configuration_error"));
    }
  });

  it("takes no parameter that would replace the request or give away the client's proof", async () => {
    for (const name of ["request", "request_uri", "client_secret", "client_assertion"]) {
      await expect(start({ [name]: "x" })).rejects.toThrow(refused("invalid_configuration_error"));
    }
  });

  it("always asks for openid", async () => {
    expect((await start({ scope: "read:orders" })).searchParams.get("scope")).toBe("openid read:orders");
    expect((await start({})).searchParams.get("scope")).toBe("openid profile email offline_access");
  });

  it("needs an absolute redirect_uri", async () => {
    await expect(start({ redirect_uri: undefined })).rejects.toThrow(
      refused("missing_required_argument_error"),
    );
    await expect(start({ redirect_uri: "/callback" })).rejects.toThrow(
      refused("invalid_configuration_error"),
    );
  });

  it("refuses a blank organization, and an invitation without one", async () => {
    await expect(start({}, { organization: " " })).rejects.toThrow(refused("organization_validation_error"));
    await expect(start({}, { invitation: "i" })).rejects.toThrow(refused("invalid_configuration_error"));
  });

  it("stops where the issuer offers PKCE without S256", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, code_challenge_methods_supported: ["plain"] });
    await expect(start({})).rejects.toThrow(refused("build_authorization_url_error"));
  });

  it("stops where the issuer sends browsers to a place without TLS", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, authorization_endpoint: "http://hostile.example/authorize" });
    await expect(start({})).rejects.toThrow(refused("build_authorization_url_error"));
  });
});

describe("the domain, chosen for each request", () => {
  const resolving = (choose: () => string) => {
    const { clientId, clientSecret, customFetch } = issuer;
    return clientBench({ domain: choose, clientId, clientSecret, customFetch });
  };

  it("makes sessions that count for that domain only", async () => {
    let domain = issuer.domain;
    bench = resolving(() => domain);
    await logInAt(issuer, bench);
    expect(await user()).toBeDefined();
    domain = "other.example";
    expect(await user()).toBeUndefined();
    await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(
      refused("missing_session_error"),
    );
  });

  it("has to be one", async () => {
    bench = resolving(() => " ");
    await expect(user()).resolves.toBeUndefined();
    await expect(bench.client.startInteractiveLogin({}, bench.request())).rejects.toThrow(
      refused("invalid_configuration_error"),
    );
  });
});

describe("an issuer", () => {
  const start = () => bench.client.startInteractiveLogin({}, bench.request());

  it.each<[string, () => Response]>([
    ["is down", () => new Response("no", { status: 503 })],
    ["answers HTML", () => new Response("<h1>hi</h1>", { headers: { "content-type": "text/html" } })],
    ["answers no object", () => Response.json([1])],
    ["says it is another", () => Response.json({ issuer: "https://attacker.example/" })],
    [
      "redirects",
      () => new Response(null, { status: 302, headers: { location: "https://attacker.example/" } }),
    ],
    [
      "answers without end",
      () => new Response("x".repeat(600_000), { headers: { "content-type": "application/json" } }),
    ],
  ])("that %s is a discovery_error", async (_name, answer) => {
    issuer.misbehave.discovery = answer;
    await expect(start()).rejects.toThrow(refused("discovery_error"));
  });

  it("that may be reached without TLS on this machine is not let elsewhere without it", async () => {
    const asked: string[] = [];
    const customFetch: typeof fetch = async (input) => {
      asked.push(String(input));
      return Response.json({
        issuer: "http://localhost:4000",
        authorization_endpoint: "http://localhost:4000/authorize",
        token_endpoint: "http://evil.example/token",
        jwks_uri: "http://evil.example/jwks",
      });
    };
    const client = new AuthClient({
      issuer: "http://localhost:4000",
      clientId: "c",
      customFetch,
      [allowInsecureLoopback]: true,
    });
    await expect(client.getTokenByRefreshToken({ refreshToken: "r" })).rejects.toThrow(
      refused("token_by_refresh_token_error"),
    );
    expect(asked).toEqual(["http://localhost:4000/.well-known/openid-configuration"]);
    const other = { issuer: "http://evil.example", clientId: "c", customFetch };
    expect(() => new AuthClient({ ...other, [allowInsecureLoopback]: true })).toThrow(
      refused("invalid_configuration_error"),
    );
    expect(() => new AuthClient({ ...other, issuer: "http://localhost:4000" })).toThrow(
      refused("invalid_configuration_error"),
    );
  });

  it("that has changed its key without a new name for it is understood at once", async () => {
    await logInAt(issuer, bench);
    const stranger = await hostileIssuer("stranger.example");
    issuer.misbehave.sign = (claims) => stranger.signIdToken(claims);
    issuer.misbehave.jwks = async () => await stranger.customFetch(`${stranger.issuer}jwks`);
    await logInAt(issuer, bench);
    expect(issuer.requests.filter((path) => path === "/jwks")).toHaveLength(2);
  });

  it("that is slow can be waited for no longer", async () => {
    const callback = await startAt(issuer, bench);
    issuer.misbehave.token = () => new Promise(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const options = { ...bench.request(), signal: controller.signal };
    await expect(bench.client.completeInteractiveLogin(callback, options)).rejects.toThrow(
      refused("token_by_code_error", "timeout"),
    );
  });

  it("that cannot be reached is a discovery_error", async () => {
    bench = hostileBench({
      ...issuer,
      customFetch: () => Promise.reject(new TypeError("connection refused")),
    });
    await expect(start()).rejects.toThrow(refused("discovery_error", "request_failed"));
  });

  it("that fails is told from one that answers nonsense", async () => {
    issuer.misbehave.discovery = () => new Response("no", { status: 503 });
    await expect(start()).rejects.toThrow(refused("discovery_error", "request_failed"));
    await expect(start()).rejects.toThrow(/HTTP status 503/);
    issuer.misbehave.discovery = () => new Response("no", { status: 404 });
    await expect(start()).rejects.toThrow(refused("discovery_error", "invalid_response"));
    issuer.misbehave.discovery = () => new Response("<h1>hi</h1>");
    await expect(start()).rejects.toThrow(refused("discovery_error", "invalid_response"));
  });

  it("with a path of its own is asked below that path", async () => {
    const asked: string[] = [];
    const customFetch: typeof fetch = async (input) => {
      asked.push(String(input));
      return Response.json({ issuer: "https://host.example/realms/a" });
    };
    const { clientId } = issuer;
    const options = { issuer: "https://host.example/realms/a", clientId, customFetch };
    await new AuthClient(options).getServerMetadata();
    expect(asked).toEqual(["https://host.example/realms/a/.well-known/openid-configuration"]);
  });

  it("whose token endpoint fails leaves a clear error and the earlier session", async () => {
    await logInAt(issuer, bench);
    issuer.misbehave.token = () => new Response("oops", { status: 500 });
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error", "request_failed"));
    expect(await user()).toMatchObject({ sub: "user-1" });
  });

  it("that was discovered once goes on serving while its metadata cannot be had", async () => {
    await start();
    issuer.misbehave.discovery = () => new Response(null, { status: 503 });
    await expect(start()).resolves.toBeInstanceOf(URL);
    expect(issuer.requests.filter((path) => path.includes("well-known"))).toHaveLength(1);
  });
});
