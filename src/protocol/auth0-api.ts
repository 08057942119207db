import { customFetch } from "oauth4webapi";
import { isText } from "../arguments.ts";
import { type EdgeAuthError, MissingClientAuthError, type OAuthErrorCause } from "../errors/index.ts";
import type { Answer } from "./answer.ts";
import { InvalidTokenError, IssuerError, oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/** The error an operation fails with. */
export type FailureClass = new (message: string, cause?: OAuthErrorCause) => EdgeAuthError;

/** A call of one of Auth0's own endpoints, which no metadata names: everything but where and by whom. */
export interface Auth0Call<T> {
  path: string;
  /** Default `POST`. */
  method?: "GET" | "DELETE";
  body?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  /**
   * What the body says of the client: its id, its id and secret, all the proof it has, or that and no public client at
   * all. Left out: nothing.
   */
  client?: "id" | "secret" | "any" | "confidential";
  Failure: FailureClass;
  /** Makes of an answer what the caller gets; `undefined` where it is none. Left out: the answer does not matter. */
  read?: (answer: Answer, text: string) => T | undefined;
}

/**
 * Calls one of Auth0's own endpoints. The call comes first, so that wrong options are refused before the server is asked for.
 *
 * No mTLS alias exists for these endpoints: a client with a certificate reaches them at the issuer's own host, where
 * its `customFetch` may present the certificate, and says no more of itself than its id.
 *
 * @throws MissingClientAuthError where the endpoint is not open to public clients
 * @throws EdgeAuthError of the call's own class, with what Auth0 said in `cause`
 */
export async function callAuth0<T>(call: Auth0Call<T>, server: Server): Promise<T> {
  const { client, path, read, Failure } = call;
  if (client === "confidential" && server.isPublicClient) throw new MissingClientAuthError();
  let evidence: Partial<OAuthErrorCause> = {};
  try {
    const response = await send(call, server);
    const text = await response.text();
    if (response.ok && !read) return undefined as T;
    const answer = objectIn(text);
    const result = response.ok ? read!(answer, text) : undefined;
    if (result !== undefined) return result;
    const { validation_errors } = answer;
    evidence = {
      statusCode: response.status,
      ...(Array.isArray(validation_errors) && { validation_errors }),
    };
    throw refusal(response, answer);
  } catch (error) {
    const cause = { ...oauthErrorCause(error), ...evidence };
    throw new Failure(`${path} failed: ${cause.message}`, cause);
  }
}

async function send(call: Auth0Call<unknown>, server: Server): Promise<Response> {
  const { path, method = "POST", body, client } = call;
  const { metadata, request } = server;
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, value);
  if (body) headers.set("content-type", "application/json");
  const proof = client && (await clientProof(server, client, headers));
  return await request[customFetch](new URL(path, metadata.issuer).href, {
    method,
    headers,
    body: body && JSON.stringify({ ...proof, ...body }),
    signal: request.signal,
  });
}

/** What a client says of itself in the body: `client_id`, and `client_secret` or `client_assertion`. */
async function clientProof(
  { metadata, client, clientAuthentication }: Server,
  kind: Auth0Call<unknown>["client"],
  headers: Headers,
): Promise<Record<string, string>> {
  const body = new URLSearchParams({ client_id: client.client_id });
  if (kind !== "id") await clientAuthentication(metadata, client, body, headers);
  return Object.fromEntries([...body].filter(([name]) => kind !== "secret" || !name.includes("assertion")));
}

function objectIn(text: string): Answer {
  try {
    return (JSON.parse(text) ?? {}) as Answer;
  } catch {
    return {};
  }
}

/**
 * What Auth0 said, in whichever form: `error` and `error_description`, `code` and `description`, or a mere `message`; or
 * that it said something else than it should.
 */
function refusal(response: Response, answer: Answer): Error {
  const { error, code, error_description, description, message } = answer;
  const told = [error_description, description, message].find(isText);
  const name = [error, code, told && "invalid_request"].find(isText);
  return name && response.status >= 400 && response.status < 500
    ? new IssuerError(name, told, response.status, answer)
    : new InvalidTokenError("The authorization server answered something else than it was asked for.", {
        cause: response,
      });
}
