import {
  AuthClient,
  type DomainResolver,
  type DomainResolverContext,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  MemorySessionStore,
  StatefulStateStore,
} from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer, hostileIssuers } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  comeBack,
  redirectUri,
  startAt,
} from "../../support/server-client.ts";

const domains = ["one.example", "two.example", "three.example"];
let issuers: HostileIssuer[];
let customFetch: typeof fetch;

beforeEach(async () => {
  ({ issuers, customFetch } = await hostileIssuers(...domains));
});

const refused = (code: string) => expect.objectContaining({ code });
const asked = (path: string) => issuers.map(({ requests }) => requests.filter((one) => one === path).length);
const discovery = "/.well-known/openid-configuration";

type WithBrand = HeadersStoreOptions & { brand?: string };
/** The domain is that of the brand the request is for. */
const byBrand: DomainResolver<WithBrand> = ({ storeOptions }) => storeOptions?.brand ?? domains[0]!;

function benchOf(domain: DomainResolver<HeadersStoreOptions>, options = {}): ClientBench {
  const { clientId, clientSecret } = issuers[0]!;
  return clientBench({ domain, clientId, clientSecret, customFetch, ...options });
}
/** A bench whose requests carry a brand. */
function branded(bench: ClientBench, brand: string): ClientBench {
  return { ...bench, request: () => ({ ...bench.request(), brand }) };
}
async function resolvedBy<T>(resolver: DomainResolver<T>, storeOptions?: T): Promise<string> {
  const bench = clientBench({ domain: resolver as never, clientId: issuers[0]!.clientId, customFetch });
  const client = await bench.client.getAuthClient(storeOptions as never);
  return new URL((await client.getServerMetadata()).issuer).host;
}

