import type { ServerClientOptions } from "../context/options.ts";
import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import type { ClaimsOf, EdgeClient } from "./edge-client.ts";
import type { Problem } from "./pages/pages.ts";
import type { RequestAuth } from "./request-auth.ts";

/** What a hook may answer: a response in place of ours, at once or later; anything empty leaves ours. */
export type HookAnswer = Promise<Response | undefined | void> | Response | undefined | void;

/** What became of a callback. */
export type CallbackResult<TClient extends EdgeClient = EdgeClient> = {
  /** Page the login was started for, as far as it is one of the app. */
  returnTo: string | undefined;
  /** What was passed when the login was started; `undefined` where no login of this browser belongs to the callback. */
  appState: unknown;
  request: Request;
  auth: RequestAuth<TClient>;
} & (
  | { error?: undefined; session: NonNullable<Awaited<ReturnType<TClient["getSession"]>>> }
  | { error: Error; session?: undefined }
);

/** Where something went wrong. */
export interface ProblemContext<TClient extends EdgeClient = EdgeClient> {
  request: Request;
  /** What the person or program would be told. */
  problem: Problem;
  /** The login state of the request. */
  auth: RequestAuth<TClient>;
}

/** Functions of the app that the routes call and wait for. */
export interface HookOptions<TClient extends EdgeClient = EdgeClient> {
  /** See {@link ServerClientOptions.beforeSessionSaved}. */
  beforeSessionSaved?: ServerClientOptions<HeadersStoreOptions, ClaimsOf<TClient>>["beforeSessionSaved"];
  /**
   * Called with what became of each callback, of a login or of linking an account. A `Response` it returns is sent in place of
   * the redirect or error page; the cookies of the session come along. Where it throws after a login that is undone: the
   * session ends, its refresh token is revoked, and the error is answered as any other. (An account that was linked stays
   * so.) What it throws after an error is logged, and the first error answered.
   *
   * @example
   * onCallback: ({ error, session, returnTo }) => {
   *   if (!error && !session.user?.email_verified) return Response.redirect("https://example.com/verify");
   * }
   */
  onCallback?: ((result: CallbackResult<TClient>) => HookAnswer) | undefined;
  /**
   * Called with every error the routes answer. A `Response` it returns is sent in place of the page or JSON. What it throws is
   * logged, and the error answered as without it.
   */
  onError?: ((error: unknown, context: ProblemContext<TClient>) => HookAnswer) | undefined;
}
