import type { HeadersStoreOptions, ServerClientOptions } from "auth0-edge";
import type { DevTenant, DevTenantOptions } from "auth0-edge/dev";
import { testTenant, users } from "./browser.ts";
import { type ClientBench, clientBench, comeBack, visit } from "./server-client.ts";
import { TenantBrowser } from "./tenant-browser.ts";

/** A client of ours at the development tenant, with the browser of one person. */
export interface TenantBench extends ClientBench {
  tenant: DevTenant;
  browser: TenantBrowser;
  /** Logs in by a URL of the client's, up to the session. */
  logIn(
    options?: Parameters<ClientBench["client"]["startInteractiveLogin"]>[0],
    user?: string,
  ): Promise<unknown>;
}

/** A client of ours at a development tenant of its own. */
export function tenantBench(
  tenantOptions: DevTenantOptions = {},
  options: Partial<ServerClientOptions<HeadersStoreOptions>> = {},
): TenantBench {
  const tenant = testTenant(tenantOptions);
  const browser = new TenantBrowser(tenant);
  const bench = clientBench({ ...tenant.clientOptions, ...options });
  return {
    ...bench,
    tenant,
    browser,
    async logIn(login, user = users.mira) {
      const url = await visit(bench, (request) => bench.client.startInteractiveLogin(login, request));
      return await comeBack(bench, await browser.logIn(url, user));
    },
  };
}
