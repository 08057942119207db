/** Loaded before an example on Node: `auth0-edge` is the sources of this repository there, so nothing has to be built. */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const found = /^auth0-edge(?:\/(?<entry>.+))?$/.exec(specifier);
    if (!found) return next(specifier, context);
    const folder = found.groups.entry ? `${found.groups.entry}/` : "";
    return { url: new URL(`../../src/${folder}index.ts`, import.meta.url).href, shortCircuit: true };
  },
});
