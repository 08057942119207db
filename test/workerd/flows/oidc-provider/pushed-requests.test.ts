import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../support/jwt.ts";
import { logIn, provider, realBench, refused, session, start } from "../../../support/real-login.ts";

const { pushing, confidential, public: openClient, signing } = provider.clients;
const payment = {
  type: "payment_initiation",
  instructedAmount: { currency: "EUR", amount: "123.50" },
  creditorName: "Merchant A",
};
/** This provider grants details only for an API. */
const api = { resource: provider.resource, scope: "openid read:things" };
const pushedAuthorizationRequests = true;

describe("at a real OpenID provider a pushed authorization request", () => {
  it.each([
    ["a client that has to push", pushing],
    ["a client with a secret", confidential],
    ["a client with a key", signing.PS256],
    ["a public client", openClient],
  ])("logs %s in, and the browser carries none of its parameters", async (_name, credentials) => {
    const bench = realBench(credentials);
    const url = await start(bench, { pushedAuthorizationRequests });
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
    await logIn(bench, "frank", { pushedAuthorizationRequests, appState: 7 });
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: "frank" });
  });

  it("is what a client may be obliged to: without it the provider refuses", async () => {
    await expect(logIn(realBench(pushing), "frank")).rejects.toThrow(
      refused("token_by_code_error", "invalid_request"),
    );
  });

  it("is answered before the browser leaves: what the provider refuses is said at the start", async () => {
    const authorizationParams = { redirect_uri: "https://elsewhere.example/callback" };
    await expect(
      start(realBench(pushing), { pushedAuthorizationRequests, authorizationParams }),
    ).rejects.toThrow(refused("build_authorization_url_error", "invalid_request"));
    await expect(
      start(realBench({ ...pushing, clientSecret: "wrong" }), { pushedAuthorizationRequests }),
    ).rejects.toThrow(refused("build_authorization_url_error", "invalid_client"));
  });

  it("carries authorization details, and what the person granted comes back, and is in the access token", async () => {
    const bench = realBench(pushing);
    const authorizationParams = { ...api, authorization_details: JSON.stringify([payment]) };
    const authorizationDetails = [{ ...payment, debtorAccount: { iban: "DE02100100109307118603" } }];
    // The account was chosen by the person: it is part of the grant only.
    expect(await logIn(bench, "paul", { pushedAuthorizationRequests, authorizationParams })).toEqual({
      appState: undefined,
      authorizationDetails,
    });
    const [tokenSet] = (await session(bench)).tokenSets;
    expect(claimsOf(tokenSet!.accessToken)).toMatchObject({
      aud: provider.resource,
      scope: "read:things",
      authorization_details: authorizationDetails,
    });
  });

  it.each([
    ["of a type the provider does not know", [{ type: "account_information" }]],
    ["that lack what their type demands", [{ type: "payment_initiation" }]],
    ["that are no list", { type: "payment_initiation" }],
  ])("with authorization details %s is refused", async (_name, authorization_details) => {
    await expect(
      start(realBench(pushing), {
        pushedAuthorizationRequests,
        authorizationParams: { ...api, authorization_details },
      }),
    ).rejects.toThrow(refused("build_authorization_url_error", "invalid_authorization_details"));
  });
});
