import { describe } from "vitest";
import { bundle } from "../../support/bundle.ts";
import { describeMutualTls } from "../../support/mtls/contract.ts";
import type { ClientCertificates, MtlsProvider } from "../../support/mtls/provider.ts";
import { startWorkerd } from "../../support/workerd.ts";

const trusted = `trustedCertificates = [embed "ca.pem"]`;
const keypair = (name: string) =>
  `keypair = (privateKey = embed "${name}.key", certificateChain = embed "${name}.cert")`;

/** Every host, as a binding of `mtls_certificates` reaches them on Cloudflare. */
const anyHost = (tls: string): string => `network = (allow = ["public", "private"], tlsOptions = (${tls}))`;

/** One host. */
const oneHost = (tls: string, origin: string): string =>
  `external = (address = "${new URL(origin).host}", https = (tlsOptions = (${tls})))`;

describe.each([
  { binding: "that reaches every host", service: anyHost, aliasesOnly: false },
  { binding: "that reaches the host of the aliases only", service: oneHost, aliasesOnly: true },
])("by a binding $binding", ({ service, aliasesOnly }) => {
  describeMutualTls("from workerd", async (provider) => {
    const { issuer, ca, certificates, aliases } = provider;
    const { code } = await bundle("test/support/mtls/worker.ts");
    const services = namesOf(certificates).map(
      (name) => `(name = "${name}", ${service(`${trusted}, ${keypair(name)}`, aliases)})`,
    );
    const files = { "worker.js": code, "ca.pem": ca, ...filesOf(certificates) };
    const { url, stop } = await startWorkerd(configurationWith(services, namesOf(certificates)), files);
    return {
      async run(task) {
        const body = JSON.stringify({ ...task, issuer, aliasesOnly });
        const response = await fetch(url, { method: "POST", body });
        if (response.ok) return await response.json();
        throw new Error(`The Worker answered ${response.status}: ${await response.text()}`);
      },
      stop,
    };
  });
});

/** A Worker with one binding for each certificate. What it fetches itself goes without any. */
function configurationWith(services: readonly string[], bindings: readonly string[]): string {
  return `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
      services = [
        (name = "main", worker = .main),
        (name = "internet", ${anyHost(trusted)}),
        ${services.join(",\n")}
      ]
    );
    const main :Workerd.Worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-10-01",
      bindings = [${bindings.map((name) => `(name = "${name}", service = "${name}")`).join(", ")}]
    );
  `;
}

function filesOf(certificates: MtlsProvider["certificates"]): Record<string, string> {
  return Object.fromEntries(
    namesOf(certificates).flatMap((name) => [
      [`${name}.key`, certificates[name].key],
      [`${name}.cert`, certificates[name].cert],
    ]),
  );
}

function namesOf(certificates: ClientCertificates): (keyof ClientCertificates)[] {
  return Object.keys(certificates) as (keyof ClientCertificates)[];
}
