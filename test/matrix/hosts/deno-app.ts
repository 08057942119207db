/** The app of the matrix for `deno serve`, which takes no other way to run something before. */
import "./reroute.ts";

export { default } from "../app.ts";
