import { DiscoveryError } from "auth0-edge";
import { expect } from "vitest";
import type { Case, Plan } from "../case.ts";
import { unsigned } from "../keys.ts";
import { login } from "../login-case.ts";
import { RelyingParty } from "../relying-party.ts";

const discovery = "GET /.well-known/openid-configuration";

/** Logins one right after the other, so that no cool-down can end in between, with other keys before each. */
function rotation(when: "between" | "before-signing"): Case["run"] {
  return async () => {
    const party = await RelyingParty.at();
    const { provider } = party;
    const begin = Date.now();
    expect((await party.logIn()).sub).toBe("user-1");
    if (when === "between") await provider.rotateKeys();
    else provider.faults.beforeSigning = (self) => self.rotateKeys();
    const browser = party.anotherBrowser();
    const { sub, error } = await party.logIn("/auth/login", browser);
    expect(Date.now() - begin).toBeLessThan(10_000);
    if (!sub) throw error;
    expect(await party.ask("/claims", browser)).toMatchObject({ sub: "user-1" });
    expect(provider.requests.filter((request) => request === "GET /jwks")).toHaveLength(2);
    // One for the client and one for the other client that asks for the claims.
    expect(provider.requests.filter((request) => request === discovery)).toHaveLength(2);
    return "accept";
  };
}

/** The plan `oidcc-client-config-certification-test-plan`. */
export const config: readonly Plan[] = [
  {
    plan: "Config",
    cases: [
      {
        module: "oidcc-client-test-discovery-openid-config",
        expected: "accept",
        run: login({
          provider: { hidesEndpoints: true },
          afterwards: ({ provider }) => expect(provider.requests[0]).toBe(discovery),
        }),
      },
      {
        module: "oidcc-client-test-discovery-jwks-uri-keys",
        expected: "accept",
        run: login({
          provider: { hidesEndpoints: true },
          afterwards: ({ provider }) => expect(provider.requests).toContain("GET /jwks"),
        }),
      },
      {
        module: "oidcc-client-test-discovery-issuer-mismatch",
        expected: "reject",
        run: login({
          fault: { metadata: (document) => ({ ...document, issuer: `${document.issuer}/other` }) },
          rejection: { by: DiscoveryError, code: "discovery_error", cause: "invalid_response", status: 502 },
          because: /issuer/,
          until: discovery,
        }),
      },
      {
        module: "oidcc-client-test-idtoken-sig-none",
        expected: "reject",
        run: login({ fault: { sign: (claims) => unsigned(claims) }, because: /algorithm is not accepted/ }),
      },
      {
        module: "oidcc-client-test-signing-key-rotation-just-before-signing",
        expected: "accept",
        run: rotation("before-signing"),
      },
      {
        module: "oidcc-client-test-signing-key-rotation",
        expected: "accept",
        run: rotation("between"),
      },
    ],
  },
];
