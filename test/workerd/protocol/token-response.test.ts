import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { allowInsecureRequests, customFetch, None, processGenericTokenEndpointResponse } from "oauth4webapi";
import { beforeAll, describe, expect, it } from "vitest";
import type { Jwk, Server } from "../../../src/protocol/server.ts";
import { requestTokens } from "../../../src/protocol/token-request.ts";
import { now } from "../../support/sessions.ts";

/** What the token endpoint answers is read and checked by a few lines of ours; `oauth4webapi` says whether they are right. */

const issuer = "https://issuer.example/";
const clientId = "the-client";
const algs = ["RS256", "ES256", "PS256"] as const;
const keys = new Map<string, { privateKey: CryptoKey; jwk: Jwk }>();

beforeAll(async () => {
  for (const alg of algs) {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    keys.set(alg, { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg, alg } as Jwk });
  }
});

interface Setting {
  metadata?: Record<string, unknown>;
  client?: Record<string, unknown>;
}

function serverThatAnswers(response: Response, { metadata, client }: Setting = {}): Server {
  return {
    domain: "issuer.example",
    metadata: { issuer, token_endpoint: `${issuer}token`, ...metadata },
    client: { client_id: clientId, ...client },
    clientAuthentication: None(),
    isPublicClient: true,
    keys: () => Promise.resolve([...keys.values()].map(({ jwk }) => jwk)),
    request: { [customFetch]: () => Promise.resolve(response), [allowInsecureRequests]: false },
  } as Server;
}

/** Whether ours and theirs take an answer. Theirs does not look at signatures. */
async function verdicts(
  answer: () => Response,
  setting: Setting = {},
): Promise<[ours: boolean, theirs: boolean]> {
  const server = serverThatAnswers(answer(), setting);
  const taken = (work: Promise<unknown>) => work.then(() => true).catch(() => false);
  return [
    await taken(requestTokens(server, "authorization_code", {})),
    await taken(processGenericTokenEndpointResponse(server.metadata, server.client, answer())),
  ];
}

const good = {
  access_token: "a",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: "r",
  scope: "openid",
};
const goodClaims = () => ({ iss: issuer, aud: clientId, sub: "user-1", iat: now(), exp: now() + 300 });

async function idToken(claims: object, alg = "RS256"): Promise<string> {
  return await new SignJWT(claims as Record<string, unknown>)
    .setProtectedHeader({ alg, kid: alg })
    .sign(keys.get(alg)!.privateKey);
}

/** Values that any member might have. */
const values = [
  undefined,
  null,
  true,
  0,
  1,
  -1,
  3600.5,
  "3600",
  "",
  " ",
  "x",
  [],
  ["x"],
  {},
  "1e3",
  "-5",
  "NaN",
];

describe("an answer of the token endpoint is taken as oauth4webapi takes it", () => {
  it("as it should be", async () => {
    const answer = { ...good, id_token: await idToken(goodClaims()) };
    expect(await verdicts(() => Response.json(answer))).toEqual([true, true]);
  });

  it.each(["access_token", "token_type", "refresh_token", "scope", "id_token", "expires_in"])(
    "with any value as its '%s'",
    async (name) => {
      for (const value of [...values, "bearer", "BEARER", "bEaReR", "mac", "N_A"]) {
        const [ours, theirs] = await verdicts(() => Response.json({ ...good, [name]: value }));
        expect([name, value, ours]).toEqual([name, value, theirs]);
      }
    },
  );

  it.each([200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503])("with status %d", async (status) => {
    for (const body of [good, { error: "invalid_grant" }, { ...good, error: "invalid_grant" }, [], 7, "x"]) {
      const answer = () =>
        status === 204 ? new Response(null, { status }) : Response.json(body, { status });
      const [ours, theirs] = await verdicts(answer);
      expect([body, ours]).toEqual([body, theirs]);
    }
  });

  it.each<[string, () => Response]>([
    ["HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    [
      "malformed JSON",
      () => new Response('{"access_token":', { headers: { "content-type": "application/json" } }),
    ],
    ["nothing", () => new Response(null, { headers: { "content-type": "application/json" } })],
    [
      "JSON under another name",
      () => new Response(JSON.stringify(good), { headers: { "content-type": "text/plain" } }),
    ],
  ])("that is %s", async (_name, answer) => {
    const [ours, theirs] = await verdicts(answer);
    expect(ours).toBe(theirs);
  });
});

