import { userInfoRequest } from "oauth4webapi";
import { isText } from "../arguments.ts";
import { UserInfoError } from "../errors/index.ts";
import { readAnswer } from "./answer.ts";
import { InvalidTokenError, oauthErrorCause } from "./oauth-error.ts";
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
    // Only JSON: a signed answer (section 5.3.2) would have to be asked for when the client was registered.
    const claims = await readAnswer(response);
    if (!isText(claims.sub) || claims.sub !== (expectedSubject ?? claims.sub))
      throw new InvalidTokenError("The claims are those of nobody, or of another user ('sub').");
    return claims as UserInfoResponse;
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new UserInfoError(`The claims of the user cannot be had: ${cause.message}`, cause);
  }
}
