import { AuthClient } from "auth0-edge";
import { decodeJwt, exportJWK, exportPKCS8, exportSPKI, generateKeyPair, jwtVerify } from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer, readForm } from "../../support/hostile-issuer.ts";
import { clientBench, hostileBench, logInAt, redirectUri } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let requests: Request[];

beforeEach(async () => {
  issuer = await hostileIssuer();
  requests = [];
});

const customFetch: typeof fetch = async (input, init) => {
  requests.push(new Request(input, init));
  return await issuer.customFetch(input, init);
};
const base = () => ({ domain: issuer.domain, clientId: issuer.clientId, customFetch });

async function tokenRequest(): Promise<{ request: Request; form: URLSearchParams }> {
  const request = requests.find(({ url, method }) => method === "POST" && url.includes("token"))!;
  return { request, form: new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer())) };
}
const refresh = (options: object) =>
  new AuthClient({ ...base(), ...options }).getTokenByRefreshToken({ refreshToken: "r" });
const refused = (code: string) => expect.objectContaining({ code });
const pem = (body: string) => ({
  clientAssertionSigningKey: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`,
});
let keys: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  keys = await generateKeyPair("ES256", { extractable: true });
});

describe("a client", () => {
  it("with a secret sends it in the body where the issuer takes it there", async () => {
    await refresh({ clientSecret: "s" });
    const { form, request } = await tokenRequest();
    expect(form.get("client_secret")).toBe("s");
    expect(request.headers.has("authorization")).toBe(false);
  });

  it.each([[["client_secret_basic"]], [undefined]])(
    "with a secret sends it as a header where the issuer takes it no other way: %j",
    async (methods) => {
      issuer.misbehave.discovery = (document) =>
        Response.json({ ...document, token_endpoint_auth_methods_supported: methods });
      await refresh({ clientSecret: "s:%" });
      const { form, request } = await tokenRequest();
      expect(form.has("client_secret")).toBe(false);
      expect(request.headers.get("authorization")).toBe(`Basic ${btoa("hostile%2Dclient:s%3A%25")}`);
    },
  );

  it("without one sends its id alone, and logs in by PKCE", async () => {
    const bench = clientBench({ ...base() });
    await logInAt(issuer, bench);
    const { form } = await tokenRequest();
    expect(form.get("client_id")).toBe(issuer.clientId);
    expect(form.has("client_secret")).toBe(false);
    expect(form.get("code_verifier")).toHaveLength(43);
  });

  it.each("RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519".split(" "))(
    "with a private key proves itself by a short assertion for this issuer, and by each one once (%s)",
    async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      for (const key of [privateKey, await exportPKCS8(privateKey)]) {
        const client = new AuthClient({
          ...base(),
          clientAssertionSigningKey: key,
          clientAssertionSigningAlg: alg,
        });
        const used = new Set<unknown>();
        for (let round = 0; round < 3; round++) {
          requests = [];
          await client.getTokenByRefreshToken({ refreshToken: "r" });
          const { form } = await tokenRequest();
          const assertion = form.get("client_assertion")!;
          const { protectedHeader } = await jwtVerify(assertion, publicKey, {
            audience: issuer.issuer,
            issuer: issuer.clientId,
            subject: issuer.clientId,
          });
          expect(protectedHeader.alg).toBe(alg);
          const { aud, exp, iat, jti } = decodeJwt(assertion);
          expect(aud).toBe(issuer.issuer);
          expect(exp! - iat!).toBeLessThanOrEqual(60);
          expect(jti!.length).toBeGreaterThanOrEqual(22);
          used.add(jti);
          expect(form.get("client_assertion_type")).toBe(
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          );
          expect(form.has("client_secret")).toBe(false);
        }
        expect(used.size).toBe(3);
      }
    },
  );

  it("goes by the algorithm of a CryptoKey, whatever else is said", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES384");
    await refresh({ clientAssertionSigningKey: privateKey, clientAssertionSigningAlg: "RS256" });
    const { form } = await tokenRequest();
    await jwtVerify(form.get("client_assertion")!, publicKey, { algorithms: ["ES384"] });
  });

  it.each<[string, () => Promise<object> | object]>([
    ["PEM of something else", () => pem("AAAA")],
    ["PEM that is not base64", () => pem("%%%%")],
    ["text that is no PEM", () => ({ clientAssertionSigningKey: "secret-text" })],
    ["a public key as PEM", async () => ({ clientAssertionSigningKey: await exportSPKI(keys.publicKey) })],
    [
      "PEM of another algorithm",
      async () => ({ clientAssertionSigningKey: await exportPKCS8(keys.privateKey) }),
    ],
    [
      "an algorithm that is none for keys",
      async () => ({
        clientAssertionSigningKey: await exportPKCS8(keys.privateKey),
        clientAssertionSigningAlg: "HS256",
      }),
    ],
    [
      "an algorithm that is no text",
      async () => ({
        clientAssertionSigningKey: await exportPKCS8(keys.privateKey),
        clientAssertionSigningAlg: { alg: "ES256" },
      }),
    ],
    ["a public CryptoKey", () => ({ clientAssertionSigningKey: keys.publicKey })],
    [
      "a CryptoKey for something else",
      async () => ({
        clientAssertionSigningKey: (await generateKeyPair("RSA-OAEP-256", { extractable: true })).privateKey,
      }),
    ],
    [
      "a CryptoKey that may not sign",
      async () => ({
        clientAssertionSigningKey: (
          (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
            "deriveBits",
          ])) as CryptoKeyPair
        ).privateKey,
      }),
    ],
    [
      "a shared key",
      async () => ({
        clientAssertionSigningKey: await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, [
          "sign",
        ]),
      }),
    ],
    ["a JWK", async () => ({ clientAssertionSigningKey: await exportJWK(keys.privateKey) })],
    ["a number", () => ({ clientAssertionSigningKey: 7 })],
    ["a secret that is no text", () => ({ clientSecret: { secret: "s" } })],
  ])("with %s in place of its proof says so, and asks nothing of the issuer", async (_name, options) => {
    const given = await options();
    const attempt = (async () => refresh(given))();
    await expect(attempt).rejects.toThrow(refused("invalid_configuration_error"));
    await expect(attempt).rejects.not.toThrow(/AAAA|secret-text/);
    expect(requests).toEqual([]);
  });

  it("with a certificate uses the alias of every endpoint that has one, whatever key or secret it has", async () => {
    const at = "https://mtls.hostile.example";
    const mtls_endpoint_aliases = {
      token_endpoint: `${at}/token`,
      revocation_endpoint: `${at}/revoke`,
      pushed_authorization_request_endpoint: `${at}/par`,
      backchannel_authentication_endpoint: `${at}/bc-authorize`,
      userinfo_endpoint: `${at}/userinfo`,
    };
    issuer.misbehave.discovery = (document) => Response.json({ ...document, mtls_endpoint_aliases });
    const client = new AuthClient({
      ...base(),
      useMtls: true,
      clientSecret: "unused",
      clientAssertionSigningKey: keys.privateKey,
      authorizationParams: { redirect_uri: redirectUri },
    });
    await client.getTokenByRefreshToken({ refreshToken: "r" });
    await client.revokeToken({ token: "r" });
    await client.buildAuthorizationUrl({ pushedAuthorizationRequests: true });
    await client.initiateBackchannelAuthentication({ bindingMessage: "b", loginHint: { sub: "user-1" } });
    await client.getUserInfo({ accessToken: "a" });
    const seen = requests.filter(({ url }) => !/openid-configuration|jwks/.test(url));
    expect(seen.map(({ url }) => url)).toEqual(Object.values(mtls_endpoint_aliases));
    for (const request of seen.slice(0, 4)) {
      const form = await readForm(request);
      expect(form.get("client_id")).toBe(issuer.clientId);
      expect([...form.keys()].filter((name) => /secret|assertion/.test(name))).toEqual([]);
      expect(request.headers.has("authorization")).toBe(false);
    }
  });

  it("with a certificate uses an endpoint itself where it has no alias, and needs the fetch that presents it", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({
        ...document,
        mtls_endpoint_aliases: { revocation_endpoint: "https://mtls.hostile.example/revoke" },
      });
    await refresh({ useMtls: true });
    expect((await tokenRequest()).request.url).toBe(`${issuer.issuer}token`);
    expect(() => new AuthClient({ domain: issuer.domain, clientId: "c", useMtls: true })).toThrow(
      refused("mtls_without_custom_fetch_not_supported"),
    );
  });

  it("without a certificate leaves the aliases alone", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({
        ...document,
        mtls_endpoint_aliases: { token_endpoint: "https://mtls.hostile.example/token" },
      });
    await refresh({ clientSecret: "s" });
    expect((await tokenRequest()).request.url).toBe(`${issuer.issuer}token`);
  });
});

describe("a pushed authorization request", () => {
  it("carries the parameters and the client's proof, and leaves two in the URL", async () => {
    const bench = clientBench({ ...base(), clientSecret: "s" });
    const details = JSON.stringify([{ type: "payment" }]);
    const url = await bench.client.startInteractiveLogin(
      { pushedAuthorizationRequests: true, authorizationParams: { authorization_details: details } },
      bench.request(),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: issuer.clientId,
      request_uri: "urn:example:1",
    });
    const push = requests.find(({ url: at }) => at.endsWith("/par"))!;
    const form = new URLSearchParams(new TextDecoder().decode(await push.arrayBuffer()));
    expect(form.get("client_secret")).toBe("s");
    expect(form.get("code_challenge_method")).toBe("S256");
    expect(form.get("authorization_details")).toBe(details);
  });

  it("is refused where the issuer takes none, or says no", async () => {
    const bench = hostileBench(issuer);
    const start = () =>
      bench.client.startInteractiveLogin({ pushedAuthorizationRequests: true }, bench.request());
    issuer.misbehave.request = () => Response.json({ error: "invalid_request" }, { status: 400 });
    await expect(start()).rejects.toThrow(
      expect.objectContaining({
        code: "build_authorization_url_error",
        cause: expect.objectContaining({ error: "invalid_request" }),
      }),
    );
    issuer.misbehave.discovery = ({ pushed_authorization_request_endpoint: _, ...document }) =>
      Response.json(document);
    const other = hostileBench(issuer);
    await expect(
      other.client.startInteractiveLogin({ pushedAuthorizationRequests: true }, other.request()),
    ).rejects.toThrow(refused("par_not_supported_error"));
  });
});
