import type { Context } from "../context/context.ts";
import { BackchannelLogoutError } from "../errors/index.ts";
import { verifyLogoutToken } from "../protocol/logout-token.ts";
import { currentServer } from "./current-server.ts";

/** Checks a logout token and ends the sessions it names. */
export async function handleBackchannelLogout<T>(
  context: Context<T>,
  logoutToken: string,
  storeOptions: T | undefined,
): Promise<void> {
  if (!logoutToken) throw new BackchannelLogoutError("The logout token is missing.");
  const claims = await verifyLogoutToken(() => currentServer(context)(storeOptions), logoutToken);
  await context.stateStore.deleteByLogoutToken(claims, storeOptions);
}
