import { InvalidConfigurationError } from "../../errors/index.ts";
import { escapeHtml, type PageTheme } from "./page.ts";

/** How the pages of `edgeAuth` are to look. */
export interface PageThemeOptions {
  /** Name of the app, which stands above every page. */
  appName?: string | undefined;
  /** Its logo: an https URL, or a path of the app such as `/logo.svg`. It is shown 40 pixels high. */
  logoUrl?: string | undefined;
  /** Colour of the button, as `#rgb` or `#rrggbb`. What is written on it becomes black or white, whichever reads better. */
  accentColor?: string | undefined;
  /** Where people get help: an https URL, a `mailto:` address, or a path of the app. Left out: no such link. */
  supportUrl?: string | undefined;
}

/**
 * A theme for the option `theme` of `edgeAuth`: name, logo and colour on the pages that say what went wrong.
 *
 * @throws InvalidConfigurationError for a colour that is none, and for a URL that is neither of https nor a path of the app
 *
 * @example
 * edgeAuth({ theme: pageTheme({ appName: "Paper & Co", logoUrl: "/logo.svg", accentColor: "#0d6b62" }) });
 */
export function pageTheme(options: PageThemeOptions): PageTheme {
  const { appName = "", logoUrl, accentColor, supportUrl } = options;
  const logo = logoUrl === undefined ? undefined : link("logoUrl", logoUrl, ["https:"]);
  const help = supportUrl === undefined ? undefined : link("supportUrl", supportUrl, ["https:", "mailto:"]);
  const name = escapeHtml(appName);
  const image = logo && `<img src="${escapeHtml(logo)}" alt="" height="40">`;
  return {
    style: accentColor === undefined ? brandStyle : `:root{${colours(accentColor)}}${brandStyle}`,
    brand: image || name ? `<header>${image ?? ""}${name}</header>` : "",
    support: help ? `<footer><a href="${escapeHtml(help)}">Get help</a></footer>` : "",
    imageSource: logo ? `img-src ${logo.startsWith("/") ? "'self'" : new URL(logo).origin}; ` : "",
  };
}

const brandStyle = `header{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center;font-weight:600}img{max-width:100%;object-fit:contain}`;

/** @throws InvalidConfigurationError for what is no colour */
function colours(accent: string): string {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(accent);
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(accent);
  const parts = short?.slice(1).map((digit) => digit + digit) ?? long?.slice(1);
  if (!parts) {
    throw new InvalidConfigurationError(`'accentColor' must be like '#0d6b62' or '#06b', not '${accent}'.`);
  }
  // Relative luminance (WCAG 2.2): above this one black has the greater contrast, and either way it is 4.5 at least.
  const [red, green, blue] = parts.map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return `--a:${accent};--o:${luminance > 0.179 ? "#000" : "#fff"}`;
}

/** @throws InvalidConfigurationError for a URL of another scheme, and for what is no path of the app */
function link(option: string, url: string, schemes: string[]): string {
  const isPath = /^\/(?![/\\])/.test(url);
  if (isPath || (URL.canParse(url) && schemes.includes(new URL(url).protocol))) return url;
  throw new InvalidConfigurationError(
    `'${option}' must begin with ${schemes.join(" or ")} or be a path of the app such as '/help', not '${url}'.`,
  );
}
