/** The app of the matrix on Node, as people serve such an app there. */
import { serve } from "@hono/node-server";
import app from "../app.ts";

serve({ fetch: (request) => app.fetch(request), port: Number(process.env.PORT), hostname: "localhost" });
