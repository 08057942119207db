import { AuthClient } from "@auth0/auth0-auth-js";
import {
  CookieTransactionStore,
  ServerClient,
  type ServerClientOptions,
  StatelessStateStore,
} from "@auth0/auth0-server-js";
import {
  DEV_TENANT_GRANT_TYPES,
  type DevTenant,
  type DevTenantClient,
  type DevTenantOptions,
  devTenant,
} from "../../../src/dev/index.ts";

export const CALLBACK = "https://app.example/callback";
export const API = "https://api.example.com/";
export const BILLING = "https://billing.example/";
export const MIRA = "auth0|66a1f0c27d3be90012c40a01";

/** A tenant at its own issuer, with a client `peer` that may do everything. */
export function peerTenant(
  options: DevTenantOptions = {},
  client: Partial<DevTenantClient> = { clientSecret: "peer-secret" },
): DevTenant {
  return devTenant({
    apis: [
      { audience: API, scopes: ["read:orders", "write:orders"] },
      { audience: BILLING, scopes: ["read:bills", "write:bills"] },
    ],
    clients: [
      {
        clientId: "peer",
        callbacks: [CALLBACK],
        allowedLogoutUrls: ["https://app.example/"],
        grantTypes: DEV_TENANT_GRANT_TYPES,
        clientGrants: [{ audience: API, scopes: ["read:orders"] }],
        refreshTokenPolicies: [{ audience: BILLING, scopes: ["read:bills"] }],
        ...client,
      },
    ],
    ...options,
  });
}

/** The peer's client without sessions. */
export function peerAuthClient(
  tenant: DevTenant,
  options: Partial<ConstructorParameters<typeof AuthClient>[0]> = {},
): AuthClient {
  return new AuthClient({
    domain: tenant.domain,
    clientId: tenant.clientId,
    ...(tenant.clientSecret === "" ? {} : { clientSecret: tenant.clientSecret }),
    customFetch: tenant.customFetch,
    authorizationParams: { redirect_uri: CALLBACK },
    ...options,
  });
}

/** The peer's client with a session of its own. */
export function peerServerClient(
  tenant: DevTenant,
  options: Partial<ServerClientOptions> = {},
): ServerClient {
  const jar = new Jar();
  const secret = "a-secret-for-the-peer-client";
  return new ServerClient({
    domain: tenant.domain,
    clientId: tenant.clientId,
    clientSecret: tenant.clientSecret,
    customFetch: tenant.customFetch,
    authorizationParams: { redirect_uri: CALLBACK },
    transactionStore: new CookieTransactionStore({ secret }, jar),
    stateStore: new StatelessStateStore({ secret }, jar),
    ...options,
  });
}

/** Plays the person at the picker; answers the callback URL. */
export async function choose(
  tenant: DevTenant,
  authorizationUrl: URL,
  choice: Record<string, string> = { user: MIRA },
): Promise<URL> {
  const toPicker = (await tenant.fetch(new Request(authorizationUrl)))!;
  const picker = new URL(toPicker.headers.get("location")!, authorizationUrl);
  const cookie = toPicker.headers
    .getSetCookie()
    .map((line) => line.split(";")[0]!)
    .join("; ");
  const headers = { cookie, "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ state: picker.searchParams.get("state")!, ...choice }).toString();
  const action = new URL(picker.pathname, picker);
  const done = (await tenant.fetch(new Request(action, { method: "POST", headers, body })))!;
  return new URL(done.headers.get("location")!);
}

/** The peer's cookie handler contract over a plain jar. */
export class Jar {
  readonly cookies: Record<string, string> = {};
  setCookie(name: string, value: string): void {
    this.cookies[name] = value;
  }
  getCookie(name: string): string | undefined {
    return this.cookies[name];
  }
  getCookies(): Record<string, string> {
    return { ...this.cookies };
  }
  deleteCookie(name: string): void {
    delete this.cookies[name];
  }
}
