import type { Plan } from "../case.ts";
import type { ProviderSetup } from "../faults.ts";
import { signWith, unsigned, withWrongSignature } from "../keys.ts";
import { login } from "../login-case.ts";
import { userinfo } from "../userinfo-case.ts";

const rs256Only: ProviderSetup = { metadata: { id_token_signing_alg_values_supported: ["RS256"] } };

/** Keys of several kinds without a name; the last one of RSA signs, so that the first does not happen to fit. */
const nameless = (rsaKeys: number): ProviderSetup => ({
  async keys(draw) {
    const kinds = ["ES256", "EdDSA", ...Array.from({ length: rsaKeys }, () => "RS256")];
    return await Promise.all(kinds.map((alg) => draw(alg, { kid: false, namesAlg: false })));
  },
  signingKey: -1,
});

/** The plan `oidcc-client-basic-certification-test-plan`. */
export const basic: readonly Plan[] = [
  {
    plan: "Basic",
    cases: [
      { module: "oidcc-client-test", expected: "accept", run: login() },
      {
        module: "oidcc-client-test-invalid-iss",
        expected: "reject",
        run: login({
          fault: { idToken: (claims) => ({ ...claims, iss: `${claims.iss}1` }) },
          because: /'iss'/,
        }),
      },
      {
        module: "oidcc-client-test-missing-sub",
        expected: "reject",
        run: login({ fault: { idToken: ({ sub: _, ...claims }) => claims }, because: /'sub'/ }),
      },
      {
        module: "oidcc-client-test-invalid-aud",
        expected: "reject",
        run: login({
          fault: { idToken: (claims) => ({ ...claims, aud: `${claims.aud}1` }) },
          because: /'aud'/,
        }),
      },
      {
        module: "oidcc-client-test-missing-iat",
        expected: "reject",
        run: login({ fault: { idToken: ({ iat: _, ...claims }) => claims }, because: /'iat'/ }),
      },
      {
        module: "oidcc-client-test-kid-absent-single-jwks",
        expected: "accept",
        run: login({ provider: nameless(1) }),
      },
      {
        module: "oidcc-client-test-kid-absent-multiple-jwks",
        expected: ["accept", "reject"],
        run: login({ provider: nameless(3) }),
      },
      {
        module: "oidcc-client-test-idtoken-sig-rs256",
        expected: "accept",
        run: login({ provider: rs256Only }),
      },
      {
        module: "oidcc-client-test-idtoken-sig-none",
        expected: "reject",
        run: login({ fault: { sign: (claims) => unsigned(claims) }, because: /algorithm is not accepted/ }),
      },
      {
        module: "oidcc-client-test-invalid-sig-rs256",
        expected: "reject",
        run: login({
          provider: rs256Only,
          fault: { sign: async (claims, { keys }) => withWrongSignature(await signWith(keys[0]!, claims)) },
          because: /not signed by a key of the issuer/,
        }),
      },
      {
        module: "oidcc-client-test-userinfo-invalid-sub",
        expected: "reject",
        run: userinfo({ fault: { userinfo: (claims) => ({ ...claims, sub: `${claims.sub}1` }) } }),
      },
      {
        module: "oidcc-client-test-nonce-invalid",
        expected: "reject",
        run: login({
          fault: { idToken: (claims) => ({ ...claims, nonce: `${claims.nonce}1` }) },
          because: /'nonce'/,
        }),
      },
      { module: "oidcc-client-test-scope-userinfo-claims", expected: "accept", run: userinfo() },
      {
        module: "oidcc-client-test-client-secret-basic",
        expected: "accept",
        run: login({ provider: { clientAuth: "client_secret_basic" } }),
      },
    ],
  },
];
