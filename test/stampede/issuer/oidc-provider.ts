import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { oidcBrowser } from "../../support/oidc-browser.ts";
import { createProvider } from "../../support/oidc-provider/configuration.ts";
import {
  Holds,
  type Issuer,
  type IssuerOptions,
  loginTokenLifetime,
  TokenRecord,
  tokenLifetime,
} from "./issuer.ts";
import { closeServer, listen } from "./server.ts";

/** What is read of the context in which `oidc-provider` answers a request. */
interface ProviderContext {
  path: string;
  body?: { access_token?: string; error?: string };
  oidc?: {
    params?: { grant_type?: string };
    account?: { accountId: string };
  };
}

const clientId = "stampede";
const clientSecret = "a-client-secret-that-only-this-test-knows";

/** Starts `oidc-provider`, an implementation that is not ours: it too rotates, and revokes the family of a spent token. */
export async function startOidcProvider({ appUrl, delay = 0 }: IssuerOptions): Promise<Issuer> {
  const record = new TokenRecord();
  const holds = new Holds();
  const server = createServer((request, response) => void callback(request, response));
  const url = await listen(server);
  const provider = createProvider({
    issuer: url,
    tokenLifetime,
    clients: [clientOf(appUrl)],
    settings: {
      ttl: {
        AccessToken: (ctx: ProviderContext) => (isRefresh(ctx) ? tokenLifetime : loginTokenLifetime),
        Session: 3600,
        Grant: 3600,
        Interaction: 600,
        IdToken: 3600,
        RefreshToken: 3600,
      },
    },
  });
  provider.use(async (ctx: ProviderContext, next) => {
    if (ctx.path === "/token") await holds.pass("arrived", "");
    await next();
    if (!isRefresh(ctx)) return;
    record.tokenCalls++;
    if (ctx.body?.error === "invalid_grant") record.invalidGrants++;
    if (ctx.body?.access_token) record.refreshed(ctx.body.access_token, ctx.oidc!.account!.accountId);
    await holds.pass("rotated", "");
    await sleep(delay);
  });
  const revoked = new Set<unknown>();
  provider.on("grant.revoked", (_ctx, grantId) => {
    record.familiesRevoked = revoked.add(grantId).size;
  });
  const callback = provider.callback();

  return {
    url,
    clientId,
    clientSecret,
    record,
    holds,
    logIn: (authorizationUrl, user) => oidcBrowser().logIn(authorizationUrl, { login: user }),
    close: () => closeServer(server),
  };
}

function clientOf(appUrl: string) {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    token_endpoint_auth_method: "client_secret_post",
    redirect_uris: [`${appUrl}/auth/callback`],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

function isRefresh({ oidc }: ProviderContext): boolean {
  return oidc?.params?.grant_type === "refresh_token";
}
