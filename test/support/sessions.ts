import type { StateData, TokenSet, UserClaims } from "auth0-edge";

export const SECRET = "a secret of more than thirty-two characters";
export const IDENTIFIER = "__a0_session";
export const DAY = 86_400;

/** Seconds since the epoch. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

export function base64url(data: string | Uint8Array): string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** A JWT with a signature that nobody checks. */
export function unsignedJwt(
  claims: object,
  header: object = { alg: "RS256", typ: "JWT", kid: "a-key" },
): string {
  const signature = base64url(Uint8Array.from({ length: 256 }, (_, index) => (index * 37) % 256));
  return [JSON.stringify(header), JSON.stringify(claims)].map(base64url).concat(signature).join(".");
}

/** Text that does not get smaller by anything a cookie goes through. */
export function filler(length: number): string {
  return Array.from({ length }, (_, index) => "abcdefghijklmnopqrstuvwxyz .:!"[(index * 7) % 30]).join("");
}

export const mira: UserClaims = {
  sub: "auth0|mira",
  name: "Mira Weiß",
  email: "mira@example.com",
  email_verified: true,
  picture: "https://example.com/mira.png",
  iss: "https://tenant.example/",
};

export function tokenSet(members: Partial<TokenSet> = {}): TokenSet {
  return {
    audience: "default",
    accessToken: "an-opaque-access-token",
    scope: "openid profile",
    expiresAt: now() + 3600,
    ...members,
  };
}

/** A session as a login leaves it. */
export function aSession(members: Partial<StateData> = {}): StateData {
  const user = members.user ?? { ...mira, iat: now() };
  return {
    user,
    idToken: unsignedJwt(user),
    refreshToken: "v1.a-refresh-token",
    tokenSets: [tokenSet()],
    domain: "tenant.example",
    internal: { sid: "a-sid", createdAt: now(), id: crypto.randomUUID() },
    ...members,
  };
}
