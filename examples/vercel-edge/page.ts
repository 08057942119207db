/** What stands behind the middleware: pages of any framework. They read the session and need nothing else of the package. */
import { readSession } from "auth0-edge";
import { home, notFound, profile } from "../shared/pages.ts";

const platform = "Vercel";
const options = { secret: process.env.AUTH0_SECRET ?? "", domain: process.env.AUTH0_DOMAIN };

export async function page(request: Request): Promise<Response> {
  const session = await readSession(request, options);
  const user = session?.user;
  const cookies = (request.headers.get("cookie") ?? "").split("; ").map((pair) => pair.split("=")[0]);
  switch (new URL(request.url).pathname) {
    case "/":
      return home(platform, user);
    case "/profile":
      return user ? profile(platform, user, { cookies }) : home(platform, user);
    default:
      return notFound(platform, user);
  }
}
