/**
 * Loaded before an app on Deno, Node and Bun: requests to the issuer go to the development tenant on this machine, so that
 * the app's own files need not know. Nothing else leaves the machine.
 */
import { rerouted } from "./rerouted.ts";

const { process } = globalThis as unknown as { process: { env: Record<string, string | undefined> } };
globalThis.fetch = rerouted(globalThis.fetch, process.env.MATRIX_TENANT ?? "");
