import { type EdgeAuthOptions, edgeAuth, InvalidConfigurationError } from "auth0-edge";
import { devTenant } from "auth0-edge/dev";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "../../support/browser.ts";

const here = "http://localhost:8787";
const settings = {
  AUTH0_DOMAIN: "example.eu.auth0.com",
  AUTH0_CLIENT_ID: "a-client",
  AUTH0_SECRET: secret,
  APP_BASE_URL: here,
};
type Env = Partial<typeof settings>;

async function ask(
  env: Env,
  { url = `${here}/`, headers = {}, options = {} }: Asked = {},
): Promise<Response> {
  const app = edgeAuth(options).handler(() => new Response("app"));
  return await app.fetch(new Request(url, { headers: { accept: "text/html", ...headers } }), env);
}

interface Asked {
  url?: string;
  headers?: Record<string, string>;
  options?: Partial<EdgeAuthOptions>;
}

let logged: string[];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => logged.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("an app that is set up by settings", () => {
  it("goes by its options first, and minds no blanks around a setting", async () => {
    const env = {
      AUTH0_DOMAIN: " example.eu.auth0.com\n",
      AUTH0_CLIENT_ID: "\ta-client ",
      AUTH0_SECRET: "short",
      APP_BASE_URL: ` ${here} `,
    };
    const app = edgeAuth({ secret }).handler(() => new Response("app"));
    expect(await (await app.fetch(new Request(here), env)).text()).toBe("app");
    const auth = edgeAuth({
      ...{ secret, clientId: "the-option" },
      customFetch: async () =>
        Response.json({
          issuer: "https://example.eu.auth0.com/",
          authorization_endpoint: "https://example.eu.auth0.com/authorize",
          jwks_uri: "https://example.eu.auth0.com/jwks",
        }),
    });
    const login = await auth.handler(() => new Response()).fetch(new Request(`${here}/auth/login`), env);
    const { hostname, searchParams } = new URL(login.headers.get("location")!);
    expect([hostname, searchParams.get("client_id")]).toEqual(["example.eu.auth0.com", "the-option"]);
    expect(searchParams.get("redirect_uri")).toBe(`${here}/auth/callback`);
  });
});

