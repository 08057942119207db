import { endEverywhere } from "./backchannel-logout.ts";
import type { DeliveryRecord } from "./backchannel-records.ts";
import { type Configuration, DOMAIN, ISSUER, resolveConfiguration } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { linkedIdentities } from "./identities.ts";
import { type DevTenantInvitation, type DevTenantInvitee, invite } from "./invitations.ts";
import { isLoopbackRequest } from "./loopback.ts";
import { createMailbox, type DevTenantMessage } from "./mailbox.ts";
import { MemoryDevTenantStorage } from "./memory-storage.ts";
import { OAuthError } from "./oauth-error.ts";
import type { DevTenantOptions } from "./options.ts";
import { errorPage } from "./pages/message-page.ts";
import { peopleIn } from "./people.ts";
import { type IdentityRecord, recordsIn } from "./records.ts";
import { route } from "./router.ts";
import { signingKeysIn } from "./signing-key.ts";

/** How a client took the news that a session has ended. */
export type DevTenantLogoutDelivery = DeliveryRecord;

/** An account that a person has linked to their own. */
export type DevTenantIdentity = Pick<IdentityRecord, "sub" | "connection" | "name" | "email">;

/** What the tenant uses of a Worker's execution context. */
export interface DevTenantExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** A development tenant, see {@link devTenant}. */
export interface DevTenant {
  /** Always `https://dev.localhost/`. */
  issuer: string;
  /** Always `dev.localhost`; the `domain` of an SDK's configuration. */
  domain: string;
  /** Client id of the first client. */
  clientId: string;
  /** Client secret of the first client; an empty string when it is a public one. */
  clientSecret: string;
  /**
   * `fetch` for the app's server: answers requests to `https://dev.localhost/` inside the process. Redirects
   * are answered as they are, never followed.
   *
   * @throws {Error} Rejects for any other origin, naming it (never the path or query).
   */
  customFetch: typeof fetch;
  /**
   * Answers a browser's request to the tenant: under `path` of the app or, without `appBaseUrl`, everything
   * whose host is `dev.localhost`.
   *
   * @returns `undefined` when the request is not for the tenant and the app should go on. Requests to the
   * tenant under a host name that is not loopback are answered 403.
   * @param context The host's own, if it has one: back-channel logouts then go on after a slow app has let the
   * person's logout pass.
   */
  fetch(request: Request, context?: DevTenantExecutionContext): Promise<Response | undefined>;
  /**
   * The mails and text messages that the tenant would have sent, newest first; browsers find them at `/mailbox`
   * below the tenant's path. The 50 newest are kept, in memory only.
   */
  mailbox(): DevTenantMessage[];
  /**
   * Invites a person to an organization, as the Management API does at Auth0. The invitation is good for seven days
   * and for one attempt.
   *
   * @throws {Error} When there is no such organization or client.
   */
  invite(invitee: DevTenantInvitee): Promise<DevTenantInvitation>;
  /** The accounts a person has linked to their own, which at Auth0 the Management API tells. */
  identities(sub: string): Promise<readonly DevTenantIdentity[]>;
  /**
   * Ends a login session of the tenant (`sid`) or all of a person (`sub`), and tells the clients of them by a logout
   * token (OpenID Connect Back-Channel Logout 1.0): one with `sid` and `sub`, or with `sub` alone.
   *
   * @returns Once every client with a `backchannelLogoutUri` that took part has been told, or given up.
   */
  backchannelLogout(ended: { sid: string } | { sub: string }): Promise<readonly DevTenantLogoutDelivery[]>;
  /**
   * Puts a new signing key in the place of the current one, as "Rotate Signing Key" does at Auth0. The one before stays in
   * the JWK Set until the next rotation; it is refused from then on. The keys are in the tenant's storage.
   *
   * @returns The id of the key that signs from now on.
   */
  rotateKeys(): Promise<{ kid: string }>;
  /** What `edgeAuth` or `ServerClient` needs to use the tenant: spread it into their options. */
  readonly clientOptions: {
    domain: string;
    clientId: string;
    clientSecret: string;
    customFetch: typeof fetch;
  };
}

