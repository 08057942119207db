import { AuthClient } from "auth0-edge";
import { decodeJwt, decodeProtectedHeader, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { clientBench, hostileBench, logInAt } from "../../support/server-client.ts";

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

  it.each(["RS256", "PS384", "ES256", "EdDSA"])(
    "with a private key proves itself by a short assertion for this issuer (%s)",
    async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      for (const key of [privateKey, await exportPKCS8(privateKey)]) {
        requests = [];
        await refresh({
          clientSecret: "unused",
          clientAssertionSigningKey: key,
          clientAssertionSigningAlg: alg,
        });
        const { form } = await tokenRequest();
        const assertion = form.get("client_assertion")!;
        await jwtVerify(assertion, publicKey, {
          audience: issuer.issuer,
          issuer: issuer.clientId,
          subject: issuer.clientId,
        });
        const { aud, exp, iat, jti } = decodeJwt(assertion);
        expect(aud).toBe(issuer.issuer);
        expect(exp! - iat!).toBeLessThanOrEqual(60);
        expect(jti!.length).toBeGreaterThanOrEqual(22);
        expect(["EdDSA", "Ed25519", alg]).toContain(decodeProtectedHeader(assertion).alg);
        expect(form.get("client_assertion_type")).toBe(
          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        );
        expect(form.has("client_secret")).toBe(false);
      }
    },
  );

  it("with a key that is none says so, and sends nothing of it", async () => {
    const attempt = refresh({
      clientAssertionSigningKey: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    });
    await expect(attempt).rejects.toThrow(refused("invalid_configuration_error"));
    await expect(attempt).rejects.not.toThrow(/AAAA/);
  });

  it("with a certificate uses the mTLS aliases, and needs the fetch that presents it", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({
        ...document,
        mtls_endpoint_aliases: { token_endpoint: "https://mtls.hostile.example/token" },
      });
    await refresh({ useMtls: true });
    const { request, form } = await tokenRequest();
    expect(request.url).toBe("https://mtls.hostile.example/token");
    expect(form.get("client_id")).toBe(issuer.clientId);
    expect(() => new AuthClient({ domain: issuer.domain, clientId: "c", useMtls: true })).toThrow(
      refused("mtls_without_custom_fetch_not_supported"),
    );
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
