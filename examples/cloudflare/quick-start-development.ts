import { edgeAuth } from "auth0-edge";
import { devTenant } from "auth0-edge/dev";

const appBaseUrl = "http://localhost:8787";
const tenant = devTenant({ appBaseUrl });
const secret = "for this machine alone, where anyone may log in";
const auth = edgeAuth({ ...tenant.clientOptions, appBaseUrl, secret });

const app = auth.handler(async (_request, _env, _ctx, login) => {
  const user = await login.getUser();
  return user ? new Response(`Hello ${user.name}`) : login.challenge();
});

export default {
  fetch: async (request: Request) => (await tenant.fetch(request)) ?? (await app.fetch(request)),
};