describe("a domain resolver", () => {
  it("is called with { storeOptions }, the very object of the call", async () => {
    const seen: unknown[] = [];
    const storeOptions = { request: new Request(appOrigin) };
    await resolvedBy((context: DomainResolverContext<typeof storeOptions>) => {
      seen.push(context.storeOptions);
      return domains[0]!;
    }, storeOptions);
    expect(seen).toEqual([storeOptions]);
    expect(seen[0]).toBe(storeOptions);
  });

  it("may be written for the peer, which calls it with the store options themselves", async () => {
    const peers = async (context?: WithBrand) => {
      await Promise.resolve();
      return context?.brand ?? "three.example";
    };
    const resolver: DomainResolver<WithBrand> = peers;
    const request = new Request(appOrigin);
    expect(await resolvedBy(resolver, { request, brand: "two.example" })).toBe("two.example");
    expect(await resolvedBy(resolver)).toBe("three.example");
  });

  it("finds nothing, and breaks nothing, where the call had no store options", async () => {
    expect(await resolvedBy(({ storeOptions }) => (storeOptions === undefined ? "two.example" : ""))).toBe(
      "two.example",
    );
    const peers = (context?: { request?: Request }) => context?.request?.headers.get("host") ?? "two.example";
    expect(await resolvedBy(peers)).toBe("two.example");
  });

  it("reads getters, private fields and methods of the original, frozen ones too", async () => {
    class FrameworkContext {
      #brand = "two.example";
      get brand() {
        return this.#brand;
      }
      header(name: string) {
        return name === "brand" ? this.#brand : undefined;
      }
    }
    const context = new FrameworkContext();
    expect(await resolvedBy((given) => given.brand, context)).toBe("two.example");
    expect(await resolvedBy((given) => given.header("brand")!, context)).toBe("two.example");
    expect(await resolvedBy((given) => (given instanceof FrameworkContext ? given.brand : ""), context)).toBe(
      "two.example",
    );
    const frozen = Object.freeze({ brand: () => "two.example" });
    expect(await resolvedBy((given) => given.brand(), frozen)).toBe("two.example");
    const request = new Request("https://two.example/", { headers: { "x-brand": "two.example" } });
    expect(await resolvedBy((given) => given.headers.get("x-brand")!, request)).toBe("two.example");
    expect(await resolvedBy((given) => new URL(given.url).host, request)).toBe("two.example");
  });

  it("sees the store options' own members and no others when it lists them, and may write to them", async () => {
    const storeOptions: { brand: string; memo?: string } = { brand: "two.example" };
    const seen: unknown[] = [];
    await resolvedBy((context) => {
      seen.push(Object.keys(context), { ...context }, "storeOptions" in context, "memo" in context);
      context.memo = "kept";
      return context.brand;
    }, storeOptions);
    expect(seen).toEqual([["brand"], { brand: "two.example" }, true, false]);
    expect(storeOptions.memo).toBe("kept");
  });

  it.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["null", () => null],
    ["a blank", () => " "],
    ["a number", () => 7],
    ["an object", () => ({ domain: "one.example" })],
    ["what is no domain", () => "one example"],
  ])("that answers %s is an error, and nothing is sent", async (_name, resolver) => {
    const { client, request } = benchOf(resolver as DomainResolver<HeadersStoreOptions>);
    await expect(client.startInteractiveLogin({}, request())).rejects.toThrow(
      refused("invalid_configuration_error"),
    );
    expect(asked(discovery)).toEqual([0, 0, 0]);
  });

  it.each(["at once", "later"])(
    "that throws %s is an error, with what it threw as the cause",
    async (when) => {
      const fault = new Error("the database is down");
      const { client, request } = benchOf(() => {
        if (when === "at once") throw fault;
        return Promise.reject(fault);
      });
      const error = await client.startInteractiveLogin({}, request()).catch((reason: Error) => reason);
      expect(error).toMatchObject({ code: "invalid_configuration_error", cause: fault });
      expect(String(error)).not.toContain("database");
    },
  );

  it.each<[string, (client: () => ClientBench["client"]) => DomainResolver<HeadersStoreOptions>]>([
    [
      "getUser",
      (client) =>
        async ({ storeOptions }) =>
          String(await client().getUser(storeOptions)),
    ],
    ["getUser, as the peer", (client) => async (options) => String(await client().getUser(options))],
    [
      "getAccessToken",
      (client) =>
        async ({ storeOptions }) =>
          String(await client().getAccessToken(storeOptions)),
    ],
    [
      "updateSession",
      (client) =>
        async ({ storeOptions }) =>
          String(await client().updateSession({}, storeOptions)),
    ],
    [
      "getAuthClient",
      (client) =>
        async ({ storeOptions }) =>
          String(await client().getAuthClient(storeOptions)),
    ],
  ])("that asks its own client (%s) fails clearly, and hangs nothing", async (_name, resolverOf) => {
    let asking = false;
    const own: DomainResolver<HeadersStoreOptions> = resolverOf(() => bench.client);
    const bench = benchOf((context) => (asking ? own(context) : "one.example"));
    await comeBack(bench, await startAt(issuers[0]!, bench));
    asking = true;
    const request = bench.request();
    for (const call of [
      () => bench.client.getUser(request),
      () => bench.client.getAccessToken({}, request),
      () => bench.client.getAccessTokenForConnection({ connection: "github" }, request),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: "invalid_configuration_error",
        message: expect.stringContaining("waits for itself"),
      });
    }
    asking = false;
    expect(await bench.client.getUser(request)).toBeDefined();
  });

  it("is asked once for a token, whose session then stays of one domain", async () => {
    let calls = 0;
    const bench = benchOf(() => {
      calls += 1;
      return "one.example";
    });
    await comeBack(bench, await startAt(issuers[0]!, bench));
    calls = 0;
    await bench.client.getAccessToken({ audience: "https://api.example/" }, bench.request());
    expect(calls).toBe(1);
  });
});

