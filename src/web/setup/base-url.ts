import { InvalidConfigurationError } from "../../errors/index.ts";
import { isLoopbackHttp } from "../../loopback.ts";
import { required } from "./environment.ts";

/** Where users reach the app. */
export interface BaseUrlOptions {
  /**
   * Where users reach the app, such as `https://example.com`. Several: the one a request came to counts, else the first.
   * `*` stands for a part of a host name without dots, as previews have it: `https://*.my-app.pages.dev`. `"infer"`: whatever
   * host a request came to; the issuer's list of allowed callback URLs is then all that limits it. Setting: `APP_BASE_URL`,
   * several separated by commas.
   */
  appBaseUrl?: string | readonly string[] | undefined;
  /**
   * Whether `X-Forwarded-Host` and `X-Forwarded-Proto` say what a request came to. Default `false`: anybody can send them, so
   * only behind a proxy that sets both.
   */
  trustForwardedHeaders?: boolean | undefined;
}

/** Where users reach the app. */
export interface BaseUrl {
  origin: string;
  /** Path the app is mounted at, without a slash at the end; empty at the root. */
  path: string;
  /** Origin and path together. */
  href: string;
}

/** The base URLs an app has. */
export interface BaseUrls {
  /** The one of a request; `undefined` where it came to a host the app does not have. */
  of(request: Request): BaseUrl | undefined;
  /** For what no request carries. A stand-in where only requests tell. */
  first: BaseUrl;
}

/** Stands for `*` where a URL is wanted. */
const standIn = "any-name-0";

/** @throws InvalidConfigurationError where none is set, or one cannot be */
export function baseUrlsOf(
  { appBaseUrl, trustForwardedHeaders = false }: BaseUrlOptions,
  settings: Record<string, unknown>,
): BaseUrls {
  const given = Array.isArray(appBaseUrl) ? appBaseUrl.join(",") : appBaseUrl;
  const text = required(
    settings,
    "APP_BASE_URL",
    given,
    "where users reach the app, such as 'https://example.com'",
  );
  const urlOf = (request: Request): URL =>
    trustForwardedHeaders ? forwardedUrl(request) : new URL(request.url);
  if (text === "infer") {
    return { of: (request) => inferred(urlOf(request)), first: parseBaseUrl("https://inferred.invalid") };
  }
  const entries = text.split(",").map((entry) => parseEntry(entry.trim()));
  const exact = entries.find((entry) => !entry.pattern)?.base;
  const isOnlyOne = entries.length === 1;
  if (new Set(entries.map(({ base }) => base.origin)).size < entries.length) {
    throw new InvalidConfigurationError(
      "Two of APP_BASE_URL have the same host, so the second would never count.",
    );
  }
  return {
    first: exact ?? entries[0]!.base,
    of(request) {
      if (isOnlyOne && exact) return exact;
      const { origin } = urlOf(request);
      const found = entries.find(({ base, pattern }) =>
        pattern ? pattern.test(origin) : base.origin === origin,
      );
      return found?.pattern
        ? { ...found.base, origin, href: origin + found.base.path }
        : (found?.base ?? exact);
    },
  };
}

/** What a proxy says the request came to, as far as it is the address of a host. */
function forwardedUrl(request: Request): URL {
  const url = new URL(request.url);
  const first = (name: string): string | undefined => request.headers.get(name)?.split(",")[0]?.trim();
  const text = `${first("x-forwarded-proto") || url.protocol.slice(0, -1)}://${first("x-forwarded-host") || url.host}`;
  if (!/^https?:\/\/[\w.:[\]-]+$/i.test(text) || !URL.canParse(text)) return url;
  return new URL(text);
}

function inferred(url: URL): BaseUrl {
  if (url.protocol === "https:" || isLoopbackHttp(url))
    return { origin: url.origin, path: "", href: url.origin };
  throw new InvalidConfigurationError(
    `The base URL of '${url.host}' cannot be inferred: the request came by http. Behind a proxy that speaks https set 'trustForwardedHeaders', or name APP_BASE_URL.`,
  );
}

/** An entry of the list: a URL, or a pattern of origins with a stand-in. */
function parseEntry(text: string): { base: BaseUrl; pattern?: RegExp } {
  if (!text.includes("*")) return { base: parseBaseUrl(text) };
  const base = parseBaseUrl(text.replaceAll("*", standIn), text);
  // What browsers make of it: lower case, other alphabets encoded, no default port.
  const [scheme, host = ""] = base.origin.replaceAll(standIn, "*").split("://");
  // Whoever may register names under the last two labels could otherwise be taken for the app.
  if (
    scheme !== "https" ||
    base.path.includes(standIn) ||
    !/^[a-z0-9.*-]*\.[a-z0-9-]+\.[a-z0-9-]+(:\d+)?$/.test(host)
  ) {
    throw new InvalidConfigurationError(
      `APP_BASE_URL may have '*' only in an https host name, before its last two labels, as in 'https://*.example.com', not in '${text}'.`,
    );
  }
  const source = host.replaceAll(".", "\\.").replaceAll("*", "[a-z0-9-]+");
  return { base, pattern: new RegExp(`^https://${source}$`) };
}

function parseBaseUrl(text: string, given = text): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    (url.protocol !== "https:" && !isLoopbackHttp(url)) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash ||
    url.pathname.startsWith("//")
  ) {
    throw new InvalidConfigurationError(
      `APP_BASE_URL must be an https URL without query, such as 'https://example.com' (http is fine for localhost), not '${url ? url.origin.replaceAll(standIn, "*") : given}'.`,
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  return { origin: url.origin, path, href: url.origin + path };
}
