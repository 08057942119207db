import { AnonymousSessionError, type OAuthErrorCause } from "../errors/index.ts";
import { type Auth0Call, callAuth0 } from "./auth0-api.ts";
import { hasTexts, objectOption, textParameters } from "./auth0-options.ts";
import type { Server } from "./server.ts";

/** The session of somebody who has not logged in. */
export interface AnonymousSession {
  /** Renews the access token; never sent to an API. */
  sessionToken: string;
  accessToken: string;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** When the session itself ends, seconds since the epoch. */
  sessionTokenExpiresAt?: number | undefined;
  scope?: string | undefined;
  /** Whether the session that was to be renewed is over and this is somebody new; absent where there was none to renew. */
  sessionReplaced?: boolean | undefined;
}

export interface CreateAnonymousSessionOptions {
  /** An API that is open to anonymous sessions. */
  audience?: string | undefined;
  scope?: string | undefined;
  /** Up to 1 KB, kept with the session and never changed. */
  metadata?: Record<string, string> | undefined;
}

export interface GetAnonymousAccessTokenOptions {
  /** Left out: a new session is made. */
  sessionToken?: string | undefined;
  audience?: string | undefined;
  scope?: string | undefined;
}

/** The code of the error is the issuer's, and `server_error` where it gave none. */
class Failure extends AnonymousSessionError {
  constructor(message: string, cause?: OAuthErrorCause) {
    const own = ["timeout", "request_failed", "invalid_response"];
    const code = cause ? cause.error : "invalid_request";
    super(own.includes(code) ? "server_error" : code, message, cause);
  }
}

/** `POST /anonymous/token`. @throws AnonymousSessionError */
export function createAnonymousSession(
  options: CreateAnonymousSessionOptions | undefined,
): Auth0Call<AnonymousSession> {
  return tokenCall(options, { metadata: objectOption(Failure, "metadata", options?.metadata) });
}

/**
 * An access token for a session, or for a new one where it is over. What was known of the old one is lost then.
 *
 * @throws AnonymousSessionError
 */
export async function anonymousAccessToken(
  options: GetAnonymousAccessTokenOptions | undefined,
  server: () => Promise<Server>,
): Promise<AnonymousSession> {
  const body = textParameters(Failure, options, [], ["sessionToken"]);
  const create = tokenCall(options, {});
  if (!body.session_token) return await callAuth0(create, await server());
  try {
    const session = await callAuth0(tokenCall(options, body), await server());
    return { ...session, sessionReplaced: false };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "session_expired" && code !== "invalid_session_token") throw error;
    return { ...(await callAuth0(create, await server())), sessionReplaced: true };
  }
}

/** `POST /anonymous/logout`. @throws AnonymousSessionError */
export function endAnonymousSession(): Auth0Call<void> {
  return {
    path: "/anonymous/logout",
    body: {},
    client: "id",
    Failure,
  };
}

/** A ticket, good for 30 seconds and once, by which a login takes over what is known of an anonymous session. */
export function anonymousTransferToken(sessionToken: string): Auth0Call<string> {
  const body = textParameters(Failure, { sessionToken }, ["sessionToken"]);
  return {
    ...tokenCall(undefined, { ...body, audience: "urn:auth0:anon_transfer" }),
    read: (answer) =>
      hasTexts(answer, "anon_transfer_token") ? (answer.anon_transfer_token as string) : undefined,
  };
}

function tokenCall(
  options: Omit<CreateAnonymousSessionOptions, "metadata"> | undefined,
  body: Record<string, unknown>,
): Auth0Call<AnonymousSession> {
  return {
    path: "/anonymous/token",
    body: { ...textParameters(Failure, options, [], ["audience", "scope"]), ...body },
    client: "any",
    Failure,
    read: (answer) => {
      const { expires_in, session_expires_in } = answer;
      const now = Math.floor(Date.now() / 1000);
      const session = { session_token: answer.session_token, ...body };
      if (!hasTexts(answer, "access_token") || !hasTexts(session, "session_token")) return undefined;
      if (!Number.isFinite(expires_in)) return undefined;
      return {
        sessionToken: session.session_token as string,
        accessToken: answer.access_token as string,
        expiresAt: now + (expires_in as number),
        sessionTokenExpiresAt: Number.isFinite(session_expires_in)
          ? now + (session_expires_in as number)
          : undefined,
        scope: answer.scope as string | undefined,
      };
    },
  };
}
