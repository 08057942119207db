import { AuthClient } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { decideOnDevice } from "../../../support/oidc-device.ts";
import {
  accessToken,
  atProvider,
  provider,
  realBench,
  refused,
  session,
  untilBriefTokensExpire,
} from "../../../support/real-login.ts";

const { device } = provider.clients;
const client = new AuthClient({ ...atProvider, ...device });
const payment = { type: "payment_initiation", instructedAmount: { currency: "EUR", amount: "9.99" } };
const ask = (sub: string) => ({ bindingMessage: "Order 4711", loginHint: { sub } });
const logIn = async (credentials: { clientId: string }, sub: string, options = {}) => {
  const bench = realBench(credentials);
  return await bench.client.loginBackchannel({ ...ask(sub), ...options }, bench.request());
};
const failed = (error: string) => refused("backchannel_authentication_error", error);

describe("at a real OpenID provider a back-channel login", () => {
  it("waits until the person approves it on their device, and makes a session that can be refreshed", async () => {
    const bench = realBench(device);
    const options = bench.request();
    const login = bench.client.loginBackchannel(ask("tina"), options);
    // Long enough to be asked for once in vain.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await decideOnDevice(provider, "tina", "approve")).toMatchObject({ bindingMessage: "Order 4711" });
    await login;
    bench.keep(options);
    expect(await bench.client.getUser(bench.request())).toMatchObject({
      sub: "tina",
      email: "tina@example.com",
    });
    const [first] = (await session(bench)).tokenSets;
    await untilBriefTokensExpire();
    expect((await accessToken(bench)).accessToken).not.toBe(first!.accessToken);
  });

  it("carries authorization details, and answers what the person granted", async () => {
    const bench = realBench(device);
    const authorizationParams = {
      authorization_details: JSON.stringify([payment]),
      // This provider grants details only for an API.
      resource: provider.resource,
      scope: "openid read:things",
    };
    const [result] = await Promise.all([
      bench.client.loginBackchannel({ ...ask("theo"), authorizationParams }, bench.request()),
      decideOnDevice(provider, "theo", "approve"),
    ]);
    expect(result).toEqual({
      authorizationDetails: [{ ...payment, debtorAccount: { iban: "DE02100100109307118603" } }],
    });
  });

  it("that the person refuses fails, and nobody is logged in", async () => {
    const bench = realBench(device);
    const options = bench.request();
    const login = bench.client.loginBackchannel(ask("tess"), options);
    await Promise.all([
      expect(login).rejects.toThrow(failed("access_denied")),
      decideOnDevice(provider, "tess", "deny"),
    ]);
    bench.keep(options);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("that nobody answers in time fails", async () => {
    await expect(logIn(device, "timo", { requestedExpiry: 2 })).rejects.toThrow(failed("expired_token"));
  });

  it("can be given up while it waits", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    await expect(logIn(device, "tara", { signal: abort.signal })).rejects.toThrow(failed("aborted"));
  });

  it("of somebody the provider does not know is refused at once", async () => {
    await expect(logIn(device, "nobody")).rejects.toThrow(failed("unknown_user_id"));
  });

  it("is nothing a client without a proof may start, nor one that is not registered for it", async () => {
    await expect(logIn(provider.clients.public, "tom")).rejects.toThrow(refused("missing_client_auth_error"));
    await expect(logIn(provider.clients.confidential, "tom")).rejects.toThrow(failed("invalid_request"));
  });
});

describe("AuthClient asks a real OpenID provider without waiting", () => {
  const parameters = { scope: "openid email" };

  it("and hears that the decision is pending, then the tokens, and those once", async () => {
    const pending = await client.initiateBackchannelAuthentication({ ...ask("uma"), parameters });
    expect(pending).toMatchObject({ interval: 1, expiresIn: 600 });
    await expect(client.backchannelAuthenticationGrant(pending)).rejects.toThrow(
      failed("authorization_pending"),
    );
    await decideOnDevice(provider, "uma", "approve");
    const { claims } = await client.backchannelAuthenticationGrant(pending);
    expect(claims).toMatchObject({ sub: "uma", email: "uma@example.com" });
    await expect(client.backchannelAuthenticationGrant(pending)).rejects.toThrow(failed("invalid_grant"));
  });

  it("and hears of a refusal", async () => {
    const pending = await client.initiateBackchannelAuthentication({ ...ask("udo"), parameters });
    await decideOnDevice(provider, "udo", "deny");
    await expect(client.backchannelAuthenticationGrant(pending)).rejects.toThrow(failed("access_denied"));
  });

  it("and hears that the time is up", async () => {
    const pending = await client.initiateBackchannelAuthentication({
      ...ask("ute"),
      requestedExpiry: 1,
      parameters,
    });
    expect(pending.expiresIn).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await expect(client.backchannelAuthenticationGrant(pending)).rejects.toThrow(failed("expired_token"));
  });
});
