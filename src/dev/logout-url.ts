import type { Client } from "./configuration.ts";
import { invalidRequest } from "./oauth-error.ts";

/**
 * A URL that the browser may be sent to after logout.
 *
 * @throws {OAuthError} To be shown as a page: the URL is not among the client's allowed logout URLs.
 */
export function registeredLogoutUrl(url: string, client: Client): string {
  if (client.allowedLogoutUrls.includes(url)) return url;
  throw invalidRequest(
    `The app wants to go on to "${url}", which is not in the list of allowed logout URLs of "${client.clientId}".`,
    { title: "Logout URL mismatch", details: client.allowedLogoutUrls },
  );
}
