import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  cookieSessions,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  type SessionConfiguration,
  StatefulStateStore,
} from "auth0-edge";
import {
  DurableObjectSessionStore,
  durableObjectCoordinator,
  type ObjectNamespace,
} from "auth0-edge/cloudflare";
import { secret as testSecret } from "../support/browser.ts";
import type { HostileIssuer } from "../support/hostile-issuer.ts";
import { type ClientBench, clientBench } from "../support/server-client.ts";
import { type AuthSession, current } from "./worker.ts";

/** A client whose sessions live in Durable Objects. Those have a client of their own, as in a Worker, of the same issuer. */
export function objectBench(
  issuer: HostileIssuer,
  namespace: ObjectNamespace = env.AUTH_SESSION,
  secret: string = testSecret,
): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const store = new DurableObjectSessionStore<HeadersStoreOptions>(namespace, { secret });
  const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
  current.issuer = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
}

/** A client whose sessions live in cookies, and whose refreshes are coordinated by Durable Objects. */
export function coordinatedBench(issuer: HostileIssuer, session: SessionConfiguration = {}): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const coordinator = durableObjectCoordinator<HeadersStoreOptions>(env.AUTH_COORDINATOR);
  const stateStore = cookieSessions({ coordinator })(
    { secret: testSecret, ...session },
    new HeadersCookieHandler(),
  );
  current.issuer = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
}

/** The objects there are whose names begin so: `session`, `sid` or `sub`. */
export async function objectsOf(kind: "session" | "sid" | "sub"): Promise<DurableObjectStub<AuthSession>[]> {
  const stubs = (await listDurableObjectIds(env.AUTH_SESSION)).map((id) => env.AUTH_SESSION.get(id));
  const keys = { session: "session", sid: "index", sub: "index" };
  const kinds = await Promise.all(
    stubs.map((stub) =>
      runInDurableObject(stub, (_, { id, storage }) => ({
        name: id.name,
        isKept: storage.kv.get(keys[kind]) !== undefined,
      })),
    ),
  );
  return stubs.filter((_, index) => kinds[index]!.isKept && (kinds[index]!.name ?? kind).startsWith(kind));
}

/** The one object of that kind. */
export async function theSession(
  kind: "session" | "sid" | "sub" = "session",
): Promise<DurableObjectStub<AuthSession>> {
  const [found] = await objectsOf(kind);
  if (!found) throw new Error(`There is no object of the kind ${kind}.`);
  return found;
}
