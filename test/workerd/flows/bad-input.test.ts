import {
  AuthClient,
  CookieTransactionStore,
  EdgeAuthError,
  HeadersCookieHandler,
  ServerClient,
  StatelessStateStore,
} from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { secret } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, hostileBench, logInAt, redirectUri } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;
let client: ClientBench["client"];
let auth: AuthClient;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
  client = bench.client;
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const authorizationParams = { redirect_uri: redirectUri };
  auth = new AuthClient({ domain, clientId, clientSecret, customFetch, authorizationParams });
});

const missing = "missing_required_argument_error";
const invalid = "invalid_configuration_error";
const organizations = "organization_validation_error";
const exchange = "token_exchange_error";

/** Where a text is needed. */
const noText = [undefined, null, 7, true, "", "  ", {}, []];
/** Where a text may be left out. */
const noOptionalText = [7, true, {}, ["a"]];
/** Where an object with something needed in it is wanted. */
const noObject = [undefined, null, 7, "text", true, {}, []];
/** Where an object may be left out. */
const noOptionalObject = [7, "text", true];
const noOrganization = ["", "  ", 7, {}, []];
const noSignal = [7, "text", {}];
const noCallback = [undefined, null, 7, "", "https://app.example/callback?code=c&state=s", {}, new Date()];
/** Store options without what `HeadersCookieHandler` needs. */
const noStoreOptions = [
  undefined,
  null,
  7,
  "text",
  {},
  { request: {} },
  { request: 7 },
  { request: { headers: {} } },
];
const circle: Record<string, unknown> = {};
circle.circle = circle;

/**
 * How a method is called, with something in place of its first argument; that argument as it should be; and what is wrong: where
 * in it (`a.b`, or `*` for all of it), the values, and the code of the error. A method may stand in the table several times.
 */
type Misuse = [
  call: (argument: never) => unknown,
  good: unknown,
  wrong: [path: string, values: unknown[], code: string][],
];
type Table = { [method: string]: Misuse | Misuse[] };

const on = () => bench.request();
const callback = new URL(redirectUri);
const person = { bindingMessage: "b", loginHint: { sub: "s" } };
const profile = { subjectToken: "s", subjectTokenType: "urn:x" };

