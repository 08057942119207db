import { readSession } from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, hostileBench, logInAt } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});
afterEach(() => {
  vi.useRealTimers();
});

const read = (options = {}) => readSession(bench.request().request, { secret, ...options });

function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe("readSession", () => {
  it("reads what ServerClient wrote", async () => {
    await logInAt(issuer, bench);
    const session = await read();
    const { client } = bench;
    expect(session).toEqual(await client.getSession(bench.request()));
    expect(session).not.toHaveProperty("internal");
  });

  it("finds nobody without a session, or with one of another secret", async () => {
    expect(await readSession(new Request(appOrigin), { secret })).toBeUndefined();
    await logInAt(issuer, bench);
    expect(await read({ secret: "another-secret" })).toBeUndefined();
  });

  it("asks the function that chooses the domain, in the seed's form and in that of the peer", async () => {
    await logInAt(issuer, bench);
    const { domain } = issuer;
    const url = bench.request().request as Request;
    type Asked = { storeOptions?: { request: Request } | undefined; request: Request };
    const seeds = ({ storeOptions }: Asked) =>
      storeOptions?.request.url === url.url ? domain : "other.example";
    const peers = async ({ request }: Asked) => (request.url === url.url ? domain : "other.example");
    for (const resolver of [seeds, peers]) {
      expect(await read({ domain: resolver })).toMatchObject({ user: { sub: "user-1" } });
    }
    expect(await read({ domain: () => "other.example" })).toBeUndefined();
    await expect(read({ domain: () => undefined })).rejects.toMatchObject({
      code: "invalid_configuration_error",
    });
  });

  it("knows older secrets", async () => {
    await logInAt(issuer, bench);
    expect(await read({ secret: ["newest", "newer", secret] })).toMatchObject({ user: { sub: "user-1" } });
  });

  it("honours inactivity", async () => {
    await logInAt(issuer, bench);
    later(86_401);
    expect(await read()).toBeUndefined();
  });

  it("honours the absolute duration, also one that was shortened since", async () => {
    bench = hostileBench(issuer, { inactivityDuration: 1e6, absoluteDuration: 7200 });
    await logInAt(issuer, bench);
    later(3600);
    expect(await read({ absoluteDuration: 7200 })).toBeDefined();
    expect(await read({ absoluteDuration: 3000 })).toBeUndefined();
    later(3601);
    expect(await read({ absoluteDuration: 7200 })).toBeUndefined();
  });

  it("honours the identity provider's ceiling, half a minute early", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await logInAt(issuer, bench);
    expect(await read()).toBeDefined();
    later(571);
    expect(await read()).toBeUndefined();
  });

  it("honours the domain", async () => {
    await logInAt(issuer, bench);
    expect(await read({ domain: issuer.domain })).toBeDefined();
    expect(await read({ domain: `https://${issuer.domain.toUpperCase()}/` })).toBeDefined();
    expect(await read({ domain: "other.example" })).toBeUndefined();
  });

  it("honours an issuer with a path", async () => {
    await logInAt(issuer, bench);
    expect(await read({ issuer: issuer.issuer })).toBeDefined();
    expect(await read({ issuer: `${issuer.issuer}realms/a` })).toBeUndefined();
  });

  it("honours a logout, although the old cookie came back", async () => {
    await logInAt(issuer, bench);
    const session = bench.jar.get("__a0_session")!;
    const options = bench.request();
    await bench.client.logout({}, options);
    bench.keep(options);
    bench.jar.set("__a0_session", session);
    expect(await read()).toBeUndefined();
    bench.jar.delete("__a0_session.ended");
    expect(await read()).toBeDefined();
  });

  it("reads a session with another cookie name", async () => {
    bench = hostileBench(issuer, { cookie: { name: "__Host-session" } });
    await logInAt(issuer, bench);
    expect([...bench.jar.keys()]).toEqual(["__Host-session"]);
    expect(await read({ cookie: { name: "__Host-session" } })).toBeDefined();
  });

  it("refuses an empty secret", async () => {
    await expect(read({ secret: "" })).rejects.toThrow(
      expect.objectContaining({ code: "invalid_configuration_error" }),
    );
  });
});
