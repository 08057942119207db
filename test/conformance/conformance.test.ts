import { expect, it } from "vitest";
import { conformance } from "./case.ts";
import { listenToLog } from "./log.ts";
import { backchannelLogout } from "./plans/backchannel-logout.ts";
import { basic } from "./plans/basic.ts";
import { config } from "./plans/config.ts";
import { extra } from "./plans/extra.ts";
import { fapi2 } from "./plans/fapi2.ts";
import { refresh } from "./plans/refresh.ts";
import { rpInitiatedLogout } from "./plans/rp-initiated-logout.ts";
import { thirdPartyInitiatedLogin } from "./plans/third-party-initiated-login.ts";

listenToLog();

const plans = [
  ...basic,
  ...config,
  ...backchannelLogout,
  ...rpInitiatedLogout,
  ...thirdPartyInitiatedLogin,
  ...refresh,
  ...extra,
  ...fapi2,
];
for (const plan of plans) conformance(plan);

it("has every module of the suite's plans, each once", () => {
  const counts = plans
    .filter(({ plan }) => !plan.endsWith("our own"))
    .map(({ plan, cases }) => [plan, new Set(cases.map(({ module }) => module)).size]);
  expect(Object.fromEntries(counts)).toEqual({
    Basic: 14,
    Config: 6,
    "Back-channel logout": 8,
    "RP-initiated logout": 3,
    "Third-party-initiated login": 1,
    Refresh: 3,
    Extra: 4,
    "FAPI 2": 19,
  });
});
