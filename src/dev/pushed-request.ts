import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import { type Parameters, required } from "./parameters.ts";
import { openParameters, sealParameters } from "./sealed-parameters.ts";

/** Seconds in which a pushed request can be used. */
export const PUSHED_LIFETIME = 90;

/** What `request_uri`s of pushed requests begin with (RFC 9126 §2.2). */
const PREFIX = "urn:ietf:params:oauth:request_uri:";

/** An authorization request and the way it came. */
export interface SentRequest {
  parameters: Parameters;
  /** Whether the client pushed it, rather than sending it through the browser. */
  pushed: boolean;
}

/** Keeps a pushed request; answers its `request_uri`. */
export async function keepPushed(
  tenant: TenantContext,
  clientId: string,
  parameters: Parameters,
): Promise<string> {
  const reference = randomToken();
  const record = { clientId, parameters: await sealParameters(reference, parameters) };
  await tenant.records.save("push", reference, record, PUSHED_LIFETIME);
  return PREFIX + reference;
}

/**
 * The request that the browser brings, or the pushed one that it refers to. Of a pushed one nothing comes from the
 * browser, and it works once (RFC 9126 §4 and §7.3).
 *
 * @throws {OAuthError} To be shown as a page, since it is unknown where the browser could be sent.
 */
export async function sentRequest(tenant: TenantContext, parameters: Parameters): Promise<SentRequest> {
  const uri = parameters.get("request_uri");
  if (parameters.has("request")) {
    throw new OAuthError(400, "request_not_supported", "Request objects are not supported");
  }
  if (uri === undefined) return { parameters, pushed: false };
  if (!uri.startsWith(PREFIX)) {
    throw new OAuthError(
      400,
      "request_uri_not_supported",
      "Only the request_uri of a pushed request is supported",
    );
  }
  const reference = uri.slice(PREFIX.length);
  const clientId = required(parameters, "client_id");
  const record = await tenant.records.load("push", reference);
  // A stranger's guess must not use up the request of the client that pushed it.
  const isTheirs = record !== undefined && record.clientId === clientId;
  const isFirst = isTheirs && (await tenant.records.spend("push", reference, PUSHED_LIFETIME));
  const pushed = isFirst ? await openParameters(reference, record.parameters) : undefined;
  if (pushed !== undefined) return { parameters: pushed, pushed: true };
  const why = "The request_uri is unknown, expired, used or of another client";
  throw new OAuthError(400, "invalid_request_uri", why, { title: "This login cannot start" });
}
