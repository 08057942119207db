import { accessTokenRoute, type EdgeAuthOptions, edgeAuth, linkRoutes, profileRoute } from "auth0-edge";
import { auth0, requiresOrg } from "auth0-edge/hono";
import { sessionInspector } from "auth0-edge/inspector";
import { vercelAuth } from "auth0-edge/vercel";
import { Hono } from "hono";
import { afterEach, expect, it, vi } from "vitest";
import { appOrigin, secret, type TestApp, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { type SeededRandom, seededRandom } from "../../support/random.ts";

const tenant = testTenant();
const options: EdgeAuthOptions = {
  ...tenant.clientOptions,
  secret,
  appBaseUrl: appOrigin,
  moreRoutes: [
    linkRoutes(),
    profileRoute(),
    accessTokenRoute({ audiences: ["https://orders.example/"] }),
    sessionInspector({ tenant }),
  ],
};

const doors: Record<string, TestApp> = {
  "edgeAuth()": edgeAuth(options).handler(async (_request, _env, _ctx, login) =>
    (await login.getUser()) ? new Response("a page") : login.challenge(),
  ),
  "auth0() of Hono": new Hono()
    .use(auth0(options), requiresOrg("nordlicht"))
    .all("*", (c) => c.text("a page")),
  "vercelAuth()": {
    fetch: vercelAuth(options).middleware(async (login) =>
      (await login.getUser()) ? undefined : login.challenge(),
    ),
  },
};

const routes = "login callback logout backchannel-logout link unlink profile access-token inspector".split(
  " ",
);
const names =
  "returnTo return_to target_link_uri iss organization invitation connection connection_scope prompt max_age acr_values login_hint code state error error_description audience scope logout_token redirect_uri do form done failed __proto__".split(
    " ",
  );
const pieces = [
  ..."/ // \\ . .. ... ? # & = % %00 %zz %ff ; : @ [ ] [::1] é € none login_required access_denied 0 -1 1e9".split(
    " ",
  ),
  ...'javascript: https://evil.example //evil.example <script>evil</script> "onload=evil x\u2028y'.split(" "),
  "\r\nSet-Cookie: evil=1",
  "\0",
  " ",
  "x".repeat(1024),
  "€".repeat(700),
];

/** A few pieces of what people with bad intentions send. */
function odd(random: SeededRandom): string {
  return Array.from({ length: random.between(0, 4) }, () => random.pick(pieces)).join("");
}

/** The same as a header can carry it, in ASCII. */
function oddHeader(random: SeededRandom): string {
  return odd(random).replace(/[^\x20-\x7e]/g, "");
}

function oddRequest(random: SeededRandom, cookies: readonly string[], states: readonly string[]): Request {
  const path =
    random.next() < 0.8 ? `/auth/${random.pick(routes)}` : `/${odd(random)}`.replace(/[?#\r\n\0]/g, "");
  const query = new URLSearchParams(
    Array.from({ length: random.between(0, 6) }, () => {
      const name = random.pick(names);
      return [name, name === "state" && random.next() < 0.7 ? random.pick(states) : odd(random)];
    }),
  );
  const headers = new Headers({ cookie: random.pick([...cookies, oddHeader(random)]) });
  const some: Record<string, readonly string[]> = {
    accept: ["text/html", "application/json", oddHeader(random)],
    "sec-fetch-site": ["same-origin", "same-site", "cross-site", "none", oddHeader(random)],
    "sec-fetch-mode": ["navigate", "cors", "no-cors"],
    origin: [appOrigin, "null", "https://evil.example", oddHeader(random)],
    referer: [appOrigin, `${appOrigin}/`, oddHeader(random)],
    "x-requested-with": ["XMLHttpRequest"],
    "x-request-id": ["a-name", oddHeader(random)],
    "x-forwarded-host": ["evil.example", oddHeader(random)],
    "x-middleware-request-cookie": ["evil=1"],
  };
  for (const [name, values] of Object.entries(some)) {
    if (random.next() < 0.5) headers.set(name, random.pick(values));
  }
  const method = random.pick(["GET", "GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"]);
  const body = method === "POST" ? random.pick([query.toString(), odd(random), ""]) : null;
  if (body !== null) {
    headers.set(
      "content-type",
      random.pick(["application/x-www-form-urlencoded", "text/plain", oddHeader(random)]),
    );
  }
  return new Request(`${appOrigin}${path}?${random.pick([query.toString(), odd(random)])}`, {
    method,
    headers,
    body,
    redirect: "manual",
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

it.each(Object.entries(doors))(
  "400 requests of people with bad intentions are answered by %s, each with less than a 5xx, and lead nobody astray",
  async (_name, door) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const app = { fetch: (request: Request) => door.fetch(request) };
    const random = seededRandom(20_250_711);
    const stranger = new TestBrowser(app, tenant);
    const states = [];
    for (const query of ["", "?prompt=none&returnTo=/page%3Ferror=x%23y"]) {
      const start = await stranger.send(`/auth/login${query}`);
      states.push(new URL(start.headers.get("location")!).searchParams.get("state")!);
    }
    const mira = new TestBrowser(app, tenant);
    await mira.logIn(users.mira);
    const cookies = [stranger.cookieHeader(), mira.cookieHeader(), mira.cookieHeader().slice(0, -9)];
    const statuses = new Set<number>();
    for (let count = 0; count < 400; count++) {
      const request = oddRequest(random, cookies, states);
      const told = `${count}: ${request.method} ${request.url} ${JSON.stringify([...request.headers])}`;
      const response = await door.fetch(request);
      statuses.add(response.status);
      expect(response.status, told).toBeLessThan(500);
      const location = response.headers.get("location");
      if (location) expect(new URL(location, appOrigin).origin, told).toBe(appOrigin);
      const lines = response.headers.getSetCookie();
      for (const line of lines)
        expect(line, told).toMatch(
          /^(__a0_tx\.[\w-]{22}|__a0_session(\.\d|\.ended)?|__a0_org|__a0_inspector)=/,
        );
      expect(
        lines.filter((line) => /^__a0_session(\.\d)?=[^;]/.test(line)),
        told,
      ).toEqual([]);
      expect(await response.text(), told).not.toContain("<script>");
    }
    expect(logged.mock.calls).toEqual([]);
    // All kinds of answers came, so what is asked is not all refused at the door.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 302, 303, 400, 401, 403, 405]));
  },
);
