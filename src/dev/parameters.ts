import { invalidRequest, OAuthError } from "./oauth-error.ts";

/** Request parameters by name. Those sent without a value are left out (RFC 6749 §3.1). */
export type Parameters = ReadonlyMap<string, string>;

const MAX_BODY_BYTES = 64 * 1024;
const MAX_PARAMETERS = 100;
const MAX_VALUE_LENGTH = 8192;
/** Of names and values together; an authorization request is kept while its person chooses. */
const MAX_TOTAL_LENGTH = 16 * 1024;

/**
 * The parameters of the query.
 *
 * @throws {OAuthError} `invalid_request` when one is sent twice or is too long.
 */
export function queryParameters(request: Request): Parameters {
  return collect(new URL(request.url).searchParams);
}

/**
 * The parameters of the body: a form (RFC 6749 appendix B) or, as Auth0 allows it, a JSON object.
 *
 * @param structured Names of parameters that need not be strings in JSON; they are handed on as JSON text.
 * @throws {OAuthError} `invalid_request` when the body is malformed, of another type or larger than 64 KB, or
 * a parameter is sent twice or is too long.
 */
export async function bodyParameters(
  request: Request,
  structured: readonly string[] = [],
): Promise<Parameters> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") {
    return collect(new URLSearchParams(await boundedText(request)));
  }
  if (type === "application/json") return collect(jsonEntries(await boundedText(request), structured));
  throw invalidRequest("The body must be application/x-www-form-urlencoded");
}

/** The parameters of an endpoint that takes GET and POST alike (OpenID Connect Core 1.0 §3.1.2.1). */
export async function anyParameters(request: Request): Promise<Parameters> {
  return request.method === "POST" ? await bodyParameters(request) : queryParameters(request);
}

/** A parameter that must be there, otherwise `invalid_request`. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw invalidRequest(`Missing required parameter: ${name}`);
  return value;
}

/**
 * A parameter that is an object (JSON), or `undefined` when it is missing.
 *
 * @param refuse Makes the refusal. Default: `invalid_request`.
 * @throws {OAuthError} When it is anything else.
 */
export function objectParameter(
  parameters: Parameters,
  name: string,
  refuse: (description: string) => OAuthError = invalidRequest,
): Record<string, unknown> | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Refused below.
  }
  throw refuse(`${name} must be an object`);
}

/** A parameter that is a list of strings (JSON); empty when it is missing. */
export function listParameter(parameters: Parameters, name: string): string[] {
  const list = objectParameter(new Map([[name, `{"list":${parameters.get(name) ?? "[]"}}`]]), name)!.list;
  if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
  throw invalidRequest(`${name} must be a list of strings`);
}

function collect(entries: Iterable<readonly [string, string]>): Parameters {
  const parameters = new Map<string, string>();
  let total = 0;
  for (const [name, value] of entries) {
    if (value === "") continue;
    if (parameters.has(name)) throw invalidRequest(`Duplicate parameter: ${name.slice(0, 100)}`);
    if (value.length > MAX_VALUE_LENGTH) throw invalidRequest(`Parameter too long: ${name.slice(0, 100)}`);
    total += name.length + value.length;
    if (total > MAX_TOTAL_LENGTH || parameters.size === MAX_PARAMETERS)
      throw invalidRequest("Too many parameters");
    parameters.set(name, value);
  }
  return parameters;
}

function jsonEntries(text: string, structured: readonly string[]): [string, string][] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalidRequest("The body is not JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw invalidRequest("The body must be a JSON object");
  }
  return Object.entries(body).map(([name, value]) => {
    if (structured.includes(name)) return [name, JSON.stringify(value)];
    if (typeof value !== "string") throw invalidRequest(`Parameter must be a string: ${name.slice(0, 100)}`);
    return [name, value];
  });
}

async function boundedText(request: Request): Promise<string> {
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > MAX_BODY_BYTES) {
      // Not awaited: the answer need not wait until the sender has stopped.
      reader.cancel().catch(() => {});
      throw new OAuthError(413, "invalid_request", "The body is larger than 64 KB");
    }
    text += decoder.decode(value, { stream: true });
  }
}
