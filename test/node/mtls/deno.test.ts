import { runDeno } from "../../support/deno.ts";
import { describeMutualTls } from "../../support/mtls/contract.ts";

describeMutualTls("from Deno, by Deno.createHttpClient", ({ issuer, ca, certificates }) => ({
  async run({ play, clientId, certificate }) {
    const input = { play, clientId, issuer, ca, certificate: certificate && certificates[certificate] };
    const { exitCode, stdout, output } = await runDeno(
      ["run", "--no-remote", "--import-map=import-map.json", "--allow-net=localhost", "mtls.ts"],
      { input: JSON.stringify(input) },
    );
    if (exitCode !== 0) throw new Error(`Deno ended with ${exitCode}:\n${output}`);
    return JSON.parse(stdout);
  },
}));
