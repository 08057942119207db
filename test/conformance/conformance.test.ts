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

for (const plan of [
  ...basic,
  ...config,
  ...backchannelLogout,
  ...rpInitiatedLogout,
  ...thirdPartyInitiatedLogin,
  ...refresh,
  ...extra,
  ...fapi2,
]) {
  conformance(plan);
}
