/** The data of a session, as stores keep it and callers see it. Times are seconds since the epoch. */

/** Claims of the logged-in user: those of the ID token (OpenID Connect Core section 5.1). */
export interface UserClaims {
  sub: string;
  name?: string | undefined;
  nickname?: string | undefined;
  given_name?: string | undefined;
  family_name?: string | undefined;
  picture?: string | undefined;
  email?: string | undefined;
  email_verified?: boolean | undefined;
  org_id?: string | undefined;
  org_name?: string | undefined;
  /** Who acts in the place of the user, where somebody does (RFC 8693 section 4.1). */
  act?: { sub: string; [claim: string]: unknown } | undefined;
  [key: string]: unknown;
}

/** An access token and what it is good for. */
export interface TokenSet {
  /** The audience it was asked for; `default` where none was named. */
  audience: string;
  accessToken: string;
  /** The scope the issuer granted. */
  scope: string | undefined;
  expiresAt: number;
  /** The scope that was asked for, kept where the issuer granted less, so that the same question finds it again. */
  requestedScope?: string | undefined;
  /** Seconds it lives from its issue on, kept where they are few: no leeway takes more than half of them. */
  lifetime?: number | undefined;
}

/** An access token of an upstream identity provider. */
export interface ConnectionTokenSet {
  accessToken: string;
  scope: string | undefined;
  expiresAt: number;
  connection: string;
  loginHint?: string | undefined;
}

/** What the SDK keeps for itself. */
export interface InternalStateData {
  /** The issuer's session id (`sid` claim); empty where it sent none. */
  sid: string;
  createdAt: number;
  /** Random id of this session, 128 bit: a logout names it, so that a late response cannot bring the session back. */
  id?: string | undefined;
  /** When the issuer made the login's ID token, where the user's claims were filtered and may not say. */
  iat?: number | undefined;
  /** Why there is no refresh token any more: what the issuer said to the last one, `invalid_grant`. */
  refused?: string | undefined;
}

/** A session as callers see it. */
export interface SessionData {
  user: UserClaims | undefined;
  idToken: string | undefined;
  refreshToken: string | undefined;
  tokenSets: TokenSet[];
  connectionTokenSets?: ConnectionTokenSet[] | undefined;
  /** Host of the issuer that made the session. */
  domain?: string | undefined;
  /** Ceiling set by the upstream identity provider (`session_expiry` claim). */
  sessionExpiresAt?: number | undefined;
  [key: string]: unknown;
}

/** The user as an app knows them: the standard claims, and with them those it has of its own. */
export type UserOf<TClaims extends object = object> = UserClaims & TClaims;

/** A session as an app knows it: its user, and what `updateSession` has put there, of which any member may be missing. */
export type SessionOf<TClaims extends object = object, TData extends object = object> = SessionData & {
  user: UserOf<TClaims> | undefined;
} & Partial<TData>;

/** What `updateSession` is to put into the session; `undefined` removes a member. Left open, data may have any name. */
export type SessionChange<TData extends object = object> = [keyof TData] extends [never]
  ? Record<string, unknown>
  : { [Name in keyof TData]?: TData[Name] | undefined };

/** A change of the session, or a function that makes it of what the session is now. */
export type SessionUpdate<TClaims extends object = object, TData extends object = object> =
  | SessionChange<TData>
  | ((session: SessionOf<TClaims, TData>) => SessionChange<TData>);

/** A session as stores keep it. */
export interface StateData extends SessionData {
  internal: InternalStateData;
}

/** The session and user that linking or unlinking was started with; it keeps them. */
export interface LinkingFacts {
  id?: string | undefined;
  createdAt: number;
  sub: string | undefined;
}

/** What a login leaves behind to be checked at its callback. */
export interface TransactionData {
  audience?: string | undefined;
  /** PKCE verifier (RFC 7636). */
  codeVerifier?: string | undefined;
  /** Host of the issuer the login was started at. */
  domain?: string | undefined;
  organization?: string | undefined;
  /** Present where it belongs to a link sent by email, which no PKCE binds: no other callback completes it, nor it another. */
  magicLink?: boolean | undefined;
  /** Present where this is no login but a change of the logged-in user's accounts. */
  linking?: LinkingFacts | undefined;
  [key: string]: unknown;
}

/** Claims of a logout token by which sessions are ended. */
export interface LogoutTokenClaims {
  sub?: string | undefined;
  sid?: string | undefined;
  iss?: string | undefined;
  /** When the issuer made the token. */
  iat?: number | undefined;
}
