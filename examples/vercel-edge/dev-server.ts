/**
 * What Vercel does around middleware, for `npm run start:vercel`: the middleware runs in Vercel's own `edge-runtime`, and what it
 * lets pass goes on to the page with the headers it chose.
 */
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { EdgeRuntime } from "edge-runtime";
import { build } from "esbuild";
import { page } from "./page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const prefix = "x-middleware-";
const names = [
  "PORT",
  "APP_BASE_URL",
  "AUTH0_DOMAIN",
  "AUTH0_CLIENT_ID",
  "AUTH0_CLIENT_SECRET",
  "AUTH0_SECRET",
];

const { outputFiles } = await build({
  entryPoints: [`${root}examples/vercel-edge/dev.ts`],
  alias: {
    "auth0-edge": `${root}src/index.ts`,
    "auth0-edge/dev": `${root}src/dev/index.ts`,
    "auth0-edge/vercel": `${root}src/vercel/index.ts`,
  },
  bundle: true,
  format: "iife",
  platform: "browser",
  conditions: ["edge-light", "worker", "browser"],
  write: false,
});
// Vercel puts the settings in this place, and nothing else of Node.
const env = Object.fromEntries(names.map((name) => [name, process.env[name]]));
const settings = `globalThis.process = { env: ${JSON.stringify(env)} };`;
const runtime = new EdgeRuntime({ initialCode: settings + outputFiles[0]!.text });

serve({ fetch: answer, port: Number(process.env.PORT), hostname: "localhost" });

async function answer(request: Request): Promise<Response> {
  const passed = await throughMiddleware(request);
  if (!passed.headers.has(`${prefix}next`)) return passed;
  const names = passed.headers.get(`${prefix}override-headers`)?.split(",");
  const headers = names
    ? new Headers(names.map((name) => [name, passed.headers.get(`${prefix}request-${name}`) ?? ""]))
    : request.headers;
  const response = await page(new Request(request.url, { headers }));
  for (const [name, value] of passed.headers) {
    if (!name.startsWith(prefix)) response.headers.append(name, value);
  }
  return response;
}

/** The edge runtime has classes of its own: only plain values go in and out. */
async function throughMiddleware(request: Request): Promise<Response> {
  const hasBody = !["GET", "HEAD"].includes(request.method);
  const response = await runtime.dispatchFetch(request.url, {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    ...(hasBody && { body: await request.text() }),
  });
  const body = response.body && (await response.text());
  const headers = new Headers([...response.headers].filter(([name]) => name !== "set-cookie"));
  for (const line of response.headers.getSetCookie()) headers.append("set-cookie", line);
  return new Response(body, { status: response.status, headers });
}
