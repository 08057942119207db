import { exportSPKI, importJWK } from "jose";
import { expect } from "vitest";
import type { Plan } from "../case.ts";
import type { ProviderSetup } from "../faults.ts";
import { signWith, signWithText, withWrongSignature } from "../keys.ts";
import { login } from "../login-case.ts";

const es256: ProviderSetup = {
  keys: (draw) => Promise.all([draw("ES256")]),
  metadata: { id_token_signing_alg_values_supported: ["ES256"] },
};
const hs256: ProviderSetup = { metadata: { id_token_signing_alg_values_supported: ["HS256", "RS256"] } };

/** Modules of the suite that are in no certification plan, or in those of other response types. */
export const extra: readonly Plan[] = [
  {
    plan: "Extra",
    cases: [
      {
        module: "oidcc-client-test-missing-aud",
        expected: "reject",
        run: login({ fault: { idToken: ({ aud: _, ...claims }) => claims }, because: /'aud'/ }),
      },
      {
        module: "oidcc-client-test-invalid-sig-hs256",
        expected: "reject",
        run: login({
          provider: hs256,
          fault: {
            sign: async (claims, { client }) => withWrongSignature(await signWithText(client.secret, claims)),
          },
          because: /algorithm is not accepted/,
        }),
      },
      {
        module: "oidcc-client-test-invalid-sig-es256",
        expected: "reject",
        run: login({
          provider: es256,
          fault: { sign: async (claims, { keys }) => withWrongSignature(await signWith(keys[0]!, claims)) },
          because: /not signed by a key of the issuer/,
        }),
      },
      {
        module: "oidcc-client-test-mtls-endpoint-aliases",
        expected: "accept",
        run: login({
          provider: { clientAuth: "tls_client_auth" },
          afterwards: ({ provider }) => {
            expect(provider.requests).toContain("POST mtls.op.example/token");
            expect(provider.requests).toContain("GET mtls.op.example/userinfo");
            expect(provider.requests).not.toContain("POST /token");
          },
        }),
      },
    ],
  },
  {
    plan: "Extra, our own",
    cases: [
      {
        module: "hs256-with-the-client-secret",
        expected: "reject",
        run: login({
          provider: hs256,
          fault: { sign: (claims, { client }) => signWithText(client.secret, claims) },
          because: /algorithm is not accepted/,
        }),
      },
      {
        module: "hs256-with-the-public-key",
        expected: "reject",
        run: login({
          provider: hs256,
          fault: {
            async sign(claims, { keys }) {
              const { jwk } = keys[0]!;
              const pem = await exportSPKI(
                (await importJWK(jwk, "RS256", { extractable: true })) as CryptoKey,
              );
              return await signWithText(pem, claims, { kid: jwk.kid });
            },
          },
          because: /algorithm is not accepted/,
        }),
      },
      {
        module: "key-inside-the-token",
        expected: "reject",
        run: login({
          fault: {
            async sign(claims, { draw }) {
              const stranger = await draw("RS256");
              return await signWith(stranger, claims, { jwk: stranger.jwk });
            },
          },
          because: /not signed by a key of the issuer/,
        }),
      },
      {
        module: "kid-of-another-key",
        expected: "reject",
        run: login({
          provider: { keys: (draw) => Promise.all([draw("RS256"), draw("RS256")]) },
          fault: { sign: (claims, { keys }) => signWith(keys[0]!, claims, { kid: keys[1]!.jwk.kid }) },
          because: /not signed by a key of the issuer/,
        }),
      },
      {
        module: "another-algorithm-than-registered",
        expected: "reject",
        run: login({
          provider: { keys: (draw) => Promise.all([draw("RS256"), draw("ES256")]) },
          relyingParty: { client: { idTokenSignedResponseAlg: "RS256" } },
          fault: { sign: (claims, { keys }) => signWith(keys[1]!, claims) },
          because: /'alg'/,
        }),
      },
      {
        module: "extension-that-must-be-understood",
        expected: "reject",
        run: login({
          fault: { sign: (claims, { keys }) => signWith(keys[0]!, claims, { crit: ["b64"], b64: true }) },
          because: /extension/,
        }),
      },
      {
        module: "invalid-at-hash",
        expected: "reject",
        run: login({
          fault: { idToken: (claims) => ({ ...claims, at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }) },
          because: /'at_hash'/,
        }),
      },
      {
        module: "aud-array-of-others",
        expected: "reject",
        run: login({
          fault: { idToken: (claims) => ({ ...claims, aud: [`${claims.aud}1`], azp: claims.aud }) },
          because: /'aud'/,
        }),
      },
      {
        module: "invalid-azp",
        expected: "reject",
        run: login({
          fault: { idToken: (claims) => ({ ...claims, azp: `${claims.aud}1` }) },
          because: /azp/,
        }),
      },
      {
        module: "iat-ahead",
        expected: "reject",
        run: login({
          fault: {
            idToken: (claims) => ({
              ...claims,
              iat: Number(claims.iat) + 600,
              exp: Number(claims.exp) + 600,
            }),
          },
          because: /'iat'/,
        }),
      },
      {
        module: "client-secret-post",
        expected: "accept",
        run: login({ provider: { clientAuth: "client_secret_post" } }),
      },
      { module: "public-client", expected: "accept", run: login({ provider: { clientAuth: "none" } }) },
      {
        module: "private-key-jwt",
        expected: "accept",
        run: login({ provider: { clientAuth: "private_key_jwt" } }),
      },
      {
        module: "no-list-of-client-authentication-methods",
        expected: "accept",
        run: login({ provider: { metadata: { token_endpoint_auth_methods_supported: undefined } } }),
      },
    ],
  },
];
