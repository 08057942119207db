import { Agent, fetch as undiciFetch } from "undici";
import { describe, expect, it } from "vitest";
import type { KeyPair } from "../../support/mtls/certificates.ts";
import { describeMutualTls } from "../../support/mtls/contract.ts";
import { plays } from "../../support/mtls/round.ts";
import { clientBench } from "../../support/server-client.ts";

/** As the documentation shows it: Node's `fetch` takes an Agent of undici as its dispatcher. */
const withNode =
  (dispatcher: Agent): typeof fetch =>
  (url, init) =>
    fetch(url, { ...init, dispatcher } as RequestInit);

/** undici's own `fetch`, which fits its Agent whatever the version of Node. */
const withUndici = (dispatcher: Agent): typeof fetch =>
  ((url: string, init?: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;

describe.each([
  ["Node's fetch", withNode],
  ["undici's fetch", withUndici],
])("with %s", (_name, fetchWith) => {
  describeMutualTls("from Node, by an Agent of undici", ({ issuer, ca, certificates }) => {
    const agents: Agent[] = [];
    const fetchAs = (certificate?: KeyPair): typeof fetch => {
      const agent = new Agent({ connect: { ca, ...certificate } });
      agents.push(agent);
      return fetchWith(agent);
    };
    return {
      run: ({ play, clientId, certificate }) =>
        plays[play]({
          issuer,
          clientId,
          customFetch: fetchAs(certificate && certificates[certificate]),
          browserFetch: fetchAs(),
        }),
      stop: async () => {
        await Promise.all(agents.map((agent) => agent.destroy()));
      },
    };
  });
});

describe("mutual TLS without a customFetch", () => {
  it("is refused when the client is made: no certificate could be presented", () => {
    expect(() => clientBench({ domain: "tenant.example", clientId: "a-client", useMtls: true })).toThrow(
      expect.objectContaining({
        name: "NotSupportedError",
        code: "mtls_without_custom_fetch_not_supported",
      }),
    );
  });
});
