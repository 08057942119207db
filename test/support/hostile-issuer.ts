import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { auth0Answer, auth0Response, type IssuerCall } from "./auth0-endpoints.ts";

/** What a hostile issuer does in place of the right thing. Left out: the right thing. */
export interface Misbehaviour {
  /** Answers discovery. */
  discovery?: (document: Record<string, unknown>) => Response | Promise<Response>;
  /** Answers the JWKS. */
  jwks?: (jwks: { keys: unknown[] }) => Response | Promise<Response>;
  /** Answers the token endpoint; `body` is what a good issuer would say. */
  token?: (body: Record<string, unknown>, form: URLSearchParams) => Response | Promise<Response>;
  /** Answers pushed authorization requests and back-channel authentication requests; `body` is what a good issuer would say. */
  request?: (
    body: Record<string, unknown>,
    form: URLSearchParams,
    path: string,
  ) => Response | Promise<Response>;
  /** Answers Auth0's own endpoints, each by its path; `good` is what Auth0 would say. */
  api?: Record<string, (good: unknown, call: IssuerCall) => Response | Promise<Response>>;
  /** Answers everything but discovery and JWKS, whatever it is. */
  anything?: (path: string) => Response | Promise<Response>;
  /** Changes the claims of ID tokens; `undefined` leaves a claim out. */
  idToken?: (claims: Record<string, unknown>) => Record<string, unknown>;
  /** Signs in another way. */
  sign?: (claims: Record<string, unknown>) => string | Promise<string>;
}

/** An OpenID provider that stands in memory, and misbehaves as it is told. */
export interface HostileIssuer {
  domain: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  customFetch: typeof fetch;
  /** Change it between requests. */
  misbehave: Misbehaviour;
  /** Paths of the requests that came, in order. */
  requests: string[];
  /** The requests themselves. */
  calls: IssuerCall[];
  /** Tokens that were revoked. */
  revoked: string[];
  /** What the next ID token has to say beside the usual: nonce, auth_time … */
  claims: Record<string, unknown>;
  signIdToken(claims: Record<string, unknown>): Promise<string>;
}

const clientId = "hostile-client";

/** Keys are dear to make: each issuer keeps its own through all tests of a file. */
const keyPairs = new Map<string, ReturnType<typeof generateKeyPair>>();
function keysOf(domain: string): ReturnType<typeof generateKeyPair> {
  const keys = keyPairs.get(domain) ?? generateKeyPair("RS256");
  keyPairs.set(domain, keys);
  return keys;
}

/** Makes one, with a key that no other one has. */
export async function hostileIssuer(domain = "hostile.example"): Promise<HostileIssuer> {
  const issuer = `https://${domain}/`;
  const { privateKey, publicKey } = await keysOf(domain);
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256", use: "sig" }] };
  const sign = (claims: Record<string, unknown>): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "key-1", typ: "JWT" }).sign(privateKey);

  const self: HostileIssuer = {
    domain,
    issuer,
    clientId,
    clientSecret: "hostile-secret",
    misbehave: {},
    requests: [],
    calls: [],
    revoked: [],
    claims: {},
    signIdToken: sign,
    customFetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      const { body, form } = await readBody(request);
      const call = { method: request.method, path: pathname, headers: request.headers, body };
      self.requests.push(pathname);
      self.calls.push(call);
      if (pathname === "/.well-known/openid-configuration")
        return (self.misbehave.discovery ?? Response.json)(metadataOf(issuer));
      if (pathname === "/jwks") return (self.misbehave.jwks ?? Response.json)(jwks);
      if (self.misbehave.anything) return await self.misbehave.anything(pathname);
      switch (pathname) {
        case "/token":
          return (self.misbehave.token ?? Response.json)(await tokens(), form);
        case "/par":
        case "/bc-authorize": {
          const push = pathname === "/par";
          const good = push
            ? { request_uri: "urn:example:1", expires_in: 60 }
            : { auth_req_id: "req-1", expires_in: 30, interval: 1 };
          const answer =
            self.misbehave.request ?? ((body) => Response.json(body, { status: push ? 201 : 200 }));
          return await answer(good, form, pathname);
        }
        case "/revoke":
          self.revoked.push(form.get("token") ?? "");
          return new Response(null, { status: 200 });
        case "/userinfo":
          return Response.json({ sub: "user-1", ...self.claims });
        default: {
          const answer = auth0Answer(call);
          if (!answer) return new Response(null, { status: 404 });
          return await (self.misbehave.api?.[pathname] ?? auth0Response)(answer.good, call);
        }
      }
    },
  };

  const tokens = async (): Promise<Record<string, unknown>> => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: clientId, sub: "user-1", iat: now, exp: now + 300, ...self.claims };
    const changed = (self.misbehave.idToken ?? ((same) => same))(claims);
    return {
      access_token: crypto.randomUUID(),
      refresh_token: crypto.randomUUID(),
      id_token: await (self.misbehave.sign ?? sign)(changed),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid profile email offline_access",
    };
  };
  return self;
}

/** The form of a request, without the warning that workerd has for `text()`. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  return (await readBody(request)).form;
}

/** The members of a JSON object or a form; objects among them stand in the form as JSON. */
async function readBody(request: Request): Promise<{ body: Record<string, unknown>; form: URLSearchParams }> {
  const text = new TextDecoder().decode(await request.arrayBuffer());
  if (request.headers.get("content-type") !== "application/json") {
    const form = new URLSearchParams(text);
    return { body: Object.fromEntries(form), form };
  }
  const body = JSON.parse(text) as Record<string, unknown>;
  const texts = Object.entries(body).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { body, form: new URLSearchParams(texts) };
}

const metadataOf = (issuer: string): Record<string, unknown> => ({
  pushed_authorization_request_endpoint: `${issuer}par`,
  backchannel_authentication_endpoint: `${issuer}bc-authorize`,
  revocation_endpoint: `${issuer}revoke`,
  userinfo_endpoint: `${issuer}userinfo`,
  issuer,
  authorization_endpoint: `${issuer}authorize`,
  token_endpoint: `${issuer}token`,
  jwks_uri: `${issuer}jwks`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256", "ES256"],
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  code_challenge_methods_supported: ["S256"],
});

/** Several issuers behind one `fetch`: which one answers is told by the host. */
export async function hostileIssuers(
  ...domains: string[]
): Promise<{ issuers: HostileIssuer[]; customFetch: typeof fetch }> {
  const issuers = await Promise.all(domains.map((domain) => hostileIssuer(domain)));
  return {
    issuers,
    customFetch: async (input, init) => {
      const { hostname } = new URL(input instanceof Request ? input.url : input);
      const issuer = issuers.find(({ domain }) => domain === hostname);
      if (!issuer) throw new TypeError(`Nobody is at ${hostname}.`);
      return await issuer.customFetch(input, init);
    },
  };
}
