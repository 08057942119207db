/** One rule of Auth0's policy "Good", and whether a password keeps it; as `/dbconnections/signup` answers it. */
export interface PasswordRule {
  message: string;
  code: string;
  format: readonly number[];
  items?: readonly { message: string; code: string; verified: boolean }[];
  verified: boolean;
}

/** Characters a password must have. */
const MIN_LENGTH = 8;
/** Bytes it may have, as with Auth0. */
const MAX_BYTES = 72;

/** The policy in words. */
export const PASSWORD_POLICY: string = `* At least ${MIN_LENGTH} characters in length
* Contain at least 3 of the following 4 types of characters:
 * lower case letters (a-z)
 * upper case letters (A-Z)
 * numbers (i.e. 0-9)
 * special characters (e.g. !@#$%^&*)`;

/** Whether a password is longer than Auth0 takes. */
export function isTooLong(password: string): boolean {
  return new TextEncoder().encode(password).length > MAX_BYTES;
}

/** Checks a password against the policy: all rules, kept or not. */
export function passwordRules(password: string): PasswordRule[] {
  const items = [
    { message: "lower case letters (a-z)", code: "lowerCase", verified: /[a-z]/.test(password) },
    { message: "upper case letters (A-Z)", code: "upperCase", verified: /[A-Z]/.test(password) },
    { message: "numbers (i.e. 0-9)", code: "numbers", verified: /\d/.test(password) },
    {
      message: "special characters (e.g. !@#$%^&*)",
      code: "specialCharacters",
      verified: /[^A-Za-z0-9]/.test(password),
    },
  ];
  return [
    {
      message: "At least %d characters in length",
      code: "lengthAtLeast",
      format: [MIN_LENGTH],
      verified: [...password].length >= MIN_LENGTH,
    },
    {
      message: "Contain at least %d of the following %d types of characters:",
      code: "containsAtLeast",
      format: [3, 4],
      items,
      verified: items.filter(({ verified }) => verified).length >= 3,
    },
  ];
}

/** Whether a password may be set. */
export function isAcceptablePassword(password: string): boolean {
  return !isTooLong(password) && passwordRules(password).every(({ verified }) => verified);
}
