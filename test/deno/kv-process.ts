// One of several processes over one Deno KV: the task comes in by standard input, what became of it goes out, both as JSON.
import { HeadersCookieHandler, type HeadersStoreOptions, StatefulStateStore } from "auth0-edge";
import { DenoKvSessionStore } from "auth0-edge/deno";
import { secret } from "../support/browser.ts";
import type { HostileIssuer } from "../support/hostile-issuer.ts";
import { clientBench, comeBack, startAt } from "../support/server-client.ts";

interface Input {
  file: string;
  /** Where the issuer is really served, and what it is told by. */
  server: string;
  issuer: Pick<HostileIssuer, "domain" | "clientId" | "clientSecret">;
  /** The browser's cookies; left out: it logs in. */
  cookies?: [string, string][];
  /** The API whose token is wanted, and by how many requests at a time. */
  audience?: string;
  callers?: number;
}

const {
  file,
  server,
  issuer,
  cookies,
  audience = "",
  callers = 0,
}: Input = await new Response(Deno.stdin.readable).json();
using kv = await Deno.openKv(file);

const store = new DenoKvSessionStore<HeadersStoreOptions>(kv, { secret });
const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
const customFetch: typeof fetch = (input, init) =>
  fetch(String(input).replace(`https://${issuer.domain}`, server), init);
const bench = clientBench({ ...issuer, customFetch, stateStore });
/** Tells the server something beside the protocol. */
const tell = async (what: string): Promise<void> => {
  await (await fetch(`${server}/${what}`)).body?.cancel();
};

if (cookies) {
  for (const [name, value] of cookies) bench.jar.set(name, value);
  await tell("tell/started");
} else {
  const claims: Record<string, unknown> = {};
  const callback = await startAt({ claims } as HostileIssuer, bench);
  await tell(`tell/nonce/${claims.nonce}`);
  await comeBack(bench, callback);
}
const tokens = await Promise.all(
  Array.from({ length: callers }, async () => {
    const { accessToken } = await bench.client.getAccessToken({ audience }, bench.request());
    return accessToken;
  }),
);
console.log(JSON.stringify({ cookies: [...bench.jar], tokens: [...new Set(tokens)] }));
