import type { PasskeyCredentialResponse } from "@auth0/auth0-auth-js";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { peerAuthClient, peerTenant } from "./peer.ts";
import { serveTenant, type TenantServer } from "./tenant-server.ts";

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

/** What a page calls; the types of browsers are not those of Node. */
declare const PublicKeyCredential: {
  parseCreationOptionsFromJSON(options: unknown): unknown;
  parseRequestOptionsFromJSON(options: unknown): unknown;
};
declare const navigator: {
  credentials: Record<"create" | "get", (options: unknown) => Promise<{ toJSON(): unknown }>>;
};

describe.skipIf(!executablePath)("a passkey that Chromium makes", () => {
  let server: TenantServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await serveTenant((appBaseUrl) => peerTenant({ appBaseUrl }));
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
    page = await browser.newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(server.origin);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("signs up and logs in at the development tenant, twice", async () => {
    const { passkey } = peerAuthClient(server.tenant);
    const signup = await passkey.register({ email: "ada@example.com" });
    const created = await page.evaluate(async (options) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return (await navigator.credentials.create({ publicKey })).toJSON();
    }, signup.authnParamsPublicKey);
    const registered = await passkey.getTokenByPasskey({
      authSession: signup.authSession,
      credential: created as PasskeyCredentialResponse,
      scope: "openid",
    });
    for (let times = 0; times < 2; times++) {
      const login = await passkey.challenge();
      const asserted = await page.evaluate(async (options) => {
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
        return (await navigator.credentials.get({ publicKey })).toJSON();
      }, login.authnParamsPublicKey);
      const tokens = await passkey.getTokenByPasskey({
        authSession: login.authSession,
        credential: asserted as PasskeyCredentialResponse,
        scope: "openid",
      });
      expect(tokens.claims!.sub).toBe(registered.claims!.sub);
    }
  });
});
