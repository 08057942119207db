/** What a login entitles an app to; all tokens issued from it carry its id and fall with it. */
export interface Grant {
  id: string;
  clientId: string;
  sub: string;
  /** Id of the tenant's login session, the `sid` claim; missing where no browser was part of the login. */
  sid?: string;
  /** When the person chose who to be, seconds since the epoch. */
  authTime: number;
  /** Scopes granted at login. */
  scope: readonly string[];
  /** Audience asked for at login. */
  audience?: string;
  /** The organization that the person logged in to. */
  organization?: GrantedOrganization;
  /** `sub` of who acts as this person, after a session transfer. */
  actor?: string;
  /** What was granted by rich authorization (RFC 9396). */
  authorizationDetails?: readonly AuthorizationDetail[];
  /** Auth0's `gty` claim of access tokens: how the application came by them, where it was not by a code. */
  gty?: string;
  /** Whether a second factor was part of the login, or has been since. */
  mfa?: boolean;
}

/** An organization as tokens name it: the claims `org_id` and `org_name`. */
export interface GrantedOrganization {
  id: string;
  name: string;
}

/** One member of `authorization_details` (RFC 9396 §2). */
export interface AuthorizationDetail {
  type: string;
  [member: string]: unknown;
}
