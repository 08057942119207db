import { type EdgeAuthOptions, edgeAuth } from "auth0-edge";

/** An app with a page for everybody who is logged in, and one for administrators. */
export function createApp(options: EdgeAuthOptions = {}) {
  return edgeAuth(options).handler(async (request, _env, _ctx, login) => {
    const user = await login.getUser();
    if (!user) return login.challenge();
    const isAdminPage = new URL(request.url).pathname === "/admin";
    if (isAdminPage && user.role !== "admin") return new Response("Forbidden", { status: 403 });
    return new Response(`Hello ${user.name}`);
  });
}

export default createApp();
