import { processUserInfoResponse, ResponseBodyError, skipSubjectCheck, userInfoRequest } from "oauth4webapi";
import { UserInfoError } from "../errors/index.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/** Claims of the UserInfo endpoint. */
export interface UserInfoResponse {
  sub: string;
  [claim: string]: unknown;
}

/** Whose claims to ask for. */
export interface UserInfoRequest {
  accessToken: string;
  /** The `sub` they have to be of: that of the ID token (OpenID Connect Core section 5.3.2). Left out: unchecked. */
  expectedSubject?: string | undefined;
}

/** @throws UserInfoError with the OAuth error in `cause` */
export async function userInfo(
  { metadata, client, request }: Server,
  { accessToken, expectedSubject }: UserInfoRequest,
): Promise<UserInfoResponse> {
  try {
    const response = await userInfoRequest(metadata, client, accessToken, request);
    await refuseError(response);
    const claims = await processUserInfoResponse(
      metadata,
      client,
      expectedSubject ?? skipSubjectCheck,
      response,
    );
    return claims as UserInfoResponse;
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new UserInfoError(`The claims of the user cannot be had: ${cause.message}`, cause);
  }
}

/** An issuer names its error in a header (RFC 6750 section 3), and mostly in the body as well, where we read it. */
async function refuseError(response: Response): Promise<void> {
  if (response.status === 200) return;
  const body = (await response
    .clone()
    .json()
    .catch(() => undefined)) as Record<string, string> | undefined;
  if (typeof body?.error === "string") throw new ResponseBodyError("", { cause: body as never, response });
}