/**
 * Creates a development tenant: a small Auth0 that lives inside the process, where anyone can log in as
 * anyone. For development and tests only; it answers loopback host names only, and nothing but importing and
 * calling it switches it on.
 *
 * @example
 * ```ts
 * const tenant = devTenant({ appBaseUrl: "http://localhost:8787" });
 * // For browsers, before the app's own routes:
 * const response = await tenant.fetch(request);
 * if (response) return response;
 * // For the SDK: tenant.domain, tenant.clientId, tenant.clientSecret and tenant.customFetch.
 * ```
 * @throws {Error} When an option cannot be used, such as an `appBaseUrl` that is not loopback.
 */
export function devTenant(options: DevTenantOptions = {}): DevTenant {
  const configuration = resolveConfiguration(options);
  const tenant = createContext(configuration, options);
  const atIssuer = configuration.appBaseUrl === undefined;
  const [client] = configuration.clients.values();
  const answers: DevTenant = {
    issuer: ISSUER,
    domain: DOMAIN,
    clientId: client!.clientId,
    clientSecret: client!.clientSecret ?? "",
    get clientOptions() {
      const { domain, clientId, clientSecret, customFetch } = answers;
      return { domain, clientId, clientSecret, customFetch };
    },
    mailbox: () => tenant.mailbox.messages(),
    invite: (invitee) => invite(tenant, invitee),
    async identities(sub) {
      const linked = await linkedIdentities(tenant, sub);
      return linked.map(({ sub, connection, name, email }) => ({
        sub,
        connection,
        name,
        ...(email && { email }),
      }));
    },
    backchannelLogout: (ended) => endEverywhere(tenant, ended),
    async rotateKeys() {
      const { kid } = await tenant.signingKeys.rotate();
      return { kid };
    },
    async customFetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      const url = new URL(request.url);
      if (`${url.origin}/` !== ISSUER) {
        throw new Error(`The development tenant answers ${ISSUER} only and was asked for ${url.origin}`);
      }
      return await route(request, tenant, url.pathname, atIssuer ? ["server", "browser"] : ["server"]);
    },
    async fetch(request, context) {
      const url = new URL(request.url);
      const here = { ...tenant, waitUntil: context && ((work: Promise<unknown>) => context.waitUntil(work)) };
      if (atIssuer) {
        if (url.hostname !== DOMAIN) return undefined;
        return await route(request, here, url.pathname, ["server", "browser"]);
      }
      const base = tenant.cookiePath;
      if (url.pathname !== base && !url.pathname.startsWith(`${base}/`)) return undefined;
      if (!isLoopbackRequest(request)) return await errorPage(notLoopback());
      return await route(request, here, url.pathname.slice(base.length) || "/", ["browser"]);
    },
  };
  return answers;
}

function createContext(configuration: Configuration, options: DevTenantOptions): TenantContext {
  const storage = options.storage ?? new MemoryDevTenantStorage(options.clock);
  const clock = options.clock ?? (() => Date.now() / 1000);
  const now = () => Math.floor(clock());
  const cookiePath = new URL(configuration.browserBase).pathname;
  return {
    configuration,
    records: recordsIn(storage, now),
    people: peopleIn(storage, configuration),
    mailbox: createMailbox(now),
    now,
    clock,
    signingKeys: signingKeysIn(storage),
    // Not handed on as it is: the global one must not be called as a method of another object.
    appFetch: async (request) => await (options.appFetch ?? fetch)(request),
    endpoints: ENDPOINTS,
    cookiePath,
    urlOf: ({ path, channel }) =>
      channel === "browser" ? configuration.browserBase + path : ISSUER.slice(0, -1) + path,
    pageUrl: (request, path) => new URL(request.url).origin + cookiePath.replace(/\/$/, "") + path,
  };
}

function notLoopback(): OAuthError {
  return new OAuthError(
    403,
    "access_denied",
    "The development tenant lets anyone log in as anyone, so it answers on this machine only: under localhost, " +
      "*.localhost, 127.0.0.0/8 or [::1]. If you see this on a deployed app, remove the tenant from it and use a " +
      "real Auth0 domain.",
    { title: "This is a development tool" },
  );
}
