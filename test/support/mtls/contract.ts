import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ClientCertificates, type MtlsProvider, startMtlsProvider } from "./provider.ts";
import type { MtlsFailure, MtlsRound, PlayName } from "./round.ts";

/** What a runtime is told to do: a function of `round.ts`, as which client, with which certificate. */
export interface MtlsTask {
  play: PlayName;
  clientId: "by-subject" | "by-certificate";
  /** Left out: none. */
  certificate?: keyof ClientCertificates;
}

/** A runtime the SDK runs in. */
export interface MtlsRuntime {
  run(task: MtlsTask): Promise<unknown>;
  stop?(): Promise<void>;
}

/** What only a certificate may reach: the endpoints of `mtls_endpoint_aliases`. */
const aliases = ["/request", "/token", "/me", "/backchannel", "/token/revocation"];

/** Mutual TLS on real connections, in any runtime. */
export function describeMutualTls(
  name: string,
  start: (provider: MtlsProvider) => Promise<MtlsRuntime> | MtlsRuntime,
): void {
  describe(`mutual TLS ${name}`, () => {
    let provider: MtlsProvider;
    let runtime: MtlsRuntime;
    const play = async <T>(task: MtlsTask): Promise<T> => (await runtime.run(task)) as T;

    beforeAll(async () => {
      provider = await startMtlsProvider();
      runtime = await start(provider);
    });
    beforeEach(() => {
      provider.plainRequests.length = 0;
      provider.mutualRequests.length = 0;
    });
    afterAll(async () => {
      await runtime?.stop?.();
      await provider?.close();
    });

    it.each([
      ["tls_client_auth", "by-subject", "known", "a client of these tests"],
      ["self_signed_tls_client_auth", "by-certificate", "selfSigned", "another client of these tests"],
    ] as const)(
      "logs in, refreshes, revokes and logs out with %s",
      async (_method, clientId, certificate, subject) => {
        expect(await play<MtlsRound>({ play: "wholeRound", clientId, certificate })).toEqual({
          user: "alice",
          refreshed: true,
          email: "alice@example.com",
          pending: "authorization_pending",
          revoked: "invalid_grant",
          afterLogout: null,
        });
        // Every endpoint that has an alias is reached there, with the certificate, and nowhere else.
        const { plainRequests, mutualRequests } = provider;
        expect([...new Set(mutualRequests.map(({ path }) => path))].sort()).toEqual([...aliases].sort());
        expect(new Set(mutualRequests.map(({ client }) => client))).toEqual(new Set([subject]));
        expect(plainRequests.filter((path) => aliases.includes(path))).toEqual([]);
        expect(plainRequests).toContain("/.well-known/openid-configuration");
      },
    );

    it.each([
      ["no certificate", undefined, "request_failed"],
      ["a certificate of an authority nobody trusts", "foreign", "request_failed"],
      ["somebody else's certificate", "stranger", "invalid_client"],
    ] as const)("fails with %s, and stores nothing", async (_name, certificate, cause) => {
      const task = { clientId: "by-subject", ...(certificate && { certificate }) } as const;
      expect(await play<MtlsFailure>({ ...task, play: "failedLogin" })).toEqual({
        error: ["TokenByCodeError", "token_by_code_error", cause],
        isOwn: true,
        cookies: [],
      });
      expect(await play<MtlsFailure>({ ...task, play: "failedStart" })).toEqual({
        error: ["BuildAuthorizationUrlError", "build_authorization_url_error", cause],
        isOwn: true,
        cookies: [],
      });
      expect(provider.plainRequests.filter((path) => aliases.includes(path))).toEqual([]);
    });
  });
}
