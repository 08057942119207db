/** Loaded before an app on Node: `auth0-edge` is the sources of this repository there, as it is for the other runtimes. */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const [, entry] = /^auth0-edge(?:\/(.+))?$/.exec(specifier) ?? [undefined, undefined];
    if (!/^auth0-edge(\/|$)/.test(specifier)) return next(specifier, context);
    const url = new URL(`../../../src/${entry ? `${entry}/` : ""}index.ts`, import.meta.url);
    return { url: url.href, shortCircuit: true };
  },
});
