import { serve } from "@hono/node-server";
import { edgeAuth } from "auth0-edge";

const auth = edgeAuth();

const app = auth.handler(async (_request, _env, _ctx, login) => {
  const user = await login.getUser();
  return user ? new Response(`Hello ${user.name}`) : login.challenge();
});

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
