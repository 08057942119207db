import { beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, hostileBench } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const ask = { bindingMessage: "Order 12", loginHint: { sub: "user-1" } };
const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });

async function logIn(options: object = {}) {
  const request = bench.request();
  const result = await bench.client.loginBackchannel({ ...ask, ...options }, request);
  bench.keep(request);
  return result;
}

/** Answers the token endpoint with these errors, one after the other, before it answers well. */
function pendingFor(...errors: string[]): void {
  issuer.misbehave.token = (body) => {
    const error = errors.shift();
    return error ? Response.json({ error }, { status: 400 }) : Response.json(body);
  };
}

describe("a back-channel login (CIBA)", () => {
  it("waits until the person has approved it, and makes a session", async () => {
    const forms: URLSearchParams[] = [];
    issuer.misbehave.request = (body, form) => {
      forms.push(form);
      return Response.json(body);
    };
    pendingFor("authorization_pending");
    const details = [{ type: "payment", amount: 12 }];
    await logIn({
      authorizationParams: {
        authorization_details: JSON.stringify(details),
        audience: "https://api.example/",
      },
    });
    expect(JSON.parse(forms[0]!.get("login_hint")!)).toEqual({
      format: "iss_sub",
      iss: issuer.issuer,
      sub: "user-1",
    });
    expect(forms[0]!.get("binding_message")).toBe("Order 12");
    expect(forms[0]!.get("scope")).toContain("openid");
    expect(forms[0]!.get("authorization_details")).toBe(JSON.stringify(details));
    expect(forms[0]!.has("redirect_uri")).toBe(false);
    const session = await bench.client.getSession(bench.request());
    expect(session).toMatchObject({
      user: { sub: "user-1" },
      tokenSets: [{ audience: "https://api.example/" }],
    });
  });

  it("answers what was granted by rich authorization", async () => {
    issuer.misbehave.token = (body) =>
      Response.json({ ...body, authorization_details: [{ type: "payment" }] });
    expect(await logIn()).toEqual({ authorizationDetails: [{ type: "payment" }] });
  });

  it("asks no oftener when it is told to slow down, and never past the end", async () => {
    issuer.misbehave.request = (body) => Response.json({ ...body, expires_in: 5, interval: 1 });
    pendingFor("slow_down", "authorization_pending");
    await expect(logIn()).rejects.toThrow(refused("backchannel_authentication_error", "expired_token"));
    expect(issuer.requests.filter((path) => path === "/token")).toHaveLength(1);
  });

  it("ends when the person refuses", async () => {
    pendingFor("access_denied");
    await expect(logIn()).rejects.toThrow(refused("backchannel_authentication_error", "access_denied"));
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("can be aborted", async () => {
    pendingFor(...Array<string>(20).fill("authorization_pending"));
    const controller = new AbortController();
    const login = logIn({ signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(login).rejects.toThrow(refused("backchannel_authentication_error", "aborted"));
  });

  it("is for the organization that was asked for, and for nobody of another", async () => {
    const forms: URLSearchParams[] = [];
    issuer.misbehave.request = (body, form) => {
      forms.push(form);
      return Response.json(body);
    };
    const authorizationParams = { organization: "org_acme", prompt: "login", max_age: 0 };
    await expect(logIn({ authorizationParams })).rejects.toThrow(refused("organization_validation_error"));
    expect([...forms[0]!.keys()]).not.toEqual(expect.arrayContaining(["prompt"]));
    expect(forms[0]!.get("organization")).toBe("org_acme");
    issuer.claims.org_id = "org_acme";
    await logIn({ authorizationParams });
    expect(await bench.client.getUser(bench.request())).toMatchObject({ org_id: "org_acme" });
  });

  it("survives a hiccup of the issuer while it waits", async () => {
    let calls = 0;
    issuer.misbehave.token = (body) => (calls++ ? Response.json(body) : new Response(null, { status: 503 }));
    await logIn();
    expect(calls).toBe(2);
  });

  it("asks nobody for what could not be kept", async () => {
    const committed = { ...bench.request(), committed: true };
    await expect(bench.client.loginBackchannel(ask, committed)).rejects.toThrow(
      refused("response_committed"),
    );
    expect(issuer.requests).toEqual([]);
  });

  it("can be aborted by the store options as well, in the middle of a question", async () => {
    const controller = new AbortController();
    issuer.misbehave.token = () => {
      controller.abort();
      return new Promise(() => undefined);
    };
    const options = { ...bench.request(), signal: controller.signal };
    await expect(bench.client.loginBackchannel(ask, options)).rejects.toThrow(
      refused("backchannel_authentication_error", "aborted"),
    );
  });

  it("refuses tokens of another person than the one who was asked", async () => {
    issuer.claims.sub = "user-2";
    await expect(logIn()).rejects.toThrow(refused("backchannel_authentication_error"));
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("sends nothing when an argument is missing or the client is public", async () => {
    await expect(logIn({ bindingMessage: "" })).rejects.toThrow(refused("missing_required_argument_error"));
    await expect(logIn({ loginHint: {} })).rejects.toThrow(refused("missing_required_argument_error"));
    bench = hostileBench({ ...issuer, clientSecret: "" });
    await expect(logIn()).rejects.toThrow(refused("missing_client_auth_error"));
    expect(issuer.requests).not.toContain("/bc-authorize");
  });
});
