import { generateKeyPair, jwtVerify } from "jose";

/** How a client proves itself at the token endpoint (OpenID Connect Core section 9, RFC 8705). */
export type ClientAuthMethod =
  | "client_secret_basic"
  | "client_secret_post"
  | "none"
  | "private_key_jwt"
  | "tls_client_auth";

/** The relying party, as the provider has it registered. */
export interface RegisteredClient {
  id: string;
  secret: string;
  method: ClientAuthMethod;
  /** The key of `private_key_jwt`. */
  signingKey: CryptoKey | undefined;
  /** Whether a request is this client's: by its method and by no other. */
  isProved(request: Request, form: URLSearchParams, byCertificate: boolean): Promise<boolean>;
}

/** Characters that mean something in headers and forms: both sides have to encode them alike (RFC 6749 section 2.3.1). */
const id = "conformance client/ä:%+&";
const secret = "p:a%ss w+örd&=";

export async function clientOf(method: ClientAuthMethod, issuer: string): Promise<RegisteredClient> {
  const pair = method === "private_key_jwt" ? await generateKeyPair("PS256") : undefined;
  const assertions = new Set<string>();

  const isAssertionGood = async (assertion: string): Promise<boolean> => {
    const { payload } = await jwtVerify(assertion, pair!.publicKey, {
      issuer: id,
      subject: id,
      maxTokenAge: 60,
      requiredClaims: ["exp", "jti"],
    });
    const fresh = !assertions.has(payload.jti!);
    assertions.add(payload.jti!);
    return fresh && payload.aud === issuer;
  };

  return {
    id,
    secret,
    method,
    signingKey: pair?.privateKey,
    async isProved(request, form, byCertificate) {
      const header = request.headers.get("authorization");
      const inBody = form.get("client_id") === id;
      const silent = header === null && !form.has("client_secret") && !form.has("client_assertion");
      switch (method) {
        case "client_secret_basic":
          return !form.has("client_secret") && isEqual(decodeBasic(header), [id, secret]);
        case "client_secret_post":
          return header === null && inBody && form.get("client_secret") === secret;
        case "none":
          return silent && inBody;
        case "tls_client_auth":
          return silent && inBody && byCertificate;
        case "private_key_jwt":
          return await isAssertionGood(form.get("client_assertion") ?? "").catch(() => false);
      }
    },
  };
}

/** User and password of a header whose parts are form-encoded (RFC 6749 section 2.3.1). */
function decodeBasic(header: string | null): string[] {
  const [, encoded = ""] = /^Basic (.+)$/.exec(header ?? "") ?? [];
  return atob(encoded)
    .split(":")
    .map((part) => new URLSearchParams(`value=${part}`).get("value") ?? "");
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