describe("an app that is not set up, asked on the machine it runs on", () => {
  it("lists everything that is missing at once, each with what it is", async () => {
    const response = await ask({});
    expect(response.status).toBe(500);
    const page = await response.text();
    for (const name of Object.keys(settings)) expect(page).toContain(`<li><code>${name}</code>`);
    expect(page).toContain("the domain of your tenant, such as &#39;example.eu.auth0.com&#39;");
    expect(page).toContain("<code>.dev.vars</code>");
    expect(page).toContain("<code>wrangler secret put</code>");
  });

  it("lists what cannot work beside what is missing, and nothing that is right", async () => {
    const page = await (
      await ask({
        AUTH0_DOMAIN: settings.AUTH0_DOMAIN,
        AUTH0_SECRET: "short",
        APP_BASE_URL: "ftp://a.example",
      })
    ).text();
    expect(page).toContain("<code>AUTH0_CLIENT_ID</code> is not set");
    expect(page).toContain("<code>AUTH0_SECRET</code> must have at least 32 characters");
    expect(page).toContain("<code>APP_BASE_URL</code> must be an https URL");
    expect(page).not.toContain("<li><code>AUTH0_DOMAIN</code>");
    expect(page.match(/<li>(?!Allowed|Back-Channel|<code>\w+=)/g)).toHaveLength(3);
  });

  it("names the exact URLs that Auth0 has to know: of its own origin where no other is set", async () => {
    const page = await (await ask({}, { url: "http://127.0.0.1:3000/somewhere?a=b" })).text();
    expect(page).toContain("<li>Allowed Callback URLs: <code>http://127.0.0.1:3000/auth/callback</code>");
    expect(page).toContain("<li>Allowed Logout URLs: <code>http://127.0.0.1:3000</code>");
    expect(page).toContain(
      "<li>Back-Channel Logout URI: <code>http://127.0.0.1:3000/auth/backchannel-logout</code>",
    );
  });

  it("names those of the base URL and the routes it is configured for", async () => {
    const options = { basePath: "/in", routes: { callback: "/back" } };
    const page = await (await ask({ APP_BASE_URL: `${here}/shop` }, { options })).text();
    expect(page).toContain(`<code>${here}/shop/back</code>`);
    expect(page).toContain(`<code>${here}/shop/in/backchannel-logout</code>`);
    expect(page).toContain(`Allowed Logout URLs: <code>${here}/shop</code>`);
  });

  it("offers the base URL where none is set: its own origin", async () => {
    expect(await (await ask({}, { url: "http://127.0.0.1:3000/somewhere" })).text()).toContain(
      "<li><code>APP_BASE_URL=http://127.0.0.1:3000</code>",
    );
    expect(await (await ask({ APP_BASE_URL: here })).text()).not.toContain("APP_BASE_URL=");
  });

  it("offers a secret where none is set, another one each time, which is long enough", async () => {
    const offered = async (env: Env) =>
      /<code>AUTH0_SECRET=([^<]+)<\/code>, made just now/.exec(await (await ask(env)).text())?.[1];
    const [one, other] = [await offered({}), await offered({})];
    expect(one).not.toBe(other);
    expect((await ask({ ...settings, AUTH0_SECRET: one! })).status).toBe(200);
    expect(await offered({ AUTH0_SECRET: secret })).toBeUndefined();
  });

  it("says how to try it without an account, which then works", async () => {
    expect(await (await ask({})).text()).toContain("<code>devTenant()</code>");
    const { clientOptions } = devTenant({ appBaseUrl: here });
    const options = { ...clientOptions, appBaseUrl: here, secret };
    expect((await ask({}, { options })).status).toBe(200);
  });

  it("tells programs the same", async () => {
    const response = await ask(
      { ...settings, AUTH0_DOMAIN: " " },
      { headers: { accept: "application/json" } },
    );
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: "invalid_configuration_error",
      message: expect.any(String),
      requestId: expect.any(String),
      problems: [expect.stringMatching(/^AUTH0_DOMAIN is not set: /)],
      urls: {
        "Allowed Callback URLs": `${here}/auth/callback`,
        "Allowed Logout URLs": here,
        "Back-Channel Logout URI": `${here}/auth/backchannel-logout`,
      },
    });
  });

  it("never shows a setting that is there", async () => {
    const secretive = "a-secret-of-less-than-32-chars";
    const page = await (
      await ask({ AUTH0_SECRET: secretive, AUTH0_CLIENT_ID: "a-client-id" }, { url: `${here}/?x=<script>` })
    ).text();
    expect(page).not.toContain(secretive);
    expect(page).not.toContain("a-client-id");
    expect(page).not.toContain("<script");
    expect(logged.join()).not.toContain(secretive);
  });

  it("leads nowhere else, however the path begins", async () => {
    const page = await (await ask({}, { url: `${here}//evil.example/x` })).text();
    expect(/<a class="b" href="([^"]*)">Look again/.exec(page)?.[1]).toBe("/evil.example/x");
  });

  it("works once the settings are there", async () => {
    const app = edgeAuth().handler(() => new Response("app"));
    const env: Env = {};
    expect((await app.fetch(new Request(here), env)).status).toBe(500);
    Object.assign(env, settings);
    expect((await app.fetch(new Request(here), env)).status).toBe(200);
  });
});

describe("an app that is not set up, asked from anywhere else", () => {
  it.each<[string, Record<string, string>]>([
    ["https://app.example/", {}],
    ["http://10.0.0.7:8787/", {}],
    ["http://localhost.evil.example/", {}],
    [`${here}/`, { host: "app.example" }],
    [`${here}/`, { "x-forwarded-host": "app.example" }],
    [`${here}/`, { "x-forwarded-host": "localhost:8787, app.example" }],
    [`${here}/`, { forwarded: "host=app.example;proto=https" }],
  ])("says no more than that it is not: %s %j", async (url, headers) => {
    for (const accept of ["text/html", "application/json"]) {
      const text = await (await ask({}, { url, headers: { ...headers, accept } })).text();
      expect(text).toContain("Nobody can log in here yet.");
      expect(text).not.toMatch(/AUTH0_|APP_BASE_URL|callback|problems|secret/i);
    }
  });

  it("tells the operator all of it in the log, in one line", async () => {
    await ask({}, { url: "https://app.example/" });
    expect(logged).toHaveLength(1);
    for (const name of Object.keys(settings)) expect(logged[0]).toContain(`${name} `);
    expect(logged[0]).not.toContain("\n");
  });
});

describe("the error of a configuration", () => {
  it("names everything at once where middleware throws it", async () => {
    const error = await edgeAuth()
      .authenticate(new Request(here), {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidConfigurationError);
    for (const name of Object.keys(settings)) expect((error as Error).message).toContain(name);
  });

  it("of what is no setting stays what it is", async () => {
    const options = { session: { absoluteDuration: -1 } };
    const page = await (await ask(settings, { options })).text();
    expect(page).toContain("&#39;absoluteDuration&#39; must be a number of seconds");
    expect(page).not.toContain("Allowed Callback URLs");
  });
});
