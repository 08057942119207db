import { type PlayName, plays } from "./round.ts";

/** A service that sends requests with a client certificate, as a binding of `mtls_certificates` does on Cloudflare. */
interface Certificate {
  fetch: typeof fetch;
}

interface Task {
  play: PlayName;
  issuer: string;
  clientId: string;
  /** Name of the binding; left out, requests go without a certificate. */
  certificate?: string;
  /** Whether the binding leads to one server only, and what the issuer answers elsewhere is fetched without it. */
  aliasesOnly?: boolean;
}

/** Plays a login with mutual TLS inside workerd: the task comes as JSON, and what became of it goes back as such. */
export default {
  async fetch(request: Request, env: Record<string, Certificate>): Promise<Response> {
    const { play, issuer, clientId, certificate, aliasesOnly }: Task = await request.json();
    const plainFetch: typeof fetch = (url, init) => fetch(url, init);
    const binding = certificate ? env[certificate]! : { fetch: plainFetch };
    const customFetch: typeof fetch = (url, init) =>
      aliasesOnly && new URL(url as string).origin === issuer ? fetch(url, init) : binding.fetch(url, init);
    const browserFetch = plainFetch;
    return Response.json(await plays[play]({ issuer, clientId, customFetch, browserFetch }));
  },
};