/** Methods of ServerClient, those of CoreClient included, with good store options. */
const server: Table = {
  startInteractiveLogin: [
    (options) => client.startInteractiveLogin(options, on()),
    {},
    [
      ["*", noOptionalObject, invalid],
      ["authorizationParams", noOptionalObject, invalid],
      ["authorizationParams.redirect_uri", ["/callback", "callback", "app.example", 7, {}], invalid],
      ["authorizationParams.redirect_uri", [null, ""], missing],
      ["authorizationParams.scope", noOptionalText, invalid],
      ["authorizationParams.audience", noOptionalText, invalid],
      ["authorizationParams.state", ["short", 7, null, {}], invalid],
      ["authorizationParams.nonce", ["short", 7, null, {}], invalid],
      ["authorizationParams.max_age", [-1, 1.5, "soon", {}], invalid],
      ["authorizationParams.client_id", ["other", 7], invalid],
      ["authorizationParams.organization", noOrganization, organizations],
      ["organization", noOrganization, organizations],
      ["invitation", [...noOptionalText, "without an organization"], invalid],
    ],
  ],
  completeInteractiveLogin: [
    (url) => client.completeInteractiveLogin(url, on()),
    callback,
    [
      ["*", noCallback, invalid],
      [
        "*",
        [callback, new URL(`${redirectUri}?state=s&code=c`), new URL("data:,")],
        "missing_transaction_error",
      ],
    ],
  ],
  getAccessToken: [
    [(options) => client.getAccessToken(options), {}, [["*", ["text", true], missing]]],
    [
      (options) => client.getAccessToken(options, on()),
      {},
      [
        ["audience", noOptionalText, invalid],
        ["scope", noOptionalText, invalid],
        ["*", [undefined, {}], "token_by_refresh_token_error"],
      ],
    ],
  ],
  updateSession: [
    (update) => client.updateSession(update, on()),
    {},
    [
      ["*", [undefined, null, 7, "text", [], new Date()], invalid],
      ["user", [{ sub: "another" }], invalid],
      ["member", [circle, 1n, () => 1], invalid],
    ],
  ],
  logout: [
    (options) => client.logout(options, on()),
    {},
    [
      ["*", noOptionalObject, invalid],
      ["returnTo", noOptionalText, invalid],
      ["state", noOptionalText, invalid],
    ],
  ],
  handleBackchannelLogout: [
    (token) => client.handleBackchannelLogout(token, on()),
    "",
    [
      ["*", [undefined, null, ""], "backchannel_logout_error"],
      ["*", [7, " ", {}, [], "a.b.c", "x".repeat(20_000)], "verify_logout_token_error"],
    ],
  ],
  startLinkUser: [
    (options) => client.startLinkUser(options, on()),
    { connection: "c" },
    [
      ["*", noObject, missing],
      ["connection", noText, missing],
      ["authorizationParams", noOptionalObject, invalid],
      ["connectionScope", [undefined], "missing_session_error"],
      ["connectionScope", noOptionalText, invalid],
    ],
  ],
  completeLinkUser: [(url) => client.completeLinkUser(url, on()), callback, [["*", noCallback, invalid]]],
  startUnlinkUser: [
    (options) => client.startUnlinkUser(options, on()),
    { connection: "c" },
    [
      ["*", noObject, missing],
      ["connection", noText, missing],
    ],
  ],
  completeUnlinkUser: [(url) => client.completeUnlinkUser(url, on()), callback, [["*", noCallback, invalid]]],
  loginBackchannel: [
    (options) => client.loginBackchannel(options, on()),
    person,
    [
      ["*", noObject, missing],
      ["bindingMessage", noText, missing],
      ["loginHint", noObject, missing],
      ["loginHint.sub", noText, missing],
      ["requestedExpiry", [0, -1, 1.5, "60", null, {}], invalid],
      ["authorizationParams", noOptionalObject, invalid],
      ["authorizationParams.organization", noOrganization, organizations],
      ["parameters", noOptionalObject, invalid],
      ["signal", noSignal, invalid],
    ],
  ],
  getAccessTokenForConnection: [
    (options) => client.getAccessTokenForConnection(options, on()),
    { connection: "c" },
    [
      ["*", noObject, missing],
      ["connection", noText, missing],
      ["loginHint", noOptionalText, invalid],
    ],
  ],
  revokeRefreshToken: [
    (options) => client.revokeRefreshToken(options, on()),
    {},
    [
      ["*", noOptionalObject, invalid],
      ["token", noText.slice(1), missing],
    ],
  ],
  customTokenExchange: [
    (options) => client.customTokenExchange(options, on()),
    profile,
    [
      ["*", noObject, exchange],
      ["subjectToken", noText, exchange],
      ["subjectTokenType", noText, exchange],
      ["extra", [...noOptionalObject, ["a"]], exchange],
      ["organization", noOrganization, organizations],
    ],
  ],
  loginWithCustomTokenExchange: [
    (options) => client.loginWithCustomTokenExchange(options, on()),
    profile,
    [
      ["*", noObject, exchange],
      ["subjectToken", noText, exchange],
      ["scope", noOptionalText, exchange],
      ["connection", ["c"], exchange],
      ["organization", noOrganization, organizations],
    ],
  ],
  requestSessionTransferToken: [
    (options) => client.requestSessionTransferToken(options, on()),
    profile,
    [
      ["*", noObject, missing],
      ["subjectToken", noText, missing],
      ["subjectTokenType", noText, missing],
      ["scope", noOptionalText, exchange],
      ["organization", noOrganization, organizations],
      ["actor", [null, 7, "text", {}, { token: " " }], "actor_unavailable"],
    ],
  ],
  buildSessionTransferRedirect: [
    [
      (url) => client.buildSessionTransferRedirect(url, { sessionTransferToken: "t" } as never),
      "",
      [["*", noText, missing]],
    ],
    [
      (result) => client.buildSessionTransferRedirect("https://app.example/", result),
      {},
      [["*", noObject, missing]],
    ],
    [
      (options) =>
        client.buildSessionTransferRedirect(
          "https://app.example/",
          { sessionTransferToken: "t" } as never,
          options,
        ),
      {},
      [["organization", noOrganization, organizations]],
    ],
  ],
  startPasswordless: [
    (options) => client.startPasswordless(options, on()),
    { connection: "email", email: "me@example.com" },
    [
      ["*", noObject, "passwordless_start_error"],
      ["email", noText, "passwordless_start_error"],
    ],
  ],
  completePasswordless: [
    (options) => client.completePasswordless(options, on()),
    { connection: "email", email: "me@example.com", verificationCode: "123456" },
    [
      ["*", noObject, "passwordless_verify_error"],
      ["verificationCode", noText, "passwordless_verify_error"],
    ],
  ],
  completePasswordlessMagicLink: [
    (url) => client.completePasswordlessMagicLink(url, on()),
    callback,
    [["*", noCallback, invalid]],
  ],
  // Where the domain is always one, store options decide nothing here; `resolver.test.ts` has the rest.
  getAuthClient: [],
};

