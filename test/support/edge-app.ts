import { type EdgeAuthOptions, edgeAuth, type RequestAuth } from "auth0-edge";
import { appOrigin, secret, type TestApp, TestBrowser } from "./browser.ts";
import type { HostileIssuer } from "./hostile-issuer.ts";

/** An app on `edgeAuth` whose issuer stands in memory. */
export interface EdgeApp {
  fetch(request: Request): Promise<Response>;
  /** A new browser that has logged in. */
  logIn(): Promise<TestBrowser>;
  /** What the issuer sends when a session ended there. */
  sendLogoutToken(claims: Record<string, unknown>): Promise<Response>;
}

/**
 * Answers who is there with their `sub`, and a 401 to anybody else.
 *
 * @param serve an app of one's own in place of that
 */
export function edgeApp(
  issuer: HostileIssuer,
  options: EdgeAuthOptions,
  serve?: (auth: RequestAuth, request: Request) => Promise<Response>,
): EdgeApp {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const auth = edgeAuth({
    domain,
    clientId,
    clientSecret,
    customFetch,
    secret,
    appBaseUrl: appOrigin,
    ...options,
  });
  const app = auth.handler(async (request, _env, _ctx, login) => {
    if (serve) return await serve(login, request);
    const user = await login.getUser();
    return new Response(user?.sub, { status: user ? 200 : 401 });
  });
  return {
    fetch: (request) => app.fetch(request),
    logIn: () => logInAt(issuer, { fetch: (request) => app.fetch(request) }),
    async sendLogoutToken(claims) {
      const now = Math.floor(Date.now() / 1000);
      const token = await issuer.signIdToken({
        iss: issuer.issuer,
        aud: clientId,
        iat: now,
        exp: now + 120,
        jti: crypto.randomUUID(),
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
        ...claims,
      });
      const body = new URLSearchParams({ logout_token: token }).toString();
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const url = `${appOrigin}/auth/backchannel-logout`;
      return await app.fetch(new Request(url, { method: "POST", headers, body }));
    },
  };
}

/** A new browser that has logged in to an app, whose user is who the issuer says. */
export async function logInAt(issuer: HostileIssuer, app: TestApp): Promise<TestBrowser> {
  const browser = new TestBrowser(app);
  const authorize = new URL((await browser.send("/auth/login")).headers.get("location")!);
  issuer.claims.nonce = authorize.searchParams.get("nonce");
  const callback = new URLSearchParams({
    code: crypto.randomUUID(),
    state: authorize.searchParams.get("state")!,
  });
  await browser.send(`/auth/callback?${callback}`);
  return browser;
}
