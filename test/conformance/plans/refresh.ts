import { expect } from "vitest";
import type { Case, Plan } from "../case.ts";
import type { Faults } from "../faults.ts";
import type { Claims } from "../keys.ts";
import { RelyingParty } from "../relying-party.ts";

interface TokenAnswer {
  accessToken?: string;
  failed?: { name: string; code: string; message: string; cause: { error: string } };
}

/** Changes only the ID tokens that come with a refresh. */
const atRefresh = (change: (claims: Claims) => Claims): Faults => ({
  idToken: (claims, grant) => (grant === "refresh_token" ? change(claims) : claims),
});

/** A login whose access token has run out, and a refresh. */
function refreshed(fault?: Faults, because?: RegExp): Case["run"] {
  return async () => {
    const good = await askForToken();
    expect(good.answer.accessToken).toBeTruthy();
    expect(good.provider.requests.filter((request) => request === "POST /token")).toHaveLength(2);
    // The refreshed ID token is the session's now, and the successor of the refresh token serves for the next one.
    expect((await good.party.ask<TokenAnswer>("/token")).accessToken).not.toBe(good.answer.accessToken);
    if (!fault) return "accept";

    const { party, provider, answer } = await askForToken(fault);
    if (!answer.failed) return "accept";
    expect(answer.failed).toMatchObject({
      name: "TokenByRefreshTokenError",
      code: "token_by_refresh_token_error",
      message: expect.stringMatching(because!),
      cause: { error: "invalid_response" },
    });
    expect(party.sessions.writes).toBe(1);
    expect(await party.user()).toBe("user-1");
    expect(provider.requests.filter((request) => request !== "GET /jwks").at(-1)).toBe("POST /token");
    return "reject";
  };
}

async function askForToken(fault: Faults = {}) {
  const party = await RelyingParty.at({ expiresIn: 0 }, fault);
  expect((await party.logIn()).sub).toBe("user-1");
  return { party, provider: party.provider, answer: await party.ask<TokenAnswer>("/token") };
}

/** The plan `oidcc-client-refreshtoken-test-plan`, and what we ask beyond it. */
export const refresh: readonly Plan[] = [
  {
    plan: "Refresh",
    cases: [
      { module: "oidcc-client-test-refresh-token", expected: "accept", run: refreshed() },
      {
        module: "oidcc-client-test-refresh-token-invalid-issuer",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, iss: `${claims.iss}1` })),
          /'iss'/,
        ),
      },
      {
        module: "oidcc-client-test-refresh-token-invalid-sub",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, sub: `${claims.sub}1` })),
          /another user/,
        ),
      },
    ],
  },
  {
    plan: "Refresh, our own",
    cases: [
      {
        module: "invalid-aud",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, aud: `${claims.aud}1` })),
          /'aud'/,
        ),
      },
      {
        module: "invalid-azp",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, azp: `${claims.aud}1` })),
          /azp/,
        ),
      },
      {
        module: "other-auth-time",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, auth_time: Number(claims.auth_time) + 1 })),
          /another login/,
        ),
      },
      {
        module: "nonce-of-another-login",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, nonce: crypto.randomUUID() })),
          /another login/,
        ),
      },
      {
        module: "expired",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, exp: Number(claims.iat) - 300 })),
          /'exp'/,
        ),
      },
      {
        module: "invalid-at-hash",
        expected: "reject",
        run: refreshed(
          atRefresh((claims) => ({ ...claims, at_hash: "AAAAAAAAAAAAAAAAAAAAAA" })),
          /'at_hash'/,
        ),
      },
      {
        module: "no-id-token",
        expected: "accept",
        async run() {
          const { answer } = await askForToken({
            tokens: ({ id_token: idToken, ...body }, grant) =>
              grant === "refresh_token" ? body : { ...body, id_token: idToken },
          });
          expect(answer.failed).toBeUndefined();
          return "accept";
        },
      },
    ],
  },
];
