import { BackchannelLogoutError } from "auth0-edge";
import { expect } from "vitest";
import type { Plan } from "../case.ts";
import { signWith, unsigned } from "../keys.ts";
import { logged } from "../log.ts";
import { deliver, delivered, outcomeOf, twoRsaAndEcKeys } from "../logout-case.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";
const module = "oidcc-client-test-rp-backchannel-rpinitlogout";

/** The plan `oidcc-client-back-channel-logout-rp-basic`, and what we ask beyond it. */
export const backchannelLogout: readonly Plan[] = [
  {
    plan: "Back-channel logout",
    cases: [
      { module, expected: "200", run: delivered() },
      {
        module: `${module}-alg-none`,
        expected: "400",
        run: delivered({
          bad: { sign: (claims) => unsigned(claims) },
          because: /algorithm is not accepted/,
        }),
      },
      {
        module: `${module}-no-event`,
        expected: "400",
        run: delivered({
          bad: { claims: ({ events: _, ...claims }) => claims },
          because: /another event/,
        }),
      },
      {
        module: `${module}-with-nonce`,
        expected: "400",
        run: delivered({
          bad: { claims: (claims) => ({ ...claims, nonce: crypto.randomUUID() }) },
          because: /'nonce'/,
        }),
      },
      {
        module: `${module}-wrong-alg`,
        expected: "400",
        run: delivered({
          bad: { sign: (claims, { keys }) => signWith(keys.find(({ alg }) => alg === "ES256")!, claims) },
          because: /signature algorithm/,
        }),
      },
      {
        module: `${module}-wrong-aud`,
        expected: "400",
        run: delivered({
          bad: { claims: (claims) => ({ ...claims, aud: `${claims.aud}1` }) },
          because: /another client/,
        }),
      },
      {
        module: `${module}-wrong-event`,
        expected: "400",
        run: delivered({
          bad: { claims: (claims) => ({ ...claims, events: { [`${event}1`]: {} } }) },
          because: /another event/,
        }),
      },
      {
        module: `${module}-wrong-iss`,
        expected: "400",
        run: delivered({
          bad: { claims: (claims) => ({ ...claims, iss: `${claims.iss}1` }) },
          because: /another issuer/,
        }),
      },
    ],
  },
  {
    plan: "Back-channel logout, our own",
    cases: [
      {
        module: "no-sub-and-no-sid",
        expected: "400",
        run: delivered({
          bad: { claims: ({ sub: _, sid: __, ...claims }) => claims },
          because: /neither a user/,
        }),
      },
      {
        module: "expired-exp",
        expected: "400",
        run: delivered({
          bad: { claims: (claims) => ({ ...claims, exp: Number(claims.iat) - 60 }) },
          because: /expired/,
        }),
      },
      {
        module: "no-exp-and-iat-older-than-five-minutes",
        expected: "400",
        run: delivered({
          bad: { claims: ({ exp: _, ...claims }) => ({ ...claims, iat: Number(claims.iat) - 331 }) },
          because: /expired/,
        }),
      },
      {
        module: "no-exp-and-iat-less-than-five-minutes-ago",
        expected: "200",
        async run() {
          const party = await twoRsaAndEcKeys();
          party.provider.clockOffset = -280;
          await party.logIn();
          const status = await deliver(party, { claims: ({ exp: _, ...claims }) => claims });
          expect(await party.user()).toBeUndefined();
          return status;
        },
      },
      {
        module: "iat-ahead",
        expected: "400",
        run: delivered({
          bad: {
            claims: (claims) => ({ ...claims, iat: Number(claims.iat) + 600, exp: Number(claims.exp) + 600 }),
          },
          because: /lies ahead/,
        }),
      },
      {
        module: "foreign-typ",
        expected: "400",
        run: delivered({
          bad: { sign: (claims, { keys }) => signWith(keys[0]!, claims, { typ: "at+jwt" }) },
          because: /'typ'/,
        }),
      },
      {
        module: "id-token-in-its-place",
        expected: "400",
        run: delivered({
          bad: { claims: ({ events: _, ...claims }) => ({ ...claims, nonce: crypto.randomUUID() }) },
          because: /another event/,
        }),
      },
      {
        module: "store-that-cannot-end-sessions",
        expected: "400",
        async run() {
          const party = await twoRsaAndEcKeys({ stateless: true });
          await party.logIn();
          const status = await deliver(party, {}, /cannot be ended from the back channel/);
          expect(await party.user()).toBe("user-1");
          expect(logged).toHaveBeenCalledOnce();
          return status;
        },
      },
      {
        module: "store-that-fails",
        expected: "400",
        async run() {
          const party = await twoRsaAndEcKeys();
          await party.logIn();
          const { deleteByLogoutToken } = party.sessions;
          party.sessions.deleteByLogoutToken = () =>
            Promise.reject(new BackchannelLogoutError("out of order"));
          const status = await deliver(party, {}, /out of order/);
          expect(await party.user()).toBe("user-1");
          party.sessions.deleteByLogoutToken = deleteByLogoutToken;
          expect(await deliver(party)).toBe("200");
          expect(await party.user()).toBeUndefined();
          return status;
        },
      },
      {
        module: "redelivered-token-ends-nothing-newer",
        expected: "200",
        async run() {
          for (const other of ["sid", "sub"]) {
            const party = await twoRsaAndEcKeys();
            const { provider } = party;
            provider.clockOffset = -20;
            await party.logIn();
            const claims = provider.logoutTokenClaims({ [other]: undefined });
            const token = await signWith(provider.keys[0]!, claims);
            expect(await outcomeOf(await party.deliver(token))).toBe("200");
            expect(await party.user()).toBeUndefined();
            provider.clockOffset = 0;
            provider.sid = crypto.randomUUID();
            await party.logIn();
            expect(await outcomeOf(await party.deliver(token))).toBe("200");
            expect(await party.user()).toBe("user-1");
          }
          return "200";
        },
      },
    ],
  },
];
