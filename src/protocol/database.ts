import { ChangePasswordError, SignUpError } from "../errors/index.ts";
import type { Auth0Call } from "./auth0-api.ts";
import { camelCase, objectOption, textParameters } from "./auth0-options.ts";

/** Who signs up at a database connection. */
export interface SignUpOptions {
  email: string;
  password: string;
  connection: string;
  /** Default: this client's. */
  clientId?: string | undefined;
  username?: string | undefined;
  givenName?: string | undefined;
  familyName?: string | undefined;
  name?: string | undefined;
  nickname?: string | undefined;
  /** URL. */
  picture?: string | undefined;
  /** Auth0 takes ten texts of up to 500 characters. */
  userMetadata?: Record<string, string> | undefined;
}

/** The user who signed up. */
export interface SignUpResult {
  id?: string | undefined;
  email: string;
  emailVerified: boolean;
  username?: string | undefined;
  givenName?: string | undefined;
  familyName?: string | undefined;
  name?: string | undefined;
  nickname?: string | undefined;
  picture?: string | undefined;
  userMetadata?: Record<string, unknown> | undefined;
}

/** Whose password is to be changed; one of `email` and `username` is needed. */
export interface ChangePasswordOptions {
  email?: string | undefined;
  /** For connections that know users by name alone. */
  username?: string | undefined;
  connection: string;
  /** Default: this client's. */
  clientId?: string | undefined;
  organization?: string | undefined;
}

/** `POST /dbconnections/signup`, which is open to everybody. @throws SignUpError */
export function signUp(options: SignUpOptions): Auth0Call<SignUpResult> {
  const required = ["email", "password", "connection"] as const;
  const optional = [
    "clientId",
    "username",
    "givenName",
    "familyName",
    "name",
    "nickname",
    "picture",
  ] as const;
  return {
    path: "/dbconnections/signup",
    body: {
      ...textParameters(SignUpError, options, required, optional),
      user_metadata: objectOption(SignUpError, "userMetadata", options.userMetadata),
    },
    client: "id",
    Failure: SignUpError,
    read: ({ _id, user_id, id, email, email_verified, ...answer }) =>
      typeof email === "string"
        ? {
            ...camelCase<object>(answer),
            id: (_id ?? user_id ?? id) as string,
            email,
            emailVerified: email_verified === true,
          }
        : undefined,
  };
}

/** `POST /dbconnections/change_password`, which answers the same whether it knows the user or not. @throws ChangePasswordError */
export function changePassword(options: ChangePasswordOptions): Auth0Call<string> {
  const optional = ["email", "username", "clientId", "organization"] as const;
  const body = textParameters(ChangePasswordError, options, ["connection"], optional);
  if (!body.email && !body.username) throw new ChangePasswordError("'email' or 'username' must be given.");
  return {
    path: "/dbconnections/change_password",
    body,
    client: "id",
    Failure: ChangePasswordError,
    read: (_, text) => text,
  };
}
