import { BackchannelAuthenticationError } from "auth0-edge";
import { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppContext, AppEnv } from "../env.ts";
import { formOf } from "../form.ts";
import { Approval, ApprovalFailed, ApprovalWaiting } from "../pages/approval.tsx";
import { page } from "../pages/layout.tsx";

/** Carries from the form to the request that waits what was asked. Nothing in it is trusted: the issuer checks it. */
const askedCookie = "showcase_approval";
/** Seconds the person has. No longer, since a request waits all the time. */
const patience = 90;

const code = `
await client.loginBackchannel(
  { bindingMessage, loginHint: { sub }, requestedExpiry: patience, signal: c.req.raw.signal },
  storeOptions,
);
return c.redirect("/profile", 303);`;

export const approval = new Hono<AppEnv>();

approval.get("/", async (c) => {
  const user = await c.var.auth0.getUser();
  return await page(c, "Approval", <Approval user={user} development={c.var.development} code={code} />);
});

/** Makes up what both devices show, and shows it here before the other one is asked. */
approval.post("/", async (c) => {
  const { sub } = await formOf(c);
  if (typeof sub !== "string" || !/^[\w.|@+-]{1,128}$/.test(sub)) return c.redirect("/approval", 303);
  const asked = new URLSearchParams({ sub, bindingMessage: randomMessage() });
  setCookie(c, askedCookie, `${asked}`, { ...cookieOptions(c), maxAge: patience });
  return c.redirect("/approval/waiting", 303);
});

approval.get("/waiting", async (c) => {
  const asked = askedOf(c);
  if (!asked) return c.redirect("/approval");
  const shown = { ...asked, patience, development: c.var.development };
  return await page(c, "Waiting for approval", <ApprovalWaiting {...shown} />, 200, "/approval/outcome");
});

/**
 * Asks the other device and waits. The waiting page goes here by itself, and stays in sight until there is an answer. All of
 * it is one request: what it waits for is the issuer, never another request.
 */
approval.get("/outcome", async (c) => {
  const asked = askedOf(c);
  if (!asked) return c.redirect("/approval");
  const { sub, bindingMessage } = asked;
  const { client, storeOptions } = c.var.auth0;
  // Each request for approval is one form that was sent.
  deleteCookie(c, askedCookie, cookieOptions(c));
  try {
    await client.loginBackchannel(
      { bindingMessage, loginHint: { sub }, requestedExpiry: patience, signal: c.req.raw.signal },
      storeOptions,
    );
    return c.redirect("/profile", 303);
  } catch (error) {
    if (!(error instanceof BackchannelAuthenticationError)) throw error;
    return await page(c, "No approval", <ApprovalFailed error={error} />, 403);
  }
});

function askedOf(c: AppContext): { sub: string; bindingMessage: string } | undefined {
  const asked = new URLSearchParams(getCookie(c, askedCookie));
  const [sub, bindingMessage] = [asked.get("sub"), asked.get("bindingMessage")];
  return sub && bindingMessage ? { sub, bindingMessage } : undefined;
}

const words = ["Harbour", "Lantern", "Meadow", "Pebble", "Raven", "Saffron", "Thunder", "Willow"];

/** Something two people can compare at a glance, and nobody else can guess in time. */
function randomMessage(): string {
  const [word = 0, number = 0] = crypto.getRandomValues(new Uint32Array(2));
  return `${words[word % words.length]} ${1000 + (number % 9000)}`;
}

function cookieOptions(c: AppContext) {
  const secure = c.env.APP_BASE_URL.startsWith("https:");
  return { httpOnly: true, sameSite: "Strict", path: "/approval", secure } as const;
}
