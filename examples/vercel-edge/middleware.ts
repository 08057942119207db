import { next } from "@vercel/functions/middleware";
import { vercelAuth } from "auth0-edge/vercel";

const auth = vercelAuth();

export default auth.middleware(async (login) => {
  const user = await login.getUser();
  return user ? next() : login.challenge();
});

// All pages and the routes below /auth, but not what pages are made of.
export const config = { matcher: "/((?!assets/|favicon.ico).*)" };
