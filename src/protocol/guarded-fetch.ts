import { encodeBase64url } from "../base64url.ts";
import { isLoopbackHttp } from "../loopback.ts";
import type { IssuerFetch } from "./server.ts";
import { untilAborted } from "./until-aborted.ts";

/** How requests to an issuer are sent. */
export interface FetchOptions {
  /** Default: the platform's `fetch`. */
  customFetch?: typeof fetch | undefined;
  /** Milliseconds a request may take, its body included. */
  timeout: number;
  /** The `Auth0-Client` header's content; left out, no such header is sent. */
  telemetry?: { name: string; version: string } | undefined;
}

/** Nothing an issuer answers is larger. */
const maxBodyBytes = 512 * 1024;

/**
 * A `fetch` for talking to an issuer: with a deadline that holds even where `customFetch` ignores its signal, a bounded
 * body, no redirects, and of the answer only what is needed: status, content type and body.
 */
export function guardedFetch({ customFetch, timeout, telemetry }: FetchOptions): IssuerFetch {
  const auth0Client = telemetry && encodeBase64url(new TextEncoder().encode(JSON.stringify(telemetry)));
  return async (url, { headers: given, signal: own, ...init } = {}) => {
    const { protocol, origin } = new URL(url);
    if (protocol !== "https:" && !isLoopbackHttp(new URL(url)))
      throw new TypeError(`${origin} is reached without TLS.`);
    const headers = new Headers(given);
    if (auth0Client) headers.set("auth0-client", auth0Client);
    const deadline = new AbortController();
    const stop = (): void => deadline.abort(new DOMException("No answer in time.", "TimeoutError"));
    // AbortSignal.timeout cannot be cleared: after a request, a Deno process would stay until it is over.
    const timer = setTimeout(stop, timeout);
    const signal = own ? AbortSignal.any([deadline.signal, own]) : deadline.signal;
    const send = async (): Promise<Response> => {
      const response = await (customFetch ?? fetch)(url, {
        ...(init as RequestInit),
        headers,
        redirect: "manual",
        signal,
      });
      const contentType = response.headers.get("content-type");
      return new Response(await readBody(response), {
        // A manual redirect has status 0 on some platforms, which no Response can be made of.
        status: response.status >= 200 ? response.status : 502,
        headers: contentType ? { "content-type": contentType } : {},
      });
    };
    try {
      return await untilAborted(send(), signal);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!response.body) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readChunks(response.body)) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new RangeError(`The answer is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk);
  }
  if (!size) return null;
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
