import type { Context, MiddlewareHandler } from "hono";
import { InvalidConfigurationError } from "../errors/index.ts";
import {
  type ClaimRule,
  type ClaimValue,
  checkedBy,
  equalTo,
  including,
  ofOrganization,
} from "../web/claim-rules.ts";
import { guard, guardOrganization } from "../web/guards.ts";
import { reportStoreFailure } from "../web/pages/report.ts";
import type { RequestAuth } from "../web/request-auth.ts";
import { type AuthEnv, withPrepared } from "./auth0.ts";

/**
 * Middleware for routes that need a user. Without one a page goes to the login and comes back; anything else gets a 401
 * with a `reason`.
 */
export function requiresAuth(): MiddlewareHandler {
  return guarding((auth, request) => guard(auth, request));
}

/**
 * Middleware for routes that need a user who logged in to an organization. A page sends one of another organization to the
 * login of the right one; who comes back and is still of another, and anything that is no page, gets a 403 with the reason
 * `wrong_organization`. Without a user as {@link requiresAuth}.
 *
 * @param organization id (`org_…`) or name. Left out: whichever; who logged in to none gets a 403.
 * @throws OrganizationValidationError where it is blank
 *
 * @example
 * app.get("/reports", requiresOrg("acme"), (c) => c.text("For the people of Acme"));
 */
export function requiresOrg(organization?: string): MiddlewareHandler {
  ofOrganization(organization);
  return guarding((auth, request) => guardOrganization(auth, request, organization));
}

/**
 * Middleware for routes that need a user with a claim of this very value. Anybody else gets a 403 with the reason
 * `missing_claim` or `claim_mismatch`. Without a user as {@link requiresAuth}.
 *
 * @param value compared as JSON: `5` is not `"5"`
 * @throws InvalidConfigurationError where `claim` is blank
 *
 * @example
 * app.use("/staff/*", claimEquals("https://example.com/staff", true));
 */
export function claimEquals(claim: string, value: ClaimValue): MiddlewareHandler {
  return guardingClaims(equalTo(claim, value));
}

/**
 * Middleware for routes that need a user with a claim that has each of these values: a list, or a text of words with spaces
 * between them. Anybody else gets a 403 as with {@link claimEquals}.
 *
 * @throws InvalidConfigurationError where `claim` is blank, and without a value
 *
 * @example
 * app.use("/admin/*", claimIncludes("https://example.com/roles", "admin", "auditor"));
 */
export function claimIncludes(claim: string, ...values: ClaimValue[]): MiddlewareHandler {
  return guardingClaims(including(claim, values));
}

/**
 * Middleware for routes that need a user of whom a function says yes. Anybody else gets a 403 with the reason
 * `claim_mismatch`. Without a user as {@link requiresAuth}, and the function is not asked.
 *
 * @typeParam Claims claims of the user beside the standard ones
 *
 * @example
 * app.use("/beta/*", claimCheck((claims) => claims.email?.endsWith("@example.com") ?? false));
 */
export function claimCheck<Claims extends object = object>(
  check: Parameters<typeof checkedBy<Claims>>[0],
): MiddlewareHandler {
  return guardingClaims(checkedBy(check));
}

function guardingClaims<Claims extends object>(rule: ClaimRule<Claims>): MiddlewareHandler {
  return guarding((auth, request) => guard(auth as never, request, rule));
}

/** Lets a request pass or answers it. Of any environment, so that a route keeps the types its app has. */
function guarding(
  refuse: (auth: RequestAuth, request: Request) => Promise<Response | undefined>,
): MiddlewareHandler {
  return async (c: Context<AuthEnv>, next) => {
    const { auth0 } = c.var;
    if (!auth0)
      throw new InvalidConfigurationError("There is no login here: app.use(auth0()) has to come first.");
    const response = await refuse(auth0, c.req.raw).catch((error: unknown) =>
      reportStoreFailure(error, auth0),
    );
    if (response) return withPrepared(c, response);
    await next();
  };
}