describe("an ID token is taken as oauth4webapi takes it", () => {
  const times = () => [now() - 3600, now() - 31, now() - 29, now() + 29, now() + 31, now() + 3600];
  const candidates: Record<string, () => unknown[]> = {
    iss: () => [...values, issuer, "https://issuer.example", `${issuer}x`, [issuer]],
    aud: () => [
      ...values,
      clientId,
      [clientId],
      [clientId, "other"],
      ["other"],
      "other",
      { [clientId]: true },
    ],
    sub: () => values,
    exp: () => [...values, ...times(), String(now() + 300)],
    nbf: () => [...values, ...times()],
    auth_time: () => [...values, ...times()],
  };

  it.each(Object.keys(candidates))("with any value as its '%s'", async (name) => {
    for (const value of candidates[name]!()) {
      const token = await idToken({ ...goodClaims(), [name]: value });
      const [ours, theirs] = await verdicts(() => Response.json({ ...good, id_token: token }));
      // A blank `sub` names nobody: there ours is the stricter one.
      const blank = name === "sub" && typeof value === "string" && !value.trim();
      expect([name, value, ours]).toEqual([name, value, theirs && !blank]);
    }
  });

  it("with others in 'aud' only where 'azp' says that it is this client's", async () => {
    for (const aud of [clientId, [clientId], [clientId, "other"], ["other", clientId]]) {
      for (const azp of [undefined, clientId, "other", null, 7]) {
        const token = await idToken({ ...goodClaims(), aud, azp });
        const [ours, theirs] = await verdicts(() => Response.json({ ...good, id_token: token }));
        // Ours is the stricter one where nobody else is in `aud` (OpenID Connect Core section 3.1.3.7, item 5).
        const alone = [aud].flat().length === 1;
        expect([aud, azp, ours]).toEqual([aud, azp, alone && azp !== undefined ? azp === clientId : theirs]);
      }
    }
  });

  it("with any 'iat', which must not lie ahead", async () => {
    for (const iat of [...values, now() - 100_000, now() + 59, now() + 61]) {
      const token = await idToken({ ...goodClaims(), iat });
      const [ours, theirs] = await verdicts(() => Response.json({ ...good, id_token: token }));
      expect([iat, ours]).toEqual([iat, theirs && Number(iat) <= now() + 60]);
    }
  });

  it("signed by any algorithm, as client and issuer say", async () => {
    const lists = [undefined, ["RS256"], ["ES256", "PS256"], [], ["none"]];
    for (const alg of algs) {
      const token = await idToken(goodClaims(), alg);
      for (const registered of [undefined, "RS256", "ES256"]) {
        for (const id_token_signing_alg_values_supported of lists) {
          const setting = {
            metadata: { id_token_signing_alg_values_supported },
            client: { id_token_signed_response_alg: registered },
          };
          const [ours, theirs] = await verdicts(() => Response.json({ ...good, id_token: token }), setting);
          const where = [alg, registered, id_token_signing_alg_values_supported];
          expect([...where, ours]).toEqual([...where, theirs]);
        }
      }
    }
  });

  it("that is none not at all", async () => {
    const token = await idToken(goodClaims());
    const [header, payload, signature] = token.split(".");
    for (const odd of [
      `${token}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.x`,
      `.${payload}.`,
      "x",
    ]) {
      const [ours, theirs] = await verdicts(() => Response.json({ ...good, id_token: odd }));
      expect([odd, ours, theirs]).toEqual([odd, false, false]);
    }
  });
});
