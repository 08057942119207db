/** The example with the development tenant, as `npm run start:node` and `npm run start:bun` run it. */
import { serve } from "@hono/node-server";
import { withTenant } from "../shared/stand-in.ts";
import app from "./app.ts";

const server = {
  fetch: withTenant((request: Request) => app.fetch(request)),
  port: Number(process.env.PORT),
  hostname: "localhost",
};
// Bun serves what a file exports; Node has to be told.
if (!process.versions.bun) serve(server);

export default server;
