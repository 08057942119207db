import {
  type CookieHandler,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  type StateStore,
} from "auth0-edge";
import type { AdminRoute, Settings } from "./app.ts";

/** What the option `stateStore` takes. */
type StoreFactory = (
  configuration: { secret: string; cookie: { secure: boolean } },
  cookies: CookieHandler<HeadersStoreOptions>,
) => StateStore<HeadersStoreOptions>;

/**
 * A route that puts sessions into a store without logging anybody in, `?count=` of them: user `other-<n>` has the sid `sid-<n>`.
 * It answers the `Cookie` header of each.
 */
export function seedRoute<Env extends Settings>(storeOf: (env: Env) => StoreFactory): AdminRoute<Env> {
  return async (request, env) => {
    const { searchParams } = new URL(request.url);
    const [from, count] = [Number(searchParams.get("from")), Number(searchParams.get("count"))];
    const store = storeOf(env)({ secret: env.SECRET, cookie: { secure: false } }, new HeadersCookieHandler());
    const indexes = Array.from({ length: count }, (_, index) => from + index);
    return Response.json(await Promise.all(indexes.map((index) => seed(store, env, index))));
  };
}

async function seed(store: StateStore<HeadersStoreOptions>, env: Settings, index: number): Promise<string> {
  const headers = new Headers();
  const now = Math.floor(Date.now() / 1000);
  const state = {
    user: { sub: `other-${index}`, iat: now },
    idToken: undefined,
    refreshToken: `refresh-${index}`,
    tokenSets: [],
    domain: new URL(env.ISSUER).host,
    internal: { id: crypto.randomUUID(), sid: `sid-${index}`, createdAt: now },
  };
  await store.set("__a0_session", state, true, { request: new Request(env.APP_URL), headers });
  return headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}
