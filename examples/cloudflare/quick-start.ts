import { edgeAuth } from "auth0-edge";

const auth = edgeAuth();

export default auth.handler(async (_request, _env, _ctx, login) => {
  const user = await login.getUser();
  return user ? new Response(`Hello ${user.name}`) : login.challenge();
});
