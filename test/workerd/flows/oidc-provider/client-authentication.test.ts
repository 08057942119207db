import { AuthClient } from "auth0-edge";
import { describe, expect, it } from "vitest";
import type { AssertionAlgorithm } from "../../../support/provided.ts";
import {
  accessToken,
  atProvider,
  logIn,
  provider,
  realBench,
  refused,
  session,
  untilBriefTokensExpire,
} from "../../../support/real-login.ts";

const { signing, confidential, basic } = provider.clients;
const algorithms = Object.keys(signing) as AssertionAlgorithm[];

describe("at a real OpenID provider a client proves itself", () => {
  it.each(algorithms)("by a private key with %s at every call: login, refresh, revocation", async (alg) => {
    const bench = realBench(signing[alg]);
    await logIn(bench, "gina");
    const before = await session(bench);
    await untilBriefTokensExpire();
    const token = await accessToken(bench);
    expect(token.accessToken).not.toBe(before.tokenSets[0]!.accessToken);

    const { refreshToken } = await session(bench);
    await bench.client.revokeRefreshToken({}, bench.request());
    const client = new AuthClient({ ...atProvider, ...signing[alg] });
    await expect(client.getTokenByRefreshToken({ refreshToken: refreshToken! })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
  });

  it.each(algorithms)("by a CryptoKey for %s", async (alg) => {
    const { clientId, clientAssertionSigningKey } = signing[alg];
    const bench = realBench({
      clientId,
      clientAssertionSigningKey: await importKey(clientAssertionSigningKey, alg),
    });
    await logIn(bench, "greta");
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: "greta" });
  });

  it("in vain by the key of another client", async () => {
    const { clientId } = signing.ES256;
    const bench = realBench({ ...signing.RS256, clientId });
    await expect(logIn(bench, "gina")).rejects.toThrow(refused("token_by_code_error", "invalid_client"));
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("in vain by a wrong secret", async () => {
    const bench = realBench({ ...confidential, clientSecret: "wrong" });
    await expect(logIn(bench, "bob")).rejects.toThrow(refused("token_by_code_error", "invalid_client"));
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("by a secret with characters of every kind in a Basic header, where the issuer takes nothing else", async () => {
    const sent: { path: string; authorization: string | null; body: string }[] = [];
    const customFetch: typeof fetch = async (input, init) => {
      const { pathname: path } = new URL(input as string);
      const authorization = new Headers(init?.headers).get("authorization");
      sent.push({ path, authorization, body: String(init?.body ?? "") });
      return await fetch(input, init);
    };
    const bench = realBench({ ...basic, issuer: provider.realm, customFetch });
    await logIn(bench, "hugo");
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: "hugo" });
    const { authorization, body } = sent.find(({ path }) => path.endsWith("/token"))!;
    expect(authorization).toMatch(/^Basic /);
    expect([...new URLSearchParams(body).keys()]).not.toContain("client_secret");

    const forged = realBench({ ...basic, issuer: provider.realm, clientSecret: `${basic.clientSecret}!` });
    await expect(logIn(forged, "hugo")).rejects.toThrow(refused("token_by_code_error", "invalid_client"));
  });
});

async function importKey(pem: string, alg: AssertionAlgorithm): Promise<CryptoKey> {
  const params = {
    RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    PS256: { name: "RSA-PSS", hash: "SHA-256" },
    ES256: { name: "ECDSA", namedCurve: "P-256" },
    EdDSA: { name: "Ed25519" },
  }[alg];
  const base64 = pem.replace(/-----[^-]+-----/g, "").replace(/\s/g, "");
  const der = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return await crypto.subtle.importKey("pkcs8", der, params, false, ["sign"]);
}
