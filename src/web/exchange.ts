import type { HookOptions } from "./hooks.ts";
import { noStore } from "./pages/pages.ts";
import type { RequestAuth } from "./request-auth.ts";
import type { Configuration } from "./setup/configuration.ts";

/** A request to one of the routes, and what answers it. */
export interface Exchange {
  request: Request;
  url: URL;
  auth: RequestAuth;
  configuration: Configuration;
  /** The app's own functions. */
  hooks: HookOptions;
}

/** A route an app may have beside those every app has. */
export interface AuthRoute {
  /** Path below the base path of the routes, such as `/link`. */
  path: string;
  /** Answers it. What it throws becomes the page of a problem; `auth.respond` is called by the caller. */
  handle(exchange: Exchange): Promise<Response>;
}

/** What a request asks for: the fields of the form it posts, and then those of its query. */
export async function parametersOf({ request, url }: Exchange): Promise<URLSearchParams> {
  const form = request.method === "POST" && (await readForm(request));
  return form ? new URLSearchParams([...form, ...url.searchParams]) : url.searchParams;
}

const maxFormBytes = 65_536;

/** A redirect nobody may cache: it depends on who asks. */
export function redirect(location: string, status: 302 | 303 = 302): Response {
  return new Response(null, { status, headers: { ...noStore, location } });
}

/** A browser that fetches ahead must neither start a login nor log anybody out (`Sec-Purpose: prefetch`). */
export function isPrefetch({ headers }: Request): boolean {
  const purposes = ["sec-purpose", "purpose", "x-moz"].map((name) => headers.get(name));
  return /prefetch|prerender/i.test(purposes.join());
}

/**
 * Whose page sent the request. A sibling domain is somebody else's too (`same-site`): it may be another team's, or taken over.
 * Browsers without fetch metadata, and addresses they do not send it to, tell by `Origin` or `Referer`. Nobody's is what the person
 * typed or bookmarked, but also a link in a mail program, and an old browser that was told to keep it to itself.
 */
export function senderOf({ request, configuration }: Exchange): "own" | "other" | "nobody" {
  const { headers } = request;
  const site = headers.get("sec-fetch-site");
  if (site) return site === "same-origin" ? "own" : site === "none" ? "nobody" : "other";
  const from = headers.get("origin") ?? headers.get("referer");
  if (from === null) return "nobody";
  return URL.canParse(from) && new URL(from).origin === configuration.base.origin ? "own" : "other";
}

/** Answer to a request that fetched ahead: nothing happens, and nothing is kept. */
export function ignorePrefetch(): Response {
  return new Response(null, { status: 204, headers: noStore });
}

/** Answer to a method a route does not have. */
export function methodNotAllowed(allow: string): Response {
  return Response.json(
    { error: "method_not_allowed", message: `Use ${allow}.` },
    { status: 405, headers: { ...noStore, allow } },
  );
}

/** The fields of a form that was posted; `undefined` where the body is no form, too large, torn, or was read by somebody else. */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded" || !request.body || request.bodyUsed) return undefined;
  const decoder = new TextDecoder();
  let text = "";
  try {
    const reader = (request.body as ReadableStream<Uint8Array>).getReader();
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return new URLSearchParams(text + decoder.decode());
      size += value.length;
      if (size > maxFormBytes) {
        await reader.cancel();
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // Its sender hung up, or the app reads it: nothing of it is for us.
    return undefined;
  }
}
