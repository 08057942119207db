import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answerJson, readForm } from "../../support/oidc-provider/http.ts";
import {
  Holds,
  type Issuer,
  type IssuerOptions,
  loginTokenLifetime,
  type Phase,
  TokenRecord,
  tokenLifetime,
} from "./issuer.ts";
import { closeServer, listen } from "./server.ts";

/** The issuer that this folder brings: it can also make logout tokens for whomever a test names. */
export interface OwnIssuer extends Issuer {
  /** Refreshes of these users fail once before anything is rotated: by that status, or by no answer at all. */
  failures: Map<string, number | "no answer">;
  /** A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
  logoutToken(claims: { sub?: string; sid?: string; iat?: number }): string;
}

/** A login that waits for its code to be exchanged. */
interface Grant {
  challenge: string;
  nonce: string;
  redirectUri: string;
  sub: string;
  sid: string;
}

/** All refresh tokens that came of one login. */
interface Family {
  sub: string;
  sid: string;
  /** The only one that is good. */
  current: string;
  revoked: boolean;
}

const clientId = "stampede";
const clientSecret = "a-client-secret-that-only-this-test-knows";

/**
 * Starts an issuer that lets everybody in at once: `login_hint` names the user, `user/sid` the session as well. Refresh tokens
 * rotate without any overlap, and the rotation comes before the delay: that is the race at its worst.
 */
export async function startOwnIssuer({ appUrl, delay = 0 }: IssuerOptions): Promise<OwnIssuer> {
  const record = new TokenRecord();
  const holds = new Holds();
  const signer = newSigner();
  const grants = new Map<string, Grant>();
  const families = new Map<string, Family>();
  const failures: OwnIssuer["failures"] = new Map();
  const secondsNow = () => Math.floor(Date.now() / 1000);
  let url = "";

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
    "/.well-known/openid-configuration": (_request, response) => answerJson(response, metadataOf(url)),
    "/jwks": (_request, response) => answerJson(response, { keys: [signer.publicJwk] }),
    "/authorize": authorize,
    "/token": token,
    "/logout": (_request, response) => response.writeHead(302, { location: appUrl }).end(),
    "/hold/sending": hold,
    "/hold/received": hold,
  };

  function authorize(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url!, url);
    const redirectUri = searchParams.get("redirect_uri") ?? "";
    if (redirectUri !== `${appUrl}/auth/callback` || searchParams.get("code_challenge_method") !== "S256") {
      refuse(response, "invalid_request");
      return;
    }
    const [sub = "", sid = `sid-${random()}`] = (searchParams.get("login_hint") ?? "somebody").split("/");
    const code = random();
    const { code_challenge: challenge = "", nonce = "" } = Object.fromEntries(searchParams);
    grants.set(code, { challenge, nonce, redirectUri, sub, sid });
    const location = new URL(redirectUri);
    location.search = new URLSearchParams({ code, state: searchParams.get("state") ?? "" }).toString();
    response.writeHead(302, { location: location.href }).end();
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (form.get("client_secret") !== clientSecret) refuse(response, "invalid_client", 401);
    else if (form.get("grant_type") === "authorization_code") exchange(form, response);
    else await refresh(request, form, response);
  }

  async function refresh(
    request: IncomingMessage,
    form: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const user = userOf(form);
    record.tokenCalls++;
    record.tokenCallsOf.set(user, (record.tokenCallsOf.get(user) ?? 0) + 1);
    await holds.pass("arrived", user);
    // Whoever hung up before it was looked at has not asked.
    if (request.socket.destroyed) return;
    const failure = failures.get(user);
    if (failure) {
      failures.delete(user);
      if (failure === "no answer") request.socket.destroy();
      else response.writeHead(failure).end();
      return;
    }
    const answer = rotate(form);
    await holds.pass("rotated", user);
    await sleep(delay);
    if (answer) answerJson(response, answer);
    else refuse(response, "invalid_grant");
  }

  function userOf(form: URLSearchParams): string {
    return families.get(form.get("refresh_token") ?? "")?.sub ?? "nobody";
  }

  function exchange(form: URLSearchParams, response: ServerResponse): void {
    const grant = grants.get(form.get("code") ?? "");
    grants.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!grant || grant.challenge !== challenge || grant.redirectUri !== form.get("redirect_uri")) {
      refuse(response, "invalid_grant");
      return;
    }
    const { sub, sid, nonce } = grant;
    const family = { sub, sid, current: "", revoked: false };
    answerJson(response, tokensFor(family, loginTokenLifetime, { nonce }));
  }

  function rotate(form: URLSearchParams): object | undefined {
    const presented = form.get("refresh_token") ?? "";
    const family = families.get(presented);
    if (!family || family.revoked || family.current !== presented) {
      record.invalidGrants++;
      if (family && !family.revoked) record.familiesRevoked++;
      if (family) family.revoked = true;
      return undefined;
    }
    const answer = tokensFor(family, tokenLifetime, {});
    record.refreshed(answer.access_token, family.sub);
    return answer;
  }

  function tokensFor(family: Family, lifetime: number, claims: object) {
    const { sub, sid } = family;
    family.current = random();
    families.set(family.current, family);
    const now = secondsNow();
    const idToken = { iss: url, aud: clientId, sub, sid, iat: now, exp: now + 3600, ...claims };
    return {
      access_token: random(),
      token_type: "Bearer",
      expires_in: lifetime,
      refresh_token: family.current,
      id_token: signer.sign("JWT", idToken),
    };
  }

  /** The Worker asks here, with the form of its token request, whether it may go on. */
  async function hold(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const user = userOf(await readForm(request));
    await holds.pass(request.url!.slice("/hold/".length) as Phase, user);
    response.end();
  }

  const server = createServer((request, response) => {
    const route = routes[request.url!.split("?")[0]!];
    if (route) void route(request, response);
    else response.writeHead(404).end();
  });
  url = await listen(server);

  return {
    url,
    clientId,
    clientSecret,
    record,
    holds,
    failures,
    logoutToken: ({ iat = secondsNow(), ...claims }) =>
      signer.sign("logout+jwt", {
        iss: url,
        aud: clientId,
        jti: random(),
        iat,
        exp: iat + 300,
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
        ...claims,
      }),
    async logIn(authorizationUrl, user) {
      authorizationUrl.searchParams.set("login_hint", user);
      const response = await fetch(authorizationUrl, { redirect: "manual" });
      await response.body?.cancel();
      return new URL(response.headers.get("location")!);
    },
    close: () => closeServer(server),
  };
}

function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post"],
    code_challenge_methods_supported: ["S256"],
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  };
}

function newSigner() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = random();
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return {
    publicJwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" },
    sign(typ: string, claims: object): string {
      const input = `${encode({ alg: "RS256", kid, typ })}.${encode(claims)}`;
      return `${input}.${createSign("RSA-SHA256").update(input).sign(privateKey, "base64url")}`;
    },
  };
}

function refuse(response: ServerResponse, error: string, status = 400): void {
  response.statusCode = status;
  answerJson(response, { error });
}

function random(): string {
  return randomBytes(32).toString("base64url");
}
