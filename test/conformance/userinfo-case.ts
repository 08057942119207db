import { expect } from "vitest";
import type { Outcome } from "./case.ts";
import type { Faults } from "./faults.ts";
import { RelyingParty } from "./relying-party.ts";

/** A login, and then the user's claims, compared with the `sub` of the ID token (OpenID Connect Core section 5.3.2). */
export function userinfo({ fault }: { fault?: Faults } = {}): () => Promise<Outcome> {
  return async () => {
    const claims = { sub: "user-1", name: "Mira Weiß", email: "mira@example.com", email_verified: true };
    expect(await claimsOf()).toEqual(claims);
    if (!fault) return "accept";
    const answer = await claimsOf(fault);
    if (!answer.failed) return "accept";
    expect(answer.failed).toMatchObject({
      name: "UserInfoError",
      code: "user_info_error",
      message: expect.stringContaining("'sub'"),
      cause: { error: "invalid_response" },
    });
    return "reject";
  };
}

async function claimsOf(fault: Faults = {}): Promise<{ failed?: unknown }> {
  const party = await RelyingParty.at({}, fault);
  expect((await party.logIn()).sub).toBe("user-1");
  return await party.ask("/claims");
}
