import { randomId } from "../session/random.ts";
import { whereSettingsAre } from "./environment.ts";
import { escapeHtml } from "./page.ts";
import type { ProblemDetails } from "./pages.ts";
import { routePathsOf } from "./route-paths.ts";
import type { SettingsError } from "./settings.ts";

/** What only the machine of whoever sets an app up is told: all that is missing, and what to tell Auth0. */
export function configurationDetails({ problems, found }: SettingsError, request: Request): ProblemDetails {
  const { routes = routePathsOf({}), bases } = found;
  const base = bases?.of(request)?.href ?? new URL(request.url).origin;
  const urls = {
    "Allowed Callback URLs": base + routes.callback,
    "Allowed Logout URLs": base,
    "Back-Channel Logout URI": base + routes.backchannelLogout,
  };
  const code = (text: string): string =>
    escapeHtml(text).replace(/`(.+?)`|^([A-Z\d_]{4,})/g, "<code>$1$2</code>");
  const secret = found.secret ? "" : `<p>A secret made just now: <code>${randomId()}${randomId()}</code></p>`;
  return {
    html: `<ul>${problems.map((problem) => `<li>${code(problem)}</li>`).join("")}</ul><p>${code(whereSettingsAre())}</p>${secret}<h2>For Auth0</h2><p>Applications › your application › Settings shows domain, client ID and secret, and takes these:</p><dl>${Object.entries(
      urls,
    )
      .map(([name, url]) => `<dt>${name}</dt><dd><code>${escapeHtml(url)}</code></dd>`)
      .join(
        "",
      )}</dl><p>No account yet? <code>devTenant()</code> of <code>auth0-edge/dev</code> lets you log in without one.</p>`,
    json: { problems, urls },
  };
}