/** The same methods with wrong store options. */
const storeOptions: Table = {
  startInteractiveLogin: [
    (options) => client.startInteractiveLogin({}, options),
    {},
    [
      [
        "*",
        [{ request: new Request(redirectUri) }, { request: new Request(redirectUri), headers: {} }],
        missing,
      ],
    ],
  ],
  completeInteractiveLogin: withoutStore((options) => client.completeInteractiveLogin(callback, options)),
  getUser: withoutStore((options) => client.getUser(options)),
  getSession: withoutStore((options) => client.getSession(options)),
  getAccessToken: withoutStore((options) => client.getAccessToken(options)),
  updateSession: withoutStore((options) => client.updateSession({}, options)),
  touch: withoutStore((options) => client.touch(options)),
  logout: withoutStore((options) => client.logout({}, options)),
  startLinkUser: withoutStore((options) => client.startLinkUser({ connection: "c" }, options)),
  completeLinkUser: withoutStore((options) => client.completeLinkUser(callback, options)),
  getAccessTokenForConnection: withoutStore((options) =>
    client.getAccessTokenForConnection({ connection: "c" }, options),
  ),
  revokeRefreshToken: withoutStore((options) => client.revokeRefreshToken({}, options)),
  loginBackchannel: withoutStore((options) => client.loginBackchannel(person, options)),
  loginWithCustomTokenExchange: withoutStore((options) =>
    client.loginWithCustomTokenExchange(profile, options),
  ),
  requestSessionTransferToken: withoutStore((options) =>
    client.requestSessionTransferToken(profile, options),
  ),
};

function withoutStore(call: Misuse[0]): Misuse {
  return [call, undefined, [["*", noStoreOptions, missing]]];
}