describe("one client for several domains", () => {
  it("fetches metadata and keys once for each, whatever is called how often (fault 21)", async () => {
    const bench = benchOf(byBrand as DomainResolver<HeadersStoreOptions>);
    for (let round = 0; round < 34; round++) {
      for (const [index, issuer] of issuers.entries()) {
        const own = branded(bench, domains[index]!);
        bench.jar.clear();
        await comeBack(own, await startAt(issuer, own));
        expect(await own.client.getUser(own.request())).toBeDefined();
        const client = await own.client.getAuthClient(own.request());
        expect((await client.getTokenByRefreshToken({ refreshToken: "r" })).claims!.iss).toBe(issuer.issuer);
      }
    }
    expect(asked(discovery)).toEqual([1, 1, 1]);
    expect(asked("/jwks")).toEqual([1, 1, 1]);
  });

  it("remembers no more of them than maxEntries", async () => {
    const bench = benchOf(byBrand as DomainResolver<HeadersStoreOptions>, {
      discoveryCache: { maxEntries: 2 },
    });
    const visit = async (index: number) => {
      const options = branded(bench, domains[index]!).request();
      await (await bench.client.getAuthClient(options)).getServerMetadata();
    };
    for (const index of [0, 1, 0, 1, 2, 1, 0]) await visit(index);
    expect(asked(discovery)).toEqual([2, 1, 1]);
  });

  it("sends each request's browser back to where that request says", async () => {
    const bench = branded(benchOf(byBrand as DomainResolver<HeadersStoreOptions>), "two.example");
    const url = await bench.client.startInteractiveLogin(
      { authorizationParams: { redirect_uri: "https://brand-2.example/callback" } },
      bench.request(),
    );
    expect(url.host).toBe("two.example");
    expect(url.searchParams.get("redirect_uri")).toBe("https://brand-2.example/callback");
  });

  it("takes a session of one domain for none at another, and leaves it alone there", async () => {
    const bench = benchOf(byBrand as DomainResolver<HeadersStoreOptions>);
    const [one, two] = [branded(bench, "one.example"), branded(bench, "two.example")];
    await comeBack(one, await startAt(issuers[0]!, one));
    const at = two.request();
    expect(await two.client.getUser(at)).toBeUndefined();
    await expect(two.client.getAccessToken(at)).rejects.toThrow(refused("missing_session_error"));
    await expect(two.client.getAccessTokenForConnection({ connection: "github" }, at)).rejects.toThrow(
      refused("missing_session_error"),
    );
    await expect(two.client.startLinkUser({ connection: "github" }, at)).rejects.toThrow(
      refused("missing_session_error"),
    );
    await two.client.logout({}, at);
    two.keep(at);
    expect(issuers[1]!.requests).not.toContain("/token");
    expect(await one.client.getUser(one.request())).toBeDefined();
  });
});

describe("the AuthClient of a ServerClient", () => {
  it("is one for one domain, and shares its metadata and keys", async () => {
    const { domain, clientId, clientSecret } = issuers[0]!;
    const { client, request } = clientBench({ domain, clientId, clientSecret, customFetch });
    expect(client.authClient).toBeInstanceOf(AuthClient);
    expect(client.authClient).toBe(client.authClient);
    await client.startInteractiveLogin({}, request());
    await client.authClient.getTokenByRefreshToken({ refreshToken: "r" });
    await (await client.getAuthClient(request())).getTokenByRefreshToken({ refreshToken: "r" });
    expect(asked(discovery)).toEqual([1, 0, 0]);
    expect(asked("/jwks")).toEqual([1, 0, 0]);
  });

  it("has the client's authorization parameters", async () => {
    const { domain, clientId } = issuers[0]!;
    const authorizationParams = { redirect_uri: redirectUri, audience: "https://api.example/" };
    const { client } = clientBench({ domain, clientId, customFetch, authorizationParams });
    const { authorizationUrl } = await client.authClient.buildAuthorizationUrl();
    expect(authorizationUrl.searchParams.get("audience")).toBe("https://api.example/");
  });

  it("is one for each request where a resolver chooses the domain; the getter says so", async () => {
    const bench = benchOf(byBrand as DomainResolver<HeadersStoreOptions>);
    expect(() => bench.client.authClient).toThrow(
      expect.objectContaining({
        code: "invalid_configuration_error",
        message: expect.stringContaining("getAuthClient"),
      }),
    );
    for (const domain of domains) {
      const client = await bench.client.getAuthClient(branded(bench, domain).request());
      expect((await client.getServerMetadata()).issuer).toBe(`https://${domain}/`);
    }
  });

  it("alone takes no resolver, since it has no request to resolve", () => {
    const domain = () => "one.example";
    expect(() => new AuthClient({ domain: domain as never, clientId: "c" })).toThrow(
      refused("invalid_configuration_error"),
    );
  });
});

