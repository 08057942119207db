import { env } from "cloudflare:workers";
import { HeadersCookieHandler, type HeadersStoreOptions, StatefulStateStore } from "auth0-edge";
import { DurableObjectSessionStore } from "auth0-edge/cloudflare";
import { secret } from "../support/browser.ts";
import type { HostileIssuer } from "../support/hostile-issuer.ts";
import { type ClientBench, clientBench } from "../support/server-client.ts";
import { current } from "./worker.ts";

/** A client whose sessions live in Durable Objects. Those have a client of their own, as in a Worker, of the same issuer. */
export function objectBench(issuer: HostileIssuer): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const store = new DurableObjectSessionStore<HeadersStoreOptions>(env.AUTH_SESSION, { secret });
  const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
  current.issuer = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
}
