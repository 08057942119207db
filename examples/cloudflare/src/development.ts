/** An account that a person can log in with. */
export interface Identity {
  connection: string;
  name: string;
  email?: string;
}

/** What the pages can say and link to because the development tenant is theirs to look into. No other tenant tells. */
export interface Development {
  /** Whom one can be. */
  people: readonly { sub: string; name: string }[];
  /** What one can log in to. `page` is where the tenant lets one invite people. */
  organizations: readonly { name: string; displayName: string; page: string }[];
  /** The accounts a person has linked. */
  identitiesOf(sub: string): Promise<readonly Identity[]>;
  /** Where everybody's phone is. */
  approvePage: string;
  /** Where everybody's mail is. */
  mailbox: string;
  /** Where the session of this browser can be looked into, and aged. */
  inspector: string;
}
