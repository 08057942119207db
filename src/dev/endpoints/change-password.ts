import type { Endpoint } from "../context.ts";
import { databaseRefusal, requireClientAndConnection } from "../database-request.ts";
import { randomToken } from "../encoding.ts";
import { bodyParameters } from "../parameters.ts";
import { isEmail } from "../passwordless.ts";
import { RESET_LIFETIME, resetPasswordEndpoint } from "./reset-password.ts";

/**
 * Sends a link with which a person sets a new password (Auth0: "Change Password"). The answer, plain text, is the
 * same for people who do not exist.
 */
export const changePasswordEndpoint: Endpoint = {
  path: "/dbconnections/change_password",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const parameters = await bodyParameters(request);
    requireClientAndConnection(parameters, tenant);
    const email = parameters.get("email");
    const username = parameters.get("username");
    if (email === undefined && username === undefined) {
      throw databaseRefusal("invalid_request", "An email or a username is needed");
    }
    if (email !== undefined && !isEmail(email)) {
      throw databaseRefusal("invalid_request", "The email is malformed");
    }
    const person = await tenant.people.identifiedBy({ email, username });
    if (person?.email !== undefined && person.sub.startsWith("auth0|")) {
      const ticket = randomToken();
      await tenant.records.save("reset", ticket, { sub: person.sub }, RESET_LIFETIME);
      const link = `${tenant.urlOf(resetPasswordEndpoint)}?ticket=${ticket}`;
      tenant.mailbox.deliver({ kind: "email", to: person.email, subject: "Set a new password", link });
    }
    return new Response("We've just sent you an email to reset your password.", {
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
    });
  },
};
