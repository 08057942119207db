/** The quick start of Deno for `deno serve`, which takes no other way to run something before. */
import "./reroute.ts";

export { default } from "../../../examples/deno/quick-start.ts";
