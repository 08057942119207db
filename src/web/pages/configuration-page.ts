import { randomId } from "../../session/random.ts";
import { whereSettingsAre } from "../setup/environment.ts";
import { routePathsOf } from "../setup/route-paths.ts";
import type { SettingsError } from "../setup/settings.ts";
import { escapeHtml } from "./page.ts";
import type { ProblemDetails } from "./pages.ts";

/** What only the machine of whoever sets an app up is told: all that is missing, and what to tell Auth0. */
export function configurationDetails({ problems, found }: SettingsError, request: Request): ProblemDetails {
  const { routes = routePathsOf({}), bases, secret } = found;
  const base = bases?.of(request)?.href ?? new URL(request.url).origin;
  const urls = {
    "Allowed Callback URLs": base + routes.callback,
    "Allowed Logout URLs": base,
    "Back-Channel Logout URI": base + routes.backchannelLogout,
  };
  const forAuth0 = Object.entries(urls).map(([name, url]) => `${name}: \`${url}\``);
  const offers = [
    bases ? "" : `\`APP_BASE_URL=${base}\``,
    secret ? "" : `\`AUTH0_SECRET=${randomId()}${randomId()}\`, made just now`,
  ].filter(Boolean);
  const offer = offers.length ? paragraph("To begin with:") + list(offers) : "";
  return {
    html: `${list(problems)}${paragraph(whereSettingsAre())}${offer}<h2>For Auth0</h2>${paragraph("Applications › yours › Settings shows domain, client ID and secret, and takes:")}${list(forAuth0)}${paragraph("No account? `devTenant()` of `auth0-edge/dev` needs none.")}`,
    json: { problems, urls },
  };
}

function list(lines: string[]): string {
  return `<ul><li>${lines.map(withCode).join("<li>")}</ul>`;
}

function paragraph(text: string): string {
  return `<p>${withCode(text)}</p>`;
}

/** What stands in backticks, and the setting that a line begins with, as code. */
function withCode(text: string): string {
  return escapeHtml(text).replace(/`(.+?)`|^([A-Z\d_]{4,})/g, "<code>$1$2</code>");
}
