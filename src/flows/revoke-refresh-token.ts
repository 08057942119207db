import { optionsOf, requireTexts } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { MissingSessionError } from "../errors/index.ts";
import { revokeToken } from "../protocol/revocation.ts";
import { loadOwnSession } from "./load-session.ts";

/** Which refresh token to revoke. */
export interface RevokeRefreshTokenOptions {
  /** Default: the session's. */
  token?: string | undefined;
}

/** Revokes a refresh token (RFC 7009). The session itself stays, and lives on without it until its access token expires. */
export async function revokeRefreshToken<T>(
  context: Context<T>,
  options: RevokeRefreshTokenOptions,
  storeOptions: T | undefined,
): Promise<void> {
  const { token } = optionsOf(options);
  if (token !== undefined) requireTexts({ token }, "token");
  const refreshToken = token ?? (await loadOwnSession(context, storeOptions))?.refreshToken;
  if (!refreshToken)
    throw new MissingSessionError("There is no session with a refresh token that could be revoked.");
  const server = await context.server(await context.resolveDomain(storeOptions), storeOptions);
  await revokeToken(server, refreshToken);
}
