import { expect } from "vitest";
import type { Case, Plan } from "../case.ts";
import type { Faults } from "../faults.ts";
import { deliver, leave, twoRsaAndEcKeys } from "../logout-case.ts";

/**
 * Logs in, leaves with a `state`, has the provider deliver its logout token, and comes back with what the provider makes of
 * that `state`: the app's page is served, and nobody is logged in any more.
 */
function logout(fault: Faults = {}, path = "/leave?state=a-state-of-the-app"): Case["run"] {
  return async () => {
    const party = await twoRsaAndEcKeys();
    const { provider, browser, sessions } = party;
    provider.faults = fault;
    expect((await party.logIn()).sub).toBe("user-1");
    const end = await leave(party, path);
    expect(end.searchParams.get("client_id")).toBe(provider.client.id);
    expect(end.searchParams.get("id_token_hint")).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const state = new URL(path, end).searchParams.get("state");
    expect(end.searchParams.get("state")).toBe(state);
    expect(await deliver(party)).toBe("200");
    const back = provider.visit(end).headers.get("location");
    expect(back).toMatch(/^http:\/\/localhost:8787\/bye/);
    const writes = sessions.writes;
    const page = await browser.send(back!);
    if (page.status !== 200) return "reject";
    expect(await page.json()).toEqual({});
    expect(sessions.writes).toBe(writes);
    return "accept";
  };
}

/** The plan `oidcc-client-rp-initiated-logout-rp-basic`, and what we ask beyond it. */
export const rpInitiatedLogout: readonly Plan[] = [
  {
    plan: "RP-initiated logout",
    cases: [
      { module: "oidcc-client-test-rp-init-logout", expected: "accept", run: logout() },
      {
        module: "oidcc-client-test-rp-init-logout-other-state",
        expected: "accept",
        run: logout({ logout: (parameters) => parameters.set("state", crypto.randomUUID()) }),
      },
      {
        module: "oidcc-client-test-rp-init-logout-no-state",
        expected: "accept",
        run: logout({ logout: (parameters) => parameters.delete("state") }),
      },
    ],
  },
  {
    plan: "RP-initiated logout, our own",
    cases: [
      { module: "by-the-logout-route", expected: "accept", run: logout({}, "/auth/logout?returnTo=/bye") },
    ],
  },
];
