/**
 * Pictures of the development tenant's pages, to be looked at: `npx node test/node/e2e/tenant-screenshots.mjs` writes
 * them to `test/.output/`. A word as argument takes only the pages whose name has it.
 */
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { devTenant } from "../../../src/dev/index.ts";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";

const folder = fileURLToPath(new URL("../../.output/", import.meta.url));
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const only = process.argv[2] ?? "";
const mira = "auth0|66a1f0c27d3be90012c40a01";

const executablePath = findChromium();
if (!executablePath) {
  console.error(HOW_TO_GET_CHROMIUM);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const server = createServer(answer).listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://localhost:${server.address().port}`;
const tenant = devTenant({
  appBaseUrl: origin,
  appName: "Fjord Coffee",
  appFetch: () => new Response(null),
  clients: [
    {
      clientId: "shop",
      backchannelLogoutUri: true,
      clientSecret: "secret",
      grantTypes: ["authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba"],
    },
    { clientId: "office", clientSecret: "secret", organizationUsage: "require" },
  ],
});

let asked = false;
const pages = {
  home: () => "/dev-tenant",
  person: () => `/dev-tenant/people/${encodeURIComponent(mira)}`,
  login: () => authorize({}),
  "login-google": () => authorize({ connection: "google-oauth2" }),
  invitation: async () => {
    const { invitation, organization } = await tenant.invite({
      organization: "harbour",
      email: "zoe.tanabe@example.com",
    });
    return authorize({ invitation, organization });
  },
  organization: async (page) => {
    await page.goto(authorize({ client_id: "office" }));
    await continueAs(page, "Mira Solberg");
  },
  consent: async (page) => {
    const details = [
      {
        type: "money_transfer",
        instructedAmount: { amount: "123.50", currency: "EUR" },
        source_account: "DE40 1001 0010 3307 1188 06",
        beneficiary: "Hanna Weiß",
        subject: "A weekend in Ålesund",
      },
      { type: "money_transfer", actions: ["list_accounts", "read_balances"], recurring: false },
    ];
    await page.goto(await push({ authorization_details: JSON.stringify(details) }));
    await continueAs(page, "Mira Solberg");
  },
  link: async (page) => {
    await page.goto(
      await linking(page, "openid link_account", { requested_connection_scope: "calendar.read mail.read" }),
    );
  },
  unlink: async (page) => {
    await page.goto(await linking(page, "openid link_account"));
    await page.getByRole("button", { name: "Link Mira Solberg" }).click();
    await page.goto(await linking(page, "openid unlink_account"));
  },
  "organization-home": () => "/dev-tenant/organizations/org_Nf7Qw2LrXc4TzB8k",
  "approve-none": () => "/dev-tenant/approve",
  approve: async (page) => {
    const login_hint = JSON.stringify({ format: "iss_sub", iss: "https://dev.localhost/", sub: mira });
    const ask = { scope: "openid read:orders", login_hint, audience: "https://api.example.com/" };
    const details = [{ type: "money_transfer", amount: "123.50 EUR", beneficiary: "Hanna Weiß" }];
    const authorization_details = JSON.stringify(details);
    if (!asked) {
      await post("/bc-authorize", { ...ask, binding_message: "Kiosk 7, code 4711" });
      await post("/bc-authorize", {
        ...ask,
        binding_message: "Order 12",
        authorization_details,
        organization: "harbour",
      });
    }
    asked = true;
    await page.goto("/dev-tenant/approve");
  },
  "logged-out": async (page) => {
    await linking(page, "openid link_account");
    await page.goto("/dev-tenant/oidc/logout");
  },
  "person-linked": () => `/dev-tenant/people/${encodeURIComponent(mira)}`,
};

const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ["light", "dark"]) await shoot(size, { viewport, colorScheme });
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`Pictures are in ${folder}`);

async function shoot(size, options) {
  for (const [name, open] of Object.entries(pages)) {
    if (!name.includes(only)) continue;
    const context = await browser.newContext({ ...options, baseURL: origin });
    const page = await context.newPage();
    const path = await open(page);
    if (path) await page.goto(path);
    await page.screenshot({
      path: join(folder, `tenant-${name}-${size}-${options.colorScheme}.png`),
      fullPage: true,
    });
    await context.close();
  }
}

async function continueAs(page, name) {
  await page.getByRole("button", { name: `Continue as ${name}` }).click();
}

function request(parameters) {
  return {
    client_id: "shop",
    redirect_uri: `${origin}/auth/callback`,
    response_type: "code",
    scope: "openid profile email offline_access",
    ...parameters,
  };
}

function authorize(parameters) {
  return `/dev-tenant/authorize?${new URLSearchParams(request(parameters))}`;
}

async function post(path, parameters) {
  const body = new URLSearchParams({ client_id: "shop", client_secret: "secret", ...parameters });
  return await (await tenant.customFetch(`https://dev.localhost${path}`, { method: "POST", body })).json();
}

async function push(parameters) {
  const { request_uri } = await post(
    "/oauth/par",
    request({ audience: "https://api.example.com/", ...parameters }),
  );
  return `/dev-tenant/authorize?${new URLSearchParams({ client_id: "shop", request_uri })}`;
}

/** Logs in, and answers where to go to change one's accounts. */
async function linking(page, scope, parameters = {}) {
  await page.goto(authorize({}));
  await continueAs(page, "Mira Solberg");
  const code = new URL(page.url()).searchParams.get("code");
  const redirect_uri = `${origin}/auth/callback`;
  const { id_token } = await post("/oauth/token", { grant_type: "authorization_code", code, redirect_uri });
  return authorize({ scope, requested_connection: "google-oauth2", id_token_hint: id_token, ...parameters });
}

async function answer(incoming, outgoing) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method, headers, url } = incoming;
  const body = method === "POST" ? Buffer.concat(chunks) : undefined;
  const response = await tenant.fetch(new Request(origin + url, { method, headers, body }));
  const { status = 200, headers: answered = new Headers() } = response ?? {};
  for (const [name, value] of answered) if (name !== "set-cookie") outgoing.setHeader(name, value);
  outgoing.setHeader("set-cookie", answered.getSetCookie());
  outgoing.writeHead(status).end(response ? Buffer.from(await response.arrayBuffer()) : "The app");
}
