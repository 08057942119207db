import { type EdgeAuthOptions, edgeAuth } from "auth0-edge";
import { type DevTenant, type DevTenantOptions, devTenant } from "auth0-edge/dev";
import { sessionInspector } from "auth0-edge/inspector";
import { expect } from "vitest";
import { appOrigin, secret, type TestApp, TestBrowser } from "./browser.ts";

/** Where the inspector is. */
export const path = "/auth/inspector";
/** The API that access tokens are for. */
export const api = "https://api.example.com/";

interface Kept {
  idToken: string;
  refreshToken: string;
  tokenSets: { accessToken: string }[];
}

/** An app with the inspector, and a browser for it. */
export interface InspectorStage {
  app: TestApp;
  tenant: DevTenant;
  browser: TestBrowser;
  /** The page as this browser gets it. */
  look(query?: string): Promise<string>;
  /** Presses a button and goes where it leads. */
  press(button: string): Promise<string>;
  /** The tokens that are in the session. */
  tokens(): Promise<string[]>;
}

export function inspectorStage(
  options: Partial<EdgeAuthOptions> = {},
  tenantOptions: DevTenantOptions = {},
): InspectorStage {
  const tenant: DevTenant = devTenant({
    appBaseUrl: appOrigin,
    clients: [{ clientId: "app", clientSecret: "app-secret", backchannelLogoutUri: true }],
    appFetch: async (request) => await app.fetch(request),
    ...tenantOptions,
  });
  const auth = edgeAuth({
    ...tenant.clientOptions,
    secret,
    appBaseUrl: appOrigin,
    authorizationParams: { audience: api, scope: "openid profile email offline_access read:orders" },
    moreRoutes: [sessionInspector({ tenant })],
    ...options,
  });
  const app: TestApp = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getSession()) ?? null),
  );
  const browser = new TestBrowser(app, tenant);
  const look = async (query = "") => await (await browser.send(path + query)).text();
  return {
    app,
    tenant,
    browser,
    look,
    async press(button) {
      const [, token] = /name="form" value="([\w-]{43})"/.exec(await look())!;
      const response = await browser.send(path, post({ form: token!, do: button }));
      expect(response.status).toBe(303);
      const location = new URL(response.headers.get("location")!);
      expect(location.origin + location.pathname).toBe(appOrigin + path);
      return await look(location.search);
    },
    async tokens() {
      const { idToken, refreshToken, tokenSets } = (await (await browser.send("/")).json()) as Kept;
      return [idToken, refreshToken, ...tokenSets.map(({ accessToken }) => accessToken)];
    },
  };
}

/** A form that is posted from the page itself. */
export function post(fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  };
}
