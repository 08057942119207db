import { reset } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { later } from "../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../support/hostile-issuer.ts";
import { type Rotation, rotate } from "../support/rotation.ts";
import { type ClientBench, logInAt } from "../support/server-client.ts";
import { objectBench } from "./bench.ts";

let issuer: HostileIssuer;
let rotation: Rotation;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  rotation = rotate(issuer);
  bench = objectBench(issuer);
  await logInAt(issuer, bench);
});
afterEach(reset);

const ask = (audience?: string) => bench.client.getAccessToken(audience ? { audience } : {}, bench.request());

describe("a session in a Durable Object whose access token has expired", () => {
  it("is refreshed by one call for fifty requests at once, and each gets the same token", async () => {
    later(3700);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(rotation).toMatchObject({ calls: 1, revoked: 0 });
    later(3700);
    await ask();
    expect(rotation).toMatchObject({ calls: 2, revoked: 0 });
  });
});
