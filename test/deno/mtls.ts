// Plays a login with mutual TLS in Deno: the task comes in by standard input, what became of it goes out, both as JSON.
import { type PlayName, plays } from "../support/mtls/round.ts";

interface Input {
  play: PlayName;
  issuer: string;
  clientId: string;
  ca: string;
  certificate?: { cert: string; key: string };
}

const { play, issuer, clientId, ca, certificate }: Input = await new Response(Deno.stdin.readable).json();
const caCerts = [ca];
using plain = Deno.createHttpClient({ caCerts });
using mutual = Deno.createHttpClient({ caCerts, ...certificate });

const outcome = await plays[play]({
  issuer,
  clientId,
  customFetch: (url, init) => fetch(url, { ...init, client: mutual }),
  browserFetch: (url, init) => fetch(url, { ...init, client: plain }),
});
console.log(JSON.stringify(outcome));
