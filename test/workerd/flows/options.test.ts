import { beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { clientBench, logInAt } from "../../support/server-client.ts";

let issuer: HostileIssuer;

beforeEach(async () => {
  issuer = await hostileIssuer();
});

/** Logs in with these options; answers what the `Auth0-Client` header of each request said. */
async function headersOf(options: object): Promise<unknown[]> {
  const said: unknown[] = [];
  const { domain, clientId, clientSecret } = issuer;
  const customFetch: typeof fetch = (input, init) => {
    const header = new Request(input, init).headers.get("auth0-client");
    said.push(
      header === null ? undefined : JSON.parse(atob(header.replaceAll("-", "+").replaceAll("_", "/"))),
    );
    return issuer.customFetch(input, init);
  };
  await logInAt(issuer, clientBench({ domain, clientId, clientSecret, customFetch, ...options }));
  expect(said.length).toBeGreaterThan(2);
  return [...new Set(said.map((one) => JSON.stringify(one)))].map((one) => one && JSON.parse(one));
}

describe("telemetry", () => {
  it("names the SDK and its version to the issuer at every request", async () => {
    expect(await headersOf({})).toEqual([
      { name: "auth0-edge", version: expect.stringMatching(/^\d+\.\d+\./) },
    ]);
  });

  it("goes by another name and version where the client says so", async () => {
    const telemetry = { name: "our-app", version: "7.0.0" };
    expect(await headersOf({ telemetry })).toEqual([telemetry]);
  });

  it("is not sent where it is turned off", async () => {
    expect(await headersOf({ telemetry: { enabled: false } })).toEqual([undefined]);
  });
});

describe("discoveryCache", () => {
  const logins = async (options: object): Promise<number> => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const bench = clientBench({ domain, clientId, clientSecret, customFetch, ...options });
    for (let login = 0; login < 3; login++) await logInAt(issuer, bench);
    return issuer.requests.filter((path) => path.endsWith("openid-configuration")).length;
  };

  it("keeps metadata for ten minutes unless told otherwise", async () => {
    expect(await logins({})).toBe(1);
  });

  it("with a ttl of 0 fetches it for every step of a login", async () => {
    expect(await logins({ discoveryCache: { ttl: 0 } })).toBe(6);
  });
});
