import { edgeAuth } from "auth0-edge";
import { denoKvSessions } from "auth0-edge/deno";

const kv = await Deno.openKv();
const auth = edgeAuth({ stateStore: denoKvSessions(kv) });

export default auth.handler(async (_request, _env, _ctx, login) => {
  const user = await login.getUser();
  return user ? new Response(`Hello ${user.name}`) : login.challenge();
});
