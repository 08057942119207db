import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { postLogoutRedirectUri, redirectUri, registration, testClients } from "./oidc-provider/clients.ts";
import { createProvider, resource } from "./oidc-provider/configuration.ts";
import { AuthenticationDevice } from "./oidc-provider/device.ts";
import { LogoutTokenMailbox } from "./oidc-provider/mailbox.ts";
import type { ProvidedOidcProvider } from "./provided.ts";

/** A provider that runs; `close` stops it. */
export interface RunningOidcProvider extends ProvidedOidcProvider {
  close(): Promise<void>;
}

export interface OidcProviderOptions {
  /** Redirect URIs in addition to `http://localhost:8787/auth/callback`. */
  redirectUris?: string[];
  /** Seconds an access token lives, where the client does not want it brief; 600 if left out. */
  accessTokenLifetime?: number;
}

/** Where the second provider stands on the same server. */
const realmPath = "/realms/a";

/**
 * Starts a real OpenID provider on a free loopback port: PKCE is required, refresh tokens rotate, people log in
 * through its development forms (see `oidc-browser.ts`), logout tokens are kept in a mailbox for the test to fetch, and
 * back-channel logins are approved on a device the test plays. A second provider has an issuer with a path.
 */
export async function startOidcProvider(options: OidcProviderOptions = {}): Promise<RunningOidcProvider> {
  const mailbox = new LogoutTokenMailbox();
  const device = new AuthenticationDevice();
  let answer: (request: IncomingMessage, response: ServerResponse) => unknown;
  let answerRealm: typeof answer;
  const server = createServer((request, response) => {
    const { url = "" } = request;
    if (url === "/test/logout-tokens") return mailbox.serve(request, response);
    if (url === "/test/device") return device.serve(request, response);
    if (!url.startsWith(`${realmPath}/`)) return answer(request, response);
    // As Express does for what is mounted at a path.
    Object.assign(request, { originalUrl: url, url: url.slice(realmPath.length) });
    return answerRealm(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}`;
  const realm = issuer + realmPath;
  const logoutTokensUrl = `${issuer}/test/logout-tokens`;
  const clients = testClients(logoutTokensUrl, options.redirectUris ?? []);
  const tokenLifetime = options.accessTokenLifetime ?? 600;
  const features = { ciba: device.feature(issuer) };
  answer = createProvider({ issuer, clients: clients.registered, tokenLifetime, features }).callback();
  answerRealm = createRealm(realm, clients.provided.basic, tokenLifetime, logoutTokensUrl).callback();

  return {
    issuer,
    realm,
    port,
    redirectUri,
    postLogoutRedirectUri,
    logoutTokensUrl,
    deviceUrl: `${issuer}/test/device`,
    resource,
    clients: clients.provided,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** vitest's global setup: one provider for all tests of a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { close, ...provided } = await startOidcProvider();
  project.provide("oidcProvider", provided);
  return close;
}

/** The provider with a path: a secret is good for nothing but a Basic header here, and its metadata say so. */
function createRealm(
  issuer: string,
  { clientId, clientSecret }: ProvidedOidcProvider["clients"]["basic"],
  tokenLifetime: number,
  logoutTokensUrl: string,
) {
  const client = registration(clientId, {
    client_secret: clientSecret,
    token_endpoint_auth_method: "client_secret_basic",
    backchannel_logout_uri: logoutTokensUrl,
    backchannel_logout_session_required: true,
  });
  const settings = { clientAuthMethods: ["client_secret_basic"] };
  return createProvider({ issuer, clients: [client], tokenLifetime, settings });
}
