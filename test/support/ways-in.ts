import type { HostileIssuer } from "./hostile-issuer.ts";
import { type ClientBench, redirectUri } from "./server-client.ts";

/** Logs somebody in; `audience` is the API the access token of this login is for. */
export type WayIn = (issuer: HostileIssuer, bench: ClientBench, audience?: string) => Promise<unknown>;

/** Every way to log in that begins with no redirect, at a hostile issuer; the session goes into the bench's jar. */
export const waysIn: Record<string, WayIn> = {
  "a code by email": async (_issuer, { client, request, keep }, audience) => {
    const options = request();
    const code = { connection: "email", email: "mira@example.com", verificationCode: "123456" } as const;
    await client.completePasswordless({ ...code, ...parameters(audience) }, options);
    keep(options);
  },
  "a code by SMS": async (_issuer, { client, request, keep }, audience) => {
    const options = request();
    const code = { connection: "sms", phoneNumber: "+14155550100", verificationCode: "123456" } as const;
    await client.completePasswordless({ ...code, ...parameters(audience) }, options);
    keep(options);
  },
  "a magic link": async (issuer, { client, request, keep }, audience) => {
    const link = { connection: "email", send: "link", email: "mira@example.com", redirectUri } as const;
    const before = request();
    await client.startPasswordless({ ...link, ...(audience && { audience }) }, before);
    keep(before);
    const { body } = issuer.calls.findLast(({ path }) => path === "/passwordless/start")!;
    const { state } = body.authParams as { state: string };
    const options = request();
    await client.completePasswordlessMagicLink(new URL(`${redirectUri}?code=1&state=${state}`), options);
    keep(options);
  },
  "a passkey": async (_issuer, { client, request, keep }, audience) => {
    const options = request();
    const response = { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA" };
    const credential = { id: "AA", rawId: "AA", type: "public-key", response };
    await client.passkey.getToken(
      { authSession: "session", credential, ...(audience && { audience }) },
      options,
    );
    keep(options);
  },
  "another factor": async (_issuer, { client, request, keep }, audience) => {
    const options = request();
    const factor = { mfaToken: "token", factorType: "otp", otp: "123456" } as const;
    await client.mfa.verify({ ...factor, ...(audience && { audience }) }, options);
    keep(options);
  },
  "a token exchange": async (_issuer, { client, request, keep }, audience) => {
    const options = request();
    const subject = { subjectToken: "their-token", subjectTokenType: "urn:example:theirs" };
    await client.loginWithCustomTokenExchange({ ...subject, ...(audience && { audience }) }, options);
    keep(options);
  },
  "another device": async (_issuer, { client, request, keep }, audience) => {
    const options = request();
    const person = { bindingMessage: "Hello", loginHint: { sub: "user-1" } };
    await client.loginBackchannel({ ...person, ...parameters(audience) }, options);
    keep(options);
  },
};

function parameters(audience: string | undefined): { authorizationParams?: { audience: string } } {
  return audience === undefined ? {} : { authorizationParams: { audience } };
}
