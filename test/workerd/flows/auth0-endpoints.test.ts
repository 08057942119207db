import { EdgeAuthError } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";

type Client = ReturnType<typeof authClientOf>;
type Last = { signal?: AbortSignal; headers?: Record<string, string> };
type Call = (client: Client, last?: Last) => Promise<unknown>;

const email = "user@example.com";
const connection = "Username-Password-Authentication";
const secrets = { mfaToken: "mfa-token-secret", password: "password-secret" };
const { mfaToken, password } = secrets;
const phoneNumber = "+14155550100";

/** Every call of Auth0's own endpoints: its path, its error, and whether what it answers matters. */
const calls: [name: string, path: string, code: string, call: Call, reads?: boolean][] = [
  [
    "sendEmail",
    "/passwordless/start",
    "passwordless_start_error",
    (c, last) => c.passwordless.sendEmail({ email }, last),
    false,
  ],
  [
    "sendSms",
    "/passwordless/start",
    "passwordless_start_error",
    (c, last) => c.passwordless.sendSms({ phoneNumber }, last),
    false,
  ],
  [
    "challengeWithEmail",
    "/otp/challenge",
    "passwordless_challenge_error",
    (c, last) => c.passwordless.challengeWithEmail({ email, connection }, last),
  ],
  [
    "challengeWithPhoneNumber",
    "/otp/challenge",
    "passwordless_challenge_error",
    (c, last) => c.passwordless.challengeWithPhoneNumber({ phoneNumber, connection }, last),
  ],
  [
    "mfa.listAuthenticators",
    "/mfa/authenticators",
    "mfa_list_authenticators_error",
    (c, last) => c.mfa.listAuthenticators({ mfaToken }, last),
  ],
  [
    "mfa.enrollAuthenticator",
    "/mfa/associate",
    "mfa_enrollment_error",
    (c, last) => c.mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["otp"] }, last),
  ],
  [
    "mfa.deleteAuthenticator",
    "/mfa/authenticators/a",
    "mfa_delete_authenticator_error",
    (c, last) => c.mfa.deleteAuthenticator({ mfaToken, authenticatorId: "a" }, last),
    false,
  ],
  [
    "mfa.challengeAuthenticator",
    "/mfa/challenge",
    "mfa_challenge_error",
    (c, last) => c.mfa.challengeAuthenticator({ mfaToken, challengeType: "otp" }, last),
  ],
  [
    "passkey.register",
    "/passkey/register",
    "passkey_register_error",
    (c, last) => c.passkey.register({ email }, last),
  ],
  [
    "passkey.challenge",
    "/passkey/challenge",
    "passkey_challenge_error",
    (c, last) => c.passkey.challenge({}, last),
  ],
  [
    "database.signUp",
    "/dbconnections/signup",
    "signup_error",
    (c, last) => c.database.signUp({ email, password, connection }, last),
  ],
  [
    "database.changePassword",
    "/dbconnections/change_password",
    "change_password_error",
    (c, last) => c.database.changePassword({ email, connection }, last),
    false,
  ],
  [
    "anonymous.createSession",
    "/anonymous/token",
    "server_error",
    (c, last) => c.anonymous.createSession({}, last),
  ],
  ["anonymous.logout", "/anonymous/logout", "server_error", (c, last) => c.anonymous.logout(last), false],
];
const isAnonymous = (name: string): boolean => name.startsWith("anonymous.");

let issuer: HostileIssuer;
let client: Client;

beforeEach(async () => {
  issuer = await hostileIssuer();
  client = authClientOf(issuer);
});

/** Has every one of Auth0's endpoints answer the same. */
function answer(response: () => Response | Promise<Response>): void {
  issuer.misbehave.api = new Proxy({}, { get: () => response });
}
const html = (status: number): Response =>
  new Response("<html>Please stand by</html>", { status, headers: { "content-type": "text/html" } });

