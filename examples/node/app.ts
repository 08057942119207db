/** The example, for every runtime that serves what a file exports: `bun app.ts`. Node does not; it has `main.ts`. */
import { edgeAuth } from "auth0-edge";
import { home, notFound, profile } from "../shared/pages.ts";

const platform = process.versions.bun ? "Bun" : "Node";
const auth = edgeAuth();

export default auth.handler(async (request, _env, _ctx, login) => {
  const user = await login.getUser();
  switch (new URL(request.url).pathname) {
    case "/":
      return home(platform, user);
    case "/profile":
      return user ? profile(platform, user) : await login.challenge();
    default:
      return notFound(platform, user);
  }
});
