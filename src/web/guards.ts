import { parseCookies, serializeCookie } from "../cookies/cookie-text.ts";
import type { UserOf } from "../session/state-data.ts";
import { type ClaimRule, type ForbiddenReason, ofOrganization } from "./claim-rules.ts";
import type { EdgeClient } from "./edge-client.ts";
import { noStore, problemResponse, wantsPage } from "./pages/pages.ts";
import type { RequestAuth } from "./request-auth.ts";
import { requestIdOf } from "./request-id.ts";

/**
 * Whether a request may pass: it needs a user, and the user has to satisfy a rule.
 *
 * @returns the answer to a request that may not: `challenge()` without a user, else a 403, as a page or as JSON with a `reason`
 */
export async function guard<TClaims extends object>(
  auth: RequestAuth<EdgeClient<TClaims>>,
  request: Request,
  rule: ClaimRule<TClaims> = () => undefined,
): Promise<Response | undefined> {
  const user = await auth.getUser();
  if (!user) return await auth.challenge();
  const reason = await rule(user as UserOf<TClaims>);
  return reason && forbidden(request, reason);
}

/** The organization a page last sent its user to, so that nobody goes round in circles. */
const marker = "__a0_org";
const markerLifetime = 300;

/**
 * The same for an organization. A page sends a user of another one to the login of the right one, once: whoever comes back and
 * is still of another gets a 403.
 *
 * @param organization id (`org_…`) or name; `undefined`: whichever
 */
export async function guardOrganization(
  auth: RequestAuth,
  request: Request,
  organization: string | undefined,
): Promise<Response | undefined> {
  const rule = ofOrganization(organization);
  const sent = parseCookies(request.headers.get("cookie"))[marker];
  const mark = (value: string, maxAge: number): void => {
    const secure = new URL(request.url).protocol === "https:";
    const attributes = { path: "/", httpOnly: true, sameSite: "lax", secure, maxAge } as const;
    auth.headers.append("set-cookie", serializeCookie(marker, value, attributes));
  };

  const user = await auth.getUser();
  if (!user) return await auth.challenge({ organization });
  const reason = await rule(user);
  const isPage = wantsPage(request) && request.method === "GET";
  if (reason && isPage && organization && sent !== encodeURIComponent(organization)) {
    mark(encodeURIComponent(organization), markerLifetime);
    return await auth.challenge({ organization });
  }
  if (sent !== undefined) mark("", 0);
  if (!reason) return undefined;
  const login = isPage && organization ? await auth.challenge({ organization }) : undefined;
  return forbidden(request, reason, login?.headers.get("location"));
}

function forbidden(request: Request, reason: ForbiddenReason, login?: string | null): Response {
  const isOther = reason === "wrong_organization";
  const message = isOther
    ? "You are logged in, but not to the organization that this needs."
    : "You are logged in, but your account does not have what this needs.";
  if (!wantsPage(request)) {
    const answer = { error: "forbidden", reason, message, requestId: requestIdOf(request) };
    return Response.json(answer, { status: 403, headers: noStore });
  }
  return problemResponse(request, {
    status: 403,
    code: reason,
    title: isOther ? "Another organization is needed" : "This is not for your account",
    message: `${message} If it should be, ask whoever manages this app.`,
    ...(login && { action: { href: login, label: "Log in to it" } }),
  });
}
