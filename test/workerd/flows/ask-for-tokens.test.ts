import { describe, expect, it } from "vitest";
import { contextOf } from "../../../src/core-client.ts";
import { askForTokens } from "../../../src/flows/ask-for-tokens.ts";
import { hostileIssuer } from "../../support/hostile-issuer.ts";
import { hostileBench } from "../../support/server-client.ts";
import { aSession } from "../../support/sessions.ts";

describe("a refresh that is carried for others", () => {
  it.each(["discovery", "token", "jwks"] as const)(
    "ends when its time is over, whichever of the issuer's answers hangs: %s",
    async (answer) => {
      const issuer = await hostileIssuer();
      const { client } = hostileBench(issuer);
      issuer.misbehave[answer] = () => new Promise<Response>(() => undefined);
      const state = aSession({ domain: issuer.domain, user: { sub: "user-1" } });
      const begun = Date.now();
      const asked = askForTokens(contextOf(client), state, {}, undefined, AbortSignal.timeout(100));
      // The lease of whoever decides is longer than the signal: if this took longer, two could spend one refresh token.
      await expect(asked).rejects.toThrow();
      expect(Date.now() - begun).toBeLessThan(2000);
    },
  );
});
