import { authorizationRequest, destinationOf } from "../authorization-request.ts";
import { orSendBack } from "../authorization-response.ts";
import type { Endpoint } from "../context.ts";
import { goOn } from "../login-steps.ts";
import { invalidRequest } from "../oauth-error.ts";
import { CODE_LIFETIME } from "../one-time-code.ts";
import { queryParameters, required } from "../parameters.ts";
import { personReachedAt } from "../passwordless.ts";
import { keepLogin } from "../pending-login.ts";
import { startSession } from "../tenant-session.ts";

/**
 * Where the link of a mail leads (Auth0: "magic link"): logs in whoever opens it and sends the browser on to the
 * app with a code. The app's server asked for it without a browser, so there is no login page and no PKCE.
 */
export const passwordlessLinkEndpoint: Endpoint = {
  path: "/passwordless/verify_redirect",
  channel: "browser",
  methods: ["GET"],
  async handle(request, tenant) {
    const ticket = required(queryParameters(request), "ticket");
    const record = await tenant.records.load("link", ticket);
    // HEAD only looks whether there is something: scanners of mails must not use up a link.
    if (record !== undefined && request.method === "HEAD") return new Response(null);
    if (record === undefined || !(await tenant.records.spend("link", ticket, CODE_LIFETIME))) {
      throw invalidRequest("It has been used, or is older than three minutes. Ask the app for a new one.", {
        title: "This link has ended",
      });
    }
    const sent = { parameters: new Map(record.parameters), pushed: false };
    const destination = destinationOf(sent.parameters, tenant);
    return await orSendBack(request, destination, async () => {
      const asked = await authorizationRequest(sent, destination, tenant);
      const person = await personReachedAt(tenant, "email", record.email);
      const { session, cookie } = await startSession(request, tenant, person.sub);
      const { pending, cookie: browserCookie } = await keepLogin(request, tenant, sent);
      const progress = { sid: session.sid };
      return await goOn(request, tenant, { ...pending, progress }, asked, session, [cookie, browserCookie]);
    });
  },
};
