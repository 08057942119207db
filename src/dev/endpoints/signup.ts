import type { Endpoint, TenantContext } from "../context.ts";
import { databaseRefusal, requireClientAndConnection } from "../database-request.ts";
import { bodyParameters, objectParameter, type Parameters } from "../parameters.ts";
import { isTooLong, PASSWORD_POLICY, passwordRules } from "../password-policy.ts";
import { isEmail } from "../passwordless.ts";
import { setPassword } from "../passwords.ts";
import type { NewPerson } from "../people.ts";
import { jsonResponse } from "../responses.ts";

/** What may stand in `user_metadata`, as with Auth0. */
const MAX_METADATA = 10;
const MAX_METADATA_LENGTH = 500;
/** Members of a profile that are taken over as they are. */
const PROFILE = ["given_name", "family_name", "nickname", "picture"] as const;
const MAX_PROFILE_LENGTH = 300;

/**
 * Signs somebody up with a password (Auth0: "Signup"). The client says who it is and proves nothing, since pages
 * call this as well.
 */
export const signupEndpoint: Endpoint = {
  path: "/dbconnections/signup",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const parameters = await bodyParameters(request, ["user_metadata"]);
    requireClientAndConnection(parameters, tenant);
    const password = checkedPassword(parameters);
    const metadata = metadataOf(parameters);
    const person = personOf(parameters);
    const created = await tenant.people.create("auth0", person);
    if (created === undefined) throw await alreadyThere(tenant, person);
    await setPassword(tenant, created.sub, password);
    return jsonResponse({
      _id: created.sub.slice("auth0|".length),
      ...person,
      ...(metadata === undefined ? {} : { user_metadata: metadata }),
    });
  },
};

function checkedPassword(parameters: Parameters): string {
  const password = parameters.get("password");
  if (password === undefined) throw databaseRefusal("invalid_request", "The password is missing");
  if (isTooLong(password)) throw databaseRefusal("invalid_password", "The password is longer than 72 bytes");
  const rules = passwordRules(password);
  if (rules.every(({ verified }) => verified)) return password;
  throw databaseRefusal("invalid_password", "Password is too weak", {
    name: "PasswordStrengthError",
    message: "Password is too weak",
    description: { rules, verified: false },
    policy: PASSWORD_POLICY,
  });
}

function personOf(parameters: Parameters): NewPerson {
  const email = parameters.get("email")?.toLowerCase();
  if (email === undefined || !isEmail(email)) {
    throw databaseRefusal("invalid_request", "The email is missing or malformed");
  }
  const username = parameters.get("username");
  if (username !== undefined && !/^[\w.!#$'+@^`~-]{1,15}$/.test(username)) {
    throw databaseRefusal("invalid_request", "The username has other characters, or more than 15");
  }
  const profile = [...PROFILE, "name" as const].flatMap((name) => {
    const value = parameters.get(name);
    if (value === undefined) return [];
    if (value.length <= MAX_PROFILE_LENGTH) return [[name, value] as const];
    throw databaseRefusal("invalid_request", `The ${name} is longer than ${MAX_PROFILE_LENGTH} characters`);
  });
  return {
    name: email,
    email,
    email_verified: false,
    ...(username === undefined ? {} : { username }),
    ...Object.fromEntries(profile),
  };
}

function metadataOf(parameters: Parameters): Record<string, unknown> | undefined {
  const refuse = (description: string) => databaseRefusal("invalid_request", description);
  const metadata = objectParameter(parameters, "user_metadata", refuse);
  const entries = Object.entries(metadata ?? {});
  const fits = (text: unknown) => typeof text === "string" && text.length <= MAX_METADATA_LENGTH;
  if (entries.length <= MAX_METADATA && entries.flat().every(fits)) return metadata;
  throw refuse(`user_metadata takes ${MAX_METADATA} strings of ${MAX_METADATA_LENGTH} characters at most`);
}

async function alreadyThere(tenant: TenantContext, { email, username }: NewPerson) {
  const byEmail = await tenant.people.identifiedBy({ email });
  return byEmail === undefined && username !== undefined
    ? databaseRefusal("username_exists", "The username provided is in use already.")
    : databaseRefusal("user_exists", "The user already exists.");
}
