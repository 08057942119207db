/** The example: `deno serve --allow-net --allow-env main.ts`. Sessions live in Deno KV. */
import { edgeAuth } from "auth0-edge";
import { denoKvSessions } from "auth0-edge/deno";
import { home, notFound, profile } from "../shared/pages.ts";

const kv = await Deno.openKv(Deno.env.get("KV_PATH"));
const auth = edgeAuth({ stateStore: denoKvSessions(kv) });

export default auth.handler(async (request, _env, _ctx, login) => {
  const user = await login.getUser();
  switch (new URL(request.url).pathname) {
    case "/":
      return home("Deno", user);
    case "/profile":
      return user ? profile("Deno", user) : await login.challenge();
    default:
      return notFound("Deno", user);
  }
});