const stateless: Table = {
  getServerMetadata: [(request) => auth.getServerMetadata(request), {}, [["signal", noSignal, invalid]]],
  buildAuthorizationUrl: [
    (options) => auth.buildAuthorizationUrl(options),
    {},
    [
      ["*", noOptionalObject, invalid],
      ["authorizationParams", noOptionalObject, invalid],
      ["authorizationParams.redirect_uri", ["/callback", 7], invalid],
      ["authorizationParams.redirect_uri", [null, ""], missing],
      ["authorizationParams.scope", noOptionalText, invalid],
      ["authorizationParams.code_challenge", ["x", 7], invalid],
      ["authorizationParams.organization", noOrganization, organizations],
    ],
  ],
  buildLinkUserUrl: [
    (options) => auth.buildLinkUserUrl(options),
    { connection: "c", idToken: "i" },
    [
      ["*", noObject, missing],
      ["connection", noText, missing],
      ["idToken", noText, missing],
      ["authorizationParams", noOptionalObject, invalid],
    ],
  ],
  buildUnlinkUserUrl: [
    (options) => auth.buildUnlinkUserUrl(options),
    { connection: "c", idToken: "i" },
    [
      ["*", noObject, missing],
      ["connection", noText, missing],
      ["idToken", noText, missing],
    ],
  ],
  getTokenByCode: [
    [(url) => auth.getTokenByCode(url, { codeVerifier: "v" }), callback, [["*", noCallback, invalid]]],
    [
      (options) => auth.getTokenByCode(callback, options),
      { codeVerifier: "v" },
      [
        ["*", noObject, missing],
        ["codeVerifier", noText, missing],
        ["state", noOptionalText, invalid],
        ["nonce", noOptionalText, invalid],
        ["redirectUri", noOptionalText, invalid],
        ["organization", noOrganization, organizations],
      ],
    ],
  ],
  getTokenByMagicLinkCode: [
    (url) => auth.getTokenByMagicLinkCode(url),
    callback,
    [["*", noCallback, invalid]],
  ],
  getTokenByPassword: [
    (options) => auth.getTokenByPassword(options),
    { username: "me", password: "p" },
    [
      ["*", noObject, "token_by_password_error"],
      ["password", noText, "token_by_password_error"],
    ],
  ],
  getTokenByPasswordlessEmail: [
    (options) => auth.getTokenByPasswordlessEmail(options),
    { email: "me@example.com", code: "123456" },
    [
      ["*", noObject, "passwordless_verify_error"],
      ["code", noText, "passwordless_verify_error"],
    ],
  ],
  getTokenByPasswordlessSms: [
    (options) => auth.getTokenByPasswordlessSms(options),
    { phoneNumber: "+14155550100", code: "123456" },
    [
      ["*", noObject, "passwordless_verify_error"],
      ["phoneNumber", [...noText, "555"], "passwordless_verify_error"],
    ],
  ],
  getTokenByRefreshToken: [
    [
      (options) => auth.getTokenByRefreshToken(options),
      { refreshToken: "r" },
      [
        ["*", noObject, missing],
        ["refreshToken", noText, missing],
        ["audience", noOptionalText, invalid],
        ["scope", noOptionalText, invalid],
      ],
    ],
    [
      (request) => auth.getTokenByRefreshToken({ refreshToken: "r" }, request),
      {},
      [
        ["signal", noSignal, invalid],
        ["headers", [7, "text", { "bad name": "x" }, { name: "line\nbreak" }], invalid],
        ["customFetch", [7, "text", {}], invalid],
      ],
    ],
  ],
  getTokenForConnection: [
    (options) => auth.getTokenForConnection(options),
    { connection: "c", refreshToken: "r" },
    [
      ["*", noObject, missing],
      ["connection", noText, missing],
      ["loginHint", noOptionalText, invalid],
      ["refreshToken", noOptionalText, invalid],
      ["refreshToken", [undefined, null, ""], "token_for_connection_error"],
      ["accessToken", ["as well"], "token_for_connection_error"],
    ],
  ],
  exchangeToken: [
    (options) => auth.exchangeToken(options),
    profile,
    [
      ["*", noObject, exchange],
      ["subjectToken", noText, exchange],
      ["subjectTokenType", noText, exchange],
      ["connection", noText.slice(1), exchange],
      ["organization", noOrganization, organizations],
    ],
  ],
  getTokenByClientCredentials: [
    (options) => auth.getTokenByClientCredentials(options),
    { audience: "a" },
    [
      ["*", noObject, missing],
      ["audience", noText, missing],
      ["organization", noOptionalText, invalid],
    ],
  ],
  backchannelAuthentication: [
    (options) => auth.backchannelAuthentication(options),
    person,
    [
      ["*", noObject, missing],
      ["bindingMessage", noText, missing],
      ["requestedExpiry", [0, "60"], invalid],
    ],
  ],
  initiateBackchannelAuthentication: [
    (options) => auth.initiateBackchannelAuthentication(options),
    person,
    [
      ["*", noObject, missing],
      ["loginHint", noObject, missing],
      ["loginHint.sub", noText, missing],
      ["authorizationParams", noOptionalObject, invalid],
    ],
  ],
  backchannelAuthenticationGrant: [
    (options) => auth.backchannelAuthenticationGrant(options),
    {},
    [
      ["*", noObject, missing],
      ["authReqId", noText, missing],
    ],
  ],
  getUserInfo: [
    (options) => auth.getUserInfo(options),
    { accessToken: "a" },
    [
      ["*", noObject, missing],
      ["accessToken", noText, missing],
      ["expectedSubject", noOptionalText, invalid],
    ],
  ],
  revokeToken: [
    (options) => auth.revokeToken(options),
    { token: "t" },
    [
      ["*", noObject, missing],
      ["token", noText, missing],
      ["tokenTypeHint", noOptionalText, invalid],
    ],
  ],
  verifyLogoutToken: [
    (options) => auth.verifyLogoutToken(options),
    {},
    [
      ["*", noObject, missing],
      ["logoutToken", noText, missing],
      ["logoutToken", ["a.b.c", "x".repeat(20_000)], "verify_logout_token_error"],
    ],
  ],
  buildLogoutUrl: [
    (options) => auth.buildLogoutUrl(options),
    {},
    [
      ["*", noOptionalObject, invalid],
      ["returnTo", noOptionalText, invalid],
      ["state", noOptionalText, invalid],
    ],
  ],
};

