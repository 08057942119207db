import { type AuthEnv, auth0, requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";

const app = new Hono<AuthEnv>();
app.use(auth0());

app.get("/", (c) => c.html('<a href="/profile">Who am I?</a>'));
app.get("/profile", requiresAuth(), async (c) => {
  const user = await c.var.auth0.getUser();
  return c.text(`Hello ${user?.name}`);
});

export default app;
