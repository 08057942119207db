import { DiscoveryError, MissingTransactionError } from "auth0-edge";
import { expect } from "vitest";
import type { Case, Plan } from "../case.ts";
import type { Faults, ProviderSetup } from "../faults.ts";
import { asAlgorithm, type Claims, signWith, unsigned } from "../keys.ts";
import { type LoginCase, login } from "../login-case.ts";

/**
 * What FAPI 2.0 demands of a provider, as far as a client sees it: pushed requests, `private_key_jwt`, PS256, `iss` in every
 * authorization response. The key names no algorithm, so that nothing but the one which was agreed on can be decisive.
 */
const provider: ProviderSetup = {
  keys: (draw) => Promise.all([draw("PS256", { namesAlg: false })]),
  clientAuth: "private_key_jwt",
  namesItself: true,
  demandsPar: true,
  metadata: { id_token_signing_alg_values_supported: ["PS256"] },
};
const relyingParty = { pushes: true };

const accepted = (module: string, oddity: Faults, afterwards?: LoginCase["afterwards"]): Case => ({
  module: `fapi2-security-profile-final-client-test-${module}`,
  expected: "accept",
  run: login({ provider, relyingParty, fault: oddity, ...(afterwards && { afterwards }) }),
});

const rejected = (module: string, fault: Faults, because: RegExp, given: LoginCase = {}): Case => ({
  module: `fapi2-security-profile-final-client-test-${module}`,
  expected: "reject",
  run: login({ provider, relyingParty, fault, because, ...given }),
});

/** An ID token with other claims; `undefined` leaves one out. */
const claims = (change: (claims: Claims) => Claims): Faults => ({
  idToken: (good) => ({ ...good, ...change(good) }),
});

/** What comes back to the callback is refused before the code is exchanged. */
const atCallback: LoginCase = { until: "GET /authorize" };
const unknownLogin: LoginCase = {
  ...atCallback,
  startedLoginStays: true,
  rejection: { by: MissingTransactionError, code: "missing_transaction_error", status: 400 },
};

/** The plan `fapi2-security-profile-final-client-test-plan`, without what needs DPoP, JARM or a national profile. */
export const fapi2: readonly Plan[] = [
  {
    plan: "FAPI 2",
    cases: [
      rejected(
        "discovery-issuer-mismatch",
        { metadata: (document) => ({ ...document, issuer: `${document.issuer}/other` }) },
        /issuer/,
        {
          until: "GET /.well-known/openid-configuration",
          rejection: { by: DiscoveryError, code: "discovery_error", cause: "invalid_response", status: 502 },
        },
      ),
      rejected(
        "invalid-iss",
        claims(({ iss }) => ({ iss: `${iss}1` })),
        /'iss'/,
      ),
      rejected(
        "invalid-aud",
        claims(({ aud }) => ({ aud: `${aud}1` })),
        /'aud'/,
      ),
      rejected(
        "invalid-secondary-aud",
        claims(({ aud }) => ({ aud: [aud, `${aud}1`] })),
        /for others as well/,
      ),
      rejected("invalid-null-alg", { sign: (good) => unsigned(good) }, /algorithm is not accepted/),
      rejected(
        "invalid-alternate-alg",
        { sign: async (good, { keys }) => signWith(await asAlgorithm(keys[0]!, "RS256"), good) },
        /'alg'/,
      ),
      rejected(
        "invalid-expired-exp",
        claims(({ iat }) => ({ exp: Number(iat) - 330 })),
        /'exp'/,
      ),
      rejected(
        "invalid-missing-exp",
        claims(() => ({ exp: undefined })),
        /'exp'/,
      ),
      rejected(
        "invalid-missing-aud",
        claims(() => ({ aud: undefined })),
        /'aud'/,
      ),
      rejected(
        "invalid-missing-iss",
        claims(() => ({ iss: undefined })),
        /'iss'/,
      ),
      rejected(
        "invalid-nonce",
        claims(({ nonce }) => ({ nonce: `${nonce}1` })),
        /'nonce'/,
      ),
      rejected(
        "invalid-missing-nonce",
        claims(() => ({ nonce: undefined })),
        /'nonce'/,
      ),
      rejected(
        "invalid-authorization-response-iss",
        { authorization: (answer) => answer.set("iss", "https://attacker.example/") },
        /'iss'/,
        atCallback,
      ),
      rejected(
        "remove-authorization-response-iss",
        { authorization: (answer) => answer.delete("iss") },
        /'iss'/,
        atCallback,
      ),
      rejected(
        "ensure-authorization-response-with-invalid-state-fails",
        { authorization: (answer) => answer.set("state", `${answer.get("state")}1`) },
        /No login in this browser/,
        unknownLogin,
      ),
      rejected(
        "ensure-authorization-response-with-invalid-missing-state-fails",
        { authorization: (answer) => answer.delete("state") },
        /No login in this browser/,
        unknownLogin,
      ),
      accepted(
        "valid-aud-as-array",
        claims(({ aud }) => ({ aud: [aud] })),
      ),
      accepted("token-type-case-insensitivity", { tokens: (body) => ({ ...body, token_type: "bEARER" }) }),
      accepted(
        "token-endpoint-response-without-expires_in",
        { tokens: ({ expires_in: _, ...body }) => body },
        async (party) => {
          // It serves for a while: nothing is asked anew.
          expect(await party.ask("/token")).toMatchObject({ accessToken: expect.any(String) });
          expect(party.provider.requests.filter((request) => request === "POST /token")).toHaveLength(1);
        },
      ),
    ],
  },
];
