import { expect } from "vitest";
import { appOrigin } from "../../support/browser.ts";
import type { Case, Outcome, Plan } from "../case.ts";
import { RelyingParty } from "../relying-party.ts";

/** What another site sends a browser to the login with (OpenID Connect Core section 4). */
interface Initiation {
  iss?: string;
  login_hint?: string;
  target_link_uri?: string;
}

/** Another site initiates a login; it is one of the provider's or none, and ends on a page of the app or nowhere. */
function initiated(
  parameters: Initiation,
  { lands = "/", method = "GET" }: { lands?: string; method?: "GET" | "POST" } = {},
): Case["run"] {
  return async () => {
    const party = await RelyingParty.at();
    const { provider } = party;
    const query = new URLSearchParams({ iss: provider.issuer, ...parameters }).toString();
    const sent = await (method === "GET"
      ? party.browser.send(`/auth/login?${query}`, { headers: { "sec-fetch-site": "cross-site" } })
      : party.browser.send("/auth/login", {
          method,
          headers: {
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "cross-site",
          },
          body: query,
        }));
    // No cookie comes along with another site's form, so that it becomes a link first.
    const start =
      method === "POST" && sent.status === 303
        ? await party.browser.send(sent.headers.get("location")!)
        : sent;
    if (start.status === 400) {
      expect(await start.text()).toContain("unknown_issuer");
      expect(start.headers.getSetCookie()).toEqual([]);
      expect(provider.requests).toEqual([]);
      return "reject";
    }
    return await finish(party, start, parameters, lands);
  };
}

async function finish(
  party: RelyingParty,
  start: Response,
  parameters: Initiation,
  lands: string,
): Promise<Outcome> {
  const authorize = new URL(start.headers.get("location")!);
  expect(authorize.searchParams.get("login_hint")).toBe(parameters.login_hint ?? null);
  for (const name of ["iss", "target_link_uri"]) expect(authorize.searchParams.has(name)).toBe(false);
  const end = await party.browser.send(party.provider.visit(authorize).headers.get("location")!);
  expect(end.headers.get("location")).toBe(lands);
  expect(await party.user()).toBe("user-1");
  return "accept";
}

/** The plan `oidcc-client-test-3rd-party-init-login-test-plan`, and what we ask beyond it. */
export const thirdPartyInitiatedLogin: readonly Plan[] = [
  {
    plan: "Third-party-initiated login",
    cases: [{ module: "oidcc-client-test-3rd-party-init-login", expected: "accept", run: initiated({}) }],
  },
  {
    plan: "Third-party-initiated login, our own",
    cases: [
      {
        module: "by-post-with-hint-and-target",
        expected: "accept",
        run: initiated(
          { login_hint: "mira@example.com", target_link_uri: `${appOrigin}/orders?of=2026#last` },
          { lands: "/orders?of=2026#last", method: "POST" },
        ),
      },
      {
        module: "foreign-issuer",
        expected: "reject",
        run: initiated({ iss: "https://attacker.example/" }),
      },
      {
        module: "issuer-of-another-tenant-of-the-same-host",
        expected: "reject",
        run: initiated({ iss: "https://op.example/another-tenant" }),
      },
      {
        module: "foreign-target-is-ignored",
        expected: "accept",
        run: initiated({ target_link_uri: "https://attacker.example/phish" }, { lands: "/" }),
      },
      {
        module: "target-with-user-info-is-ignored",
        expected: "accept",
        run: initiated({ target_link_uri: `${appOrigin.replace("//", "//user@")}/a` }, { lands: "/" }),
      },
    ],
  },
];
