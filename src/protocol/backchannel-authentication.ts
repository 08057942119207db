import { backchannelAuthenticationRequest } from "oauth4webapi";
import { isText } from "../arguments.ts";
import { BackchannelAuthenticationError, MissingClientAuthError } from "../errors/index.ts";
import { readAnswer } from "./answer.ts";
import { InvalidTokenError, oauthErrorCause, ownCause } from "./oauth-error.ts";
import { encodeParameters } from "./parameters.ts";
import type { Server } from "./server.ts";
import { requestTokens, type TokenResponse } from "./token-request.ts";

/** What to ask a person on their own device (OpenID Connect CIBA 1.0 section 7.1). */
export interface BackchannelRequest {
  /** Shown on both devices, so that the person knows what they approve. */
  bindingMessage: string;
  /** The person, by `sub`. */
  loginHint: { sub: string };
  /** Seconds the person has; the issuer may choose otherwise. */
  requestedExpiry?: number | undefined;
  /** Further parameters, such as `scope`, `audience` and `authorization_details`. */
  parameters: Readonly<Record<string, unknown>>;
}

/** A request that waits for the person. */
export interface PendingBackchannelAuthentication {
  authReqId: string;
  /** Seconds from now. */
  expiresIn: number;
  /** Seconds between two questions. */
  interval: number;
}

/** Seconds between two questions where the issuer names none, and by how much it grows on `slow_down` (section 11). */
const defaultInterval = 5;

/** @throws BackchannelAuthenticationError */
export async function initiateBackchannelAuthentication(
  server: Server,
  { bindingMessage, loginHint, requestedExpiry, parameters }: BackchannelRequest,
): Promise<PendingBackchannelAuthentication> {
  const { metadata, client, clientAuthentication, request } = server;
  if (server.isPublicClient) throw new MissingClientAuthError();
  const hint = { format: "iss_sub", iss: metadata.issuer, sub: loginHint.sub };
  const asked = { binding_message: bindingMessage, login_hint: hint, requested_expiry: requestedExpiry };
  const body = new URLSearchParams(encodeParameters({ ...parameters, ...asked }));
  return await guarded(async () => {
    const response = await backchannelAuthenticationRequest(
      metadata,
      client,
      clientAuthentication,
      body,
      request,
    );
    const { auth_req_id, expires_in, interval = defaultInterval } = await readAnswer(response);
    const expiresIn = Number.parseFloat(String(expires_in));
    if (
      !isText(auth_req_id) ||
      !(expiresIn >= 0) ||
      !(typeof interval === "number" && interval >= 0.1 && interval <= 3600)
    )
      throw new InvalidTokenError("The answer to the request is missing something.");
    return { authReqId: auth_req_id, expiresIn, interval };
  });
}

/**
 * Asks once whether the person has decided. Until they have, the error's cause is `authorization_pending` or `slow_down`.
 *
 * @throws BackchannelAuthenticationError
 */
export async function backchannelAuthenticationGrant(
  server: Server,
  authReqId: string,
): Promise<TokenResponse> {
  return await guarded(() =>
    requestTokens(server, "urn:openid:params:grant-type:ciba", { auth_req_id: authReqId }),
  );
}

/**
 * Asks until the person has decided, no oftener than the issuer allows and never past the end of the request.
 *
 * @throws BackchannelAuthenticationError where they refused, did not decide in time, or the signal of the requests was aborted
 */
export async function pollBackchannelAuthentication(
  server: Server,
  pending: PendingBackchannelAuthentication,
): Promise<TokenResponse> {
  const { signal } = server.request;
  const end = Date.now() + pending.expiresIn * 1000;
  for (let { interval } = pending; ; ) {
    if (Date.now() + interval * 1000 > end) {
      throw failed(ownCause("expired_token", "The person did not decide in time."));
    }
    await pause(interval, signal);
    try {
      return await backchannelAuthenticationGrant(server, pending.authReqId);
    } catch (error) {
      const code = (error as { cause?: { error?: string } }).cause?.error;
      // A hiccup of the issuer is no answer of the person's: ask again, and less often.
      if (code && ["slow_down", "timeout", "request_failed"].includes(code)) interval += defaultInterval;
      else if (code !== "authorization_pending") throw error;
    }
  }
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(failed(ownCause("aborted", "The login was aborted.")));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failed(oauthErrorCause(error));
  }
}

function failed(cause: ReturnType<typeof oauthErrorCause>): BackchannelAuthenticationError {
  return new BackchannelAuthenticationError(
    `The back-channel login did not succeed: ${cause.message}`,
    cause,
  );
}
