/** The session that every contender seals and opens: about 2.5 KB of JSON, as a login at Auth0 leaves it behind. */

/** Type of a session as the contenders keep it. */
export type BenchSession = ReturnType<typeof createSession>;

const issuer = "https://tenant.eu.auth0.com/";
const clientId = "uP5YVUQ0mJp1bWc3T8xkq7rZsEoLdNhA";
const scope = "openid profile email offline_access read:orders write:orders";
const audience = "https://api.shop.example/";
/** RS256: a signature of 2048 bits. */
const signatureBytes = 256;
const day = 86_400;

/**
 * Session number `index`. Each has a user, tokens and ids of its own, and the same number gives the same session in
 * every isolate, so that what one sealed can be compared with what another opened.
 *
 * @param now when the user logged in, seconds since the epoch
 */
export function createSession(index: number, now: number) {
  const random = randomSource(index);
  const sub = `auth0|${hex(random(12))}`;
  const sid = base64url(random(24));
  const email = `jane.roe.${index}@example.com`;
  const user = {
    nickname: `jane.roe.${index}`,
    name: email,
    picture: "https://cdn.auth0.com/avatars/ja.png",
    updated_at: new Date(now * 1000).toISOString(),
    email,
    email_verified: true,
    iss: issuer,
    aud: clientId,
    sub,
    iat: now,
    exp: now + day / 2.4,
    sid,
  };
  const accessToken = jwt(
    {
      iss: issuer,
      sub,
      aud: [audience, `${issuer}userinfo`],
      iat: now,
      exp: now + day,
      scope,
      azp: clientId,
    },
    random,
  );
  return {
    user,
    idToken: jwt(user, random),
    refreshToken: `v1.${base64url(random(48))}`,
    tokenSets: [{ audience, accessToken, scope, expiresAt: now + day }],
    domain: new URL(issuer).host,
    internal: { id: base64url(random(16)), sid, createdAt: now },
  };
}

type RandomSource = (length: number) => Uint8Array;

/** A token with the header and the sizes of Auth0's; the signature is noise, since nobody here verifies it. */
function jwt(claims: object, random: RandomSource): string {
  const encoder = new TextEncoder();
  const header = { alg: "RS256", typ: "JWT", kid: "NkFCMDYxQ0Q4RTE3" };
  const parts = [header, claims].map((part) => encoder.encode(JSON.stringify(part)));
  return [...parts, random(signatureBytes)].map(base64url).join(".");
}

/** Bytes that look random and are the same for the same seed (xorshift32). */
function randomSource(seed: number): RandomSource {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state >>> 11;
    });
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