describe("a logout token", () => {
  const event = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const tokenOf = (issuer: HostileIssuer, claims = {}) =>
    issuer.signIdToken({
      iss: issuer.issuer,
      aud: issuer.clientId,
      iat: Math.floor(Date.now() / 1000),
      sub: "user-1",
      sid: "sid-1",
      events: event,
      ...claims,
    });
  let bench: ClientBench;

  beforeEach(async () => {
    const store = new StatefulStateStore(
      { secret, store: new MemorySessionStore() },
      new HeadersCookieHandler(),
    );
    const all = benchOf(byBrand as DomainResolver<HeadersStoreOptions>, { stateStore: store });
    bench = branded(all, "one.example");
    issuers[0]!.claims.sid = "sid-1";
    await comeBack(bench, await startAt(issuers[0]!, bench));
  });

  it("ends the session of its issuer", async () => {
    await bench.client.handleBackchannelLogout(await tokenOf(issuers[0]!), bench.request());
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("of another issuer is refused before any keys are fetched", async () => {
    const fresh = branded(benchOf(byBrand as DomainResolver<HeadersStoreOptions>), "two.example");
    for (const claims of [
      {},
      { iss: issuers[2]!.issuer },
      { iss: undefined },
      { iss: "https://evil.example/" },
    ]) {
      await expect(
        fresh.client.handleBackchannelLogout(await tokenOf(issuers[0]!, claims), fresh.request()),
      ).rejects.toThrow(refused("verify_logout_token_error"));
    }
    expect(asked("/jwks")).toEqual([1, 0, 0]);
    expect(asked(discovery)).toEqual([1, 1, 0]);
    expect(await bench.client.getUser(bench.request())).toBeDefined();
  });

  it("that is none costs no request at all", async () => {
    const fresh = branded(benchOf(byBrand as DomainResolver<HeadersStoreOptions>), "two.example");
    const odd = ["x", "a.b.c", "e30.e30.e30", "..", `${"x".repeat(20_000)}`, 7, {}, [], Symbol("x")];
    for (const token of odd) {
      await expect(fresh.client.handleBackchannelLogout(token as string, fresh.request())).rejects.toThrow(
        refused("verify_logout_token_error"),
      );
    }
    for (const none of [undefined, null, ""]) {
      await expect(fresh.client.handleBackchannelLogout(none as never, fresh.request())).rejects.toThrow(
        refused("backchannel_logout_error"),
      );
    }
    expect(asked(discovery)).toEqual([1, 0, 0]);
  });

  it("fetches no keys for wrong claims either", async () => {
    const issuer = await hostileIssuer();
    const { domain, clientId } = issuer;
    const client = new AuthClient({ domain, clientId, customFetch: issuer.customFetch });
    for (const claims of [{ aud: "other" }, { events: {} }, { iat: 1 }, { nonce: "n" }, { sub: 7 }]) {
      const logoutToken = await tokenOf(issuer, claims);
      await expect(client.verifyLogoutToken({ logoutToken })).rejects.toThrow(
        refused("verify_logout_token_error"),
      );
    }
    expect(issuer.requests).toEqual([discovery]);
    expect(await client.verifyLogoutToken({ logoutToken: await tokenOf(issuer) })).toMatchObject({
      sid: "sid-1",
    });
  });
});