describe.each(calls)("%s", (name, path, code, call) => {
  const coded = (own: string): string => (isAnonymous(name) ? own : code);

  it("succeeds where the issuer is sound, and says which SDK asks", async () => {
    await call(client);
    expect(issuer.requests).toEqual(["/.well-known/openid-configuration", path]);
    const { headers } = issuer.calls[1]!;
    expect(JSON.parse(atob(headers.get("auth0-client")!))).toMatchObject({ name: "auth0-edge" });
  });

  it("brings what the issuer says no with", async () => {
    const said = { error: "access_denied", error_description: "Not you." };
    answer(() => Response.json(said, { status: 403 }));
    await expect(call(client)).rejects.toThrow(
      refused(coded("access_denied"), { ...said, message: "Not you.", statusCode: 403 }),
    );
  });

  it.each([
    ["a page in place of an answer", () => html(403), "invalid_response"],
    ["a page of a server that is down", () => html(502), "request_failed"],
    ["a redirect", () => Response.redirect("https://evil.example/", 302), "invalid_response"],
    ["JSON of a server that is down", () => Response.json({ error: "x" }, { status: 503 }), "request_failed"],
    ["more than anybody has to say", () => new Response("x".repeat(600_000)), "request_failed"],
    ["nothing but an error", () => Promise.reject(new TypeError("socket hang up")), "request_failed"],
  ])("names the failure where there is %s", async (_name, response, error) => {
    answer(response);
    await expect(call(client)).rejects.toThrow(refused(code, error));
    expect(issuer.requests).not.toContain("https://evil.example/");
  });

  it("is aborted by the signal of the call", async () => {
    await client.getServerMetadata();
    answer(() => new Promise<Response>(() => undefined));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await expect(call(client, { signal: controller.signal })).rejects.toThrow(refused(code, "timeout"));
  });

  it("takes headers of the call, but no other authorization than its own", async () => {
    const headers = { "x-request-id": "7", authorization: "Bearer mine" };
    await call(client, { headers });
    const sent = issuer.calls.at(-1)!.headers;
    expect(sent.get("x-request-id")).toBe("7");
    expect(sent.get("authorization")).not.toBe("Bearer mine");
  });

  it("tells no secret in what it throws", async () => {
    answer(() => Response.json({ error: "invalid_request" }, { status: 400 }));
    const error = await call(client).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EdgeAuthError);
    const { message, cause, stack } = error as Error;
    const told = JSON.stringify([message, cause, stack]);
    for (const secret of [...Object.values(secrets), issuer.clientSecret]) expect(told).not.toContain(secret);
  });
});

describe.each(calls.filter(([, , , , reads = true]) => reads))("%s", (name, _path, code, call) => {
  it("does not take a success for one that lacks what it is for", async () => {
    for (const body of ["<html>", "", "null", "[null]", "{}", "5", '"text"', '{"id":{}}']) {
      // A list without an authenticator is one.
      if (name === "mfa.listAuthenticators" && body === "[null]") continue;
      answer(() => new Response(body));
      await expect(call(client), body).rejects.toThrow(refused(code, "invalid_response"));
    }
  });
});

describe("what Auth0 says no with", () => {
  const signUp = (): Promise<unknown> => client.database.signUp({ email, password, connection });

  it.each<[string, object, object]>([
    [
      "error and error_description",
      { error: "invalid_request", error_description: "Wrong." },
      { error: "invalid_request", error_description: "Wrong.", message: "Wrong." },
    ],
    [
      "code and description, as of database connections",
      { name: "BadRequestError", code: "invalid_signup", description: "Invalid sign up", statusCode: 400 },
      { error: "invalid_signup", error_description: "Invalid sign up", message: "Invalid sign up" },
    ],
    [
      "a description that is an object, as of weak passwords",
      {
        code: "invalid_password",
        description: { rules: [], verified: false },
        message: "Password is too weak",
      },
      { error: "invalid_password", message: "Password is too weak" },
    ],
    [
      "a status and a message",
      { statusCode: 400, error: "Bad Request", message: "Payload validation error" },
      { error: "Bad Request", message: "Payload validation error" },
    ],
    ["a message alone", { message: "No." }, { error: "invalid_request", message: "No." }],
    [
      "a code alone",
      { error: "too_many_requests" },
      { error: "too_many_requests", message: /too_many_requests/ },
    ],
    [
      "errors of fields",
      { error: "invalid_request", validation_errors: [{ field: "email", message: "Taken" }] },
      { validation_errors: [{ field: "email", message: "Taken" }] },
    ],
    [
      "the demand for another factor",
      { error: "mfa_required", mfa_token: "t", mfa_requirements: { challenge: [{ type: "otp" }] } },
      { mfa_token: "t", mfa_requirements: { challenge: [{ type: "otp" }] } },
    ],
    [
      "things that are no texts",
      { error: 5, error_description: {}, mfa_token: {} },
      { error: "invalid_response" },
    ],
  ])("is understood as %s", async (_name, body, cause) => {
    answer(() => Response.json(body, { status: 400 }));
    const error = (await signUp().catch((thrown: unknown) => thrown)) as EdgeAuthError<object>;
    expect(error.code).toBe("signup_error");
    expect(error.statusCode).toBe(400);
    const told = Object.entries(cause).map(([name, value]) => [
      name,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]);
    expect(error.cause).toMatchObject(Object.fromEntries(told));
  });

  it("is cut short where it is endless", async () => {
    answer(() => Response.json({ error: "e".repeat(5000), message: "m".repeat(5000) }, { status: 400 }));
    const error = (await signUp().catch((thrown: unknown) => thrown)) as Error;
    expect(JSON.stringify([error.message, error.cause]).length).toBeLessThan(3000);
  });

  it("is a failure of the metadata where the issuer cannot be had at all", async () => {
    issuer.misbehave.discovery = () => html(500);
    await expect(signUp()).rejects.toThrow(refused("discovery_error"));
  });
});
