import { isFederatedDomain } from "auth0-edge";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.useRealTimers();
});

/** An Auth0 whose answers, by status, come one after the other; and what it was asked. */
function auth0(...statuses: (number | Error)[]) {
  const requests: Request[] = [];
  const customFetch: typeof fetch = async (input, init) => {
    requests.push(new Request(input, init));
    const status = statuses.shift() ?? 200;
    if (status instanceof Error) throw status;
    return new Response(status === 204 ? null : "{}", { status });
  };
  return { requests, customFetch };
}
let count = 0;
/** A domain no test asked for yet: answers are kept for all of them. */
const fresh = (): string => `company-${++count}.example`;

describe("isFederatedDomain", () => {
  it("asks Auth0 by WebFinger", async () => {
    const { requests, customFetch } = auth0();
    expect(await isFederatedDomain("Tenant.EU.auth0.com", "ACME.example", { customFetch })).toBe(true);
    const { url, method, headers } = requests[0]!;
    expect(method).toBe("GET");
    const { origin, pathname, searchParams } = new URL(url);
    expect(origin + pathname).toBe("https://tenant.eu.auth0.com/.well-known/webfinger");
    expect(Object.fromEntries(searchParams)).toEqual({
      resource: "urn:auth0:discovery:domain:acme.example",
      rel: "http://openid.net/specs/connect/1.0/issuer",
    });
    expect(headers.has("auth0-client")).toBe(false);
  });

  it("says which SDK asks where that is wanted", async () => {
    const { requests, customFetch } = auth0();
    for (const telemetry of [{}, { name: "mine", version: "1" }, { enabled: false }]) {
      await isFederatedDomain("tenant.auth0.com", fresh(), { customFetch, telemetry });
    }
    const told = requests.map(({ headers }) => headers.get("auth0-client"));
    expect(told.slice(0, 2).map((text) => JSON.parse(atob(text!)).name)).toEqual(["auth0-edge", "mine"]);
    expect(told[2]).toBeNull();
  });

  it("takes the tenant as domain or URL", async () => {
    const { requests, customFetch } = auth0(200, 404);
    const domain = fresh();
    expect(await isFederatedDomain("https://tenant.auth0.com/", domain, { customFetch })).toBe(true);
    expect(await isFederatedDomain("tenant.auth0.com", domain, { customFetch })).toBe(true);
    expect(requests).toHaveLength(1);
    expect(await isFederatedDomain("other.auth0.com", domain, { customFetch })).toBe(false);
  });

  it("answers a caller with a fetch of its own by that fetch alone", async () => {
    const domain = fresh();
    expect(await isFederatedDomain("tenant.auth0.com", domain, auth0(200))).toBe(true);
    expect(await isFederatedDomain("tenant.auth0.com", domain, auth0(404))).toBe(false);
  });

  it("keeps a yes for a minute and a no for 15 seconds", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { requests, customFetch } = auth0(200, 404, 404, 200);
    const [yes, no] = [fresh(), fresh()];
    const ask = async () => [
      await isFederatedDomain("tenant.auth0.com", yes, { customFetch }),
      await isFederatedDomain("tenant.auth0.com", no, { customFetch }),
    ];
    expect(await ask()).toEqual([true, false]);
    vi.setSystemTime(Date.now() + 14_000);
    expect(await ask()).toEqual([true, false]);
    expect(requests).toHaveLength(2);
    vi.setSystemTime(Date.now() + 2000);
    expect(await ask()).toEqual([true, false]);
    expect(requests).toHaveLength(3);
    vi.setSystemTime(Date.now() + 45_000);
    expect(await ask()).toEqual([true, true]);
    expect(requests).toHaveLength(5);
  });

  it("forgets the oldest of a thousand answers", async () => {
    const { requests, customFetch } = auth0();
    const first = fresh();
    await isFederatedDomain("tenant.auth0.com", first, { customFetch });
    for (let i = 0; i < 1000; i++) await isFederatedDomain("tenant.auth0.com", fresh(), { customFetch });
    requests.length = 0;
    await isFederatedDomain("tenant.auth0.com", first, { customFetch });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["too many questions", 429],
    ["a server that is down", 503],
    ["a redirect", 302],
    ["no network", new TypeError("no network")],
  ])("says no, and remembers nothing, where there is %s", async (_name, failure) => {
    const { customFetch } = auth0(failure);
    const domain = fresh();
    expect(await isFederatedDomain("tenant.auth0.com", domain, { customFetch })).toBe(false);
    expect(await isFederatedDomain("tenant.auth0.com", domain, { customFetch })).toBe(true);
  });

  it.each<[unknown, unknown]>([
    ["tenant.auth0.com", undefined],
    ["tenant.auth0.com", null],
    ["tenant.auth0.com", 5],
    ["tenant.auth0.com", ""],
    ["tenant.auth0.com", "acme"],
    ["tenant.auth0.com", "user@acme.example"],
    ["tenant.auth0.com", "acme.example/path"],
    ["tenant.auth0.com", "acme.example?x=y"],
    ["tenant.auth0.com", "acme.example\n.evil.example"],
    ["tenant.auth0.com", `${"a".repeat(64)}.example`],
    ["tenant.auth0.com", `${"a.".repeat(200)}example`],
    [undefined, "acme.example"],
    [null, "acme.example"],
    [5, "acme.example"],
    ["", "acme.example"],
    ["not a domain", "acme.example"],
    ["http://[", "acme.example"],
  ])("asks nobody for %s and %s", async (auth0Domain, emailDomain) => {
    const { requests, customFetch } = auth0();
    expect(await isFederatedDomain(auth0Domain as never, emailDomain as never, { customFetch })).toBe(false);
    expect(requests).toEqual([]);
  });

  it("asks the tenant and nobody else, whatever is put behind its name", async () => {
    const { requests, customFetch } = auth0();
    for (const odd of [
      "tenant.auth0.com/@evil.example",
      "tenant.auth0.com#@evil.example",
      "user@tenant.auth0.com",
    ]) {
      await isFederatedDomain(odd, fresh(), { customFetch });
    }
    for (const { url } of requests) expect(new URL(url).host).toBe("tenant.auth0.com");
  });

  it("never throws, whatever its options are", async () => {
    for (const options of [null, 5, { customFetch: 5 }, { customFetch: null, telemetry: 5 }] as never[]) {
      expect(typeof (await isFederatedDomain("tenant.auth0.com", fresh(), options))).toBe("boolean");
    }
  });
});