const shown = (value: unknown): string => {
  if (value === circle) return "a circle";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

/** The argument with another value in one place. */
function changed(good: unknown, path: string, value: unknown): unknown {
  if (path === "*") return value;
  const [name = "", ...rest] = path.split(".");
  const object = (good ?? {}) as Record<string, unknown>;
  return { ...object, [name]: changed(object[name], rest.join(".") || "*", value) };
}

type Row = [method: string, path: string, value: string, code: string, misuse: () => unknown];
function rows(table: Table): Row[] {
  return Object.entries(table).flatMap(([method, misuses]) => {
    const all = (typeof misuses[0] === "function" ? [misuses] : misuses) as Misuse[];
    return all.flatMap(([call, good, wrong]) =>
      wrong.flatMap(([path, values, code]) =>
        values.map(
          (value): Row => [method, path, shown(value), code, () => call(changed(good, path, value) as never)],
        ),
      ),
    );
  });
}

describe.each<[string, Table]>([
  ["ServerClient", server],
  ["ServerClient with store options that are none", storeOptions],
  ["AuthClient", stateless],
])("%s refuses what is wrong before anything is sent", (_client, table) => {
  it.each(rows(table))("%s: %s = %s is %s (%#)", async (_method, _path, _value, code, misuse) => {
    const error = await (async () => misuse())().then(
      (answer: unknown) => ({ answer }),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(EdgeAuthError);
    expect(error).toMatchObject({ code });
    // What a response lacks to carry cookies shows only when a login has its cookie, after the issuer's metadata was read.
    const metadata = table === storeOptions ? "/.well-known/openid-configuration" : undefined;
    expect(issuer.requests.filter((path) => path !== metadata)).toEqual([]);
  });
});

describe("the tables above", () => {
  it("know every method of the clients", () => {
    const methods = (...classes: { prototype: object }[]) =>
      classes.flatMap(({ prototype }) =>
        Object.entries(Object.getOwnPropertyDescriptors(prototype))
          .filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
          .map(([name]) => name),
      );
    const CoreClient = Object.getPrototypeOf(ServerClient) as { prototype: object };
    const known = { ...server, ...storeOptions };
    expect(methods(ServerClient, CoreClient).filter((name) => !known[name])).toEqual([]);
    expect(methods(AuthClient).filter((name) => !stateless[name])).toEqual([]);
  });
});

describe("a client is not made with", () => {
  const cookies = new HeadersCookieHandler();
  const stores = {
    stateStore: new StatelessStateStore({ secret }, cookies),
    transactionStore: new CookieTransactionStore({ secret }, cookies),
  };
  const good = { domain: "a.example", clientId: "c", ...stores };
  it.each<[string, string, unknown[], string]>([
    ["ServerClient", "options", noObject, missing],
    ["ServerClient", "stateStore", [undefined, null, 7, "text", true], missing],
    ["ServerClient", "transactionStore", [undefined, null, 7, "text", true], missing],
    ["ServerClient", "clientId", noText, missing],
    ["ServerClient", "domain", [undefined, null, 7, true, "", "  ", "a b", {}, []], invalid],
    ["ServerClient", "issuer", ["https://b.example/"], invalid],
    ["ServerClient", "filterClaims", [7, "text", {}, true], invalid],
    ["ServerClient", "stateIdentifier", [7, {}, true], invalid],
    ["ServerClient", "transactionIdentifier", [7, {}, true], invalid],
    ["AuthClient", "options", noObject, missing],
    ["AuthClient", "clientId", noText, missing],
    ["AuthClient", "domain", [undefined, null, 7, true, "", "  ", "a b", {}, [], () => "a.example"], invalid],
    ...(["ServerClient", "AuthClient"] as const).flatMap((name): [string, string, unknown[], string][] => [
      [name, "authorizationParams", noOptionalObject, invalid],
      [name, "authorizationParams", noOptionalText.map((scope) => ({ scope })), invalid],
      [name, "customFetch", [7, "text", {}], invalid],
      [name, "discoveryCache", [{ ttl: "600" }, { ttl: Number.NaN }, { maxEntries: null }], invalid],
      [name, "idTokenSignedResponseAlg", ["HS256", "none", 7, null], invalid],
      [name, "clientSecret", [7, true, {}], invalid],
      [name, "useMtls", [true], "mtls_without_custom_fetch_not_supported"],
    ]),
  ])("%s: %s", (name, option, wrong, code) => {
    for (const value of wrong) {
      const options = option === "options" ? value : { ...good, [option]: value };
      const make = () =>
        name === "AuthClient" ? new AuthClient(options as never) : new ServerClient(options as never);
      expect(make, shown(value)).toThrow(EdgeAuthError);
      expect(make, shown(value)).toThrow(expect.objectContaining({ code }));
    }
  });

  it("anything against a value that is merely left out", () => {
    const none = { authorizationParams: null, discoveryCache: null, telemetry: null, customFetch: null };
    new ServerClient({ ...good, ...none } as never);
    new AuthClient({ domain: "a.example", clientId: "c", ...none } as never);
  });
});

describe("a login", () => {
  it.each([
    ["an appState", { appState: circle }],
    ["a parameter", { authorizationParams: { claims: circle } }],
    ["a parameter with a bigint in it", { authorizationParams: { claims: { a: 1n } } }],
  ])("that cannot be written down says so: %s", async (_name, options) => {
    const attempt = client.startInteractiveLogin(options, on());
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code: invalid }));
  });

  it("answers options that are null as it answers none", async () => {
    expect(await client.startInteractiveLogin(null as never, on())).toBeInstanceOf(URL);
    expect(await client.logout(null as never, on())).toBeInstanceOf(URL);
    expect(await auth.buildLogoutUrl(null as never)).toBeInstanceOf(URL);
    expect(await auth.buildAuthorizationUrl(null as never, null as never)).toHaveProperty("codeVerifier");
  });

  it("with a wrong logout leaves the session as it is", async () => {
    await logInAt(issuer, bench);
    const request = bench.request();
    await expect(client.logout({ returnTo: 7 } as never, request)).rejects.toThrow(
      expect.objectContaining({ code: invalid }),
    );
    bench.keep(request);
    expect(await client.getUser(on())).toBeDefined();
  });
});

describe("a logout token that came as JSON", () => {
  it.each([{ logout_token: { toString: 1, valueOf: 1 } }, { logout_token: ["a.b.c"] }])(
    "and is no text is refused like any other",
    async ({ logout_token }) => {
      const issuer = await hostileIssuer();
      const bench = hostileBench(issuer);
      const call = bench.client.handleBackchannelLogout(logout_token as never, bench.request());
      await expect(call).rejects.toMatchObject({ code: "verify_logout_token_error" });
      expect(issuer.requests).toEqual([]);
    },
  );
});
