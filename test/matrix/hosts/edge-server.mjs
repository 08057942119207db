/** Serves a bundle, which comes by the standard input, with the `edge-runtime` package: `node edge-server.mjs PORT`. */
import { text } from "node:stream/consumers";
import { EdgeRuntime, runServer } from "edge-runtime";

const runtime = new EdgeRuntime({ initialCode: await text(process.stdin) });
await runServer({ runtime, port: Number(process.argv[2]), host: "localhost" });
