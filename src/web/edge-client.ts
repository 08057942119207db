import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import type { CoreClient } from "../core-client.ts";

/**
 * What the routes need of a client; `ServerClient` is one.
 *
 * @typeParam TClaims claims of the user beside the standard ones
 * @typeParam TData what the app keeps in the session by `updateSession`
 */
export type EdgeClient<TClaims extends object = object, TData extends object = object> = CoreClient<
  HeadersStoreOptions,
  TClaims,
  TData
>;

/** The claims of the users a client has, beside the standard ones. */
export type ClaimsOf<TClient> = TClient extends EdgeClient<infer TClaims, infer _Data> ? TClaims : object;
