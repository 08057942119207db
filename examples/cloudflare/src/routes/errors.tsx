import { DiscoveryError, MissingSessionError, SessionStoreError, TokenByRefreshTokenError } from "auth0-edge";
import type { ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AppEnv } from "../env.ts";
import { page } from "../pages/layout.tsx";
import { Message } from "../pages/message.tsx";

const home = { href: "/", label: "Go to the start" };

export const onNotFound: NotFoundHandler<AppEnv> = async (c) => {
  const message = { title: "There is no such page", text: "The address may be mistyped.", ...home };
  return await page(c, "Not found", <Message {...message} />, 404);
};

export const onError: ErrorHandler<AppEnv> = async (error, c) => {
  if (error instanceof HTTPException) {
    const message = {
      title: "This was not accepted",
      text: "Send the form from a page of this app.",
      ...home,
    };
    return await page(c, message.title, <Message {...message} />, error.status);
  }
  // A session that cannot be continued: nobody's fault.
  if (error instanceof TokenByRefreshTokenError || error instanceof MissingSessionError) {
    const href = `/auth/login?returnTo=${encodeURIComponent(c.req.path)}`;
    const message = { title: "Please log in again", text: error.message, href, label: "Log in" };
    return await page(c, message.title, <Message {...message} />, 401);
  }
  console.error(error);
  if (error instanceof DiscoveryError) {
    const message = {
      title: "The login service cannot be reached",
      text: "Please try again in a moment.",
      ...home,
    };
    return await page(c, message.title, <Message {...message} />, 502);
  }
  if (error instanceof SessionStoreError) {
    const message = { title: "Sessions cannot be reached", text: "Please try again in a moment.", ...home };
    return await page(c, message.title, <Message {...message} />, 503);
  }
  const message = { title: "Something went wrong", text: "The log of the Worker has the cause.", ...home };
  return await page(c, message.title, <Message {...message} />, 500);
};
