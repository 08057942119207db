/** A password that was set (RFC 8018 §5.2, PBKDF2). */
export interface PasswordRecord {
  /** base64url. */
  salt: string;
  /** base64url. */
  hash: string;
}

/** The records of those ways to log in that need no browser. */
export interface DirectRecordTypes {
  /** Under the `sub`. */
  password: PasswordRecord;
}
