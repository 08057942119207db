import { VerifyLogoutTokenError } from "../errors/index.ts";
import { wrongIssuance } from "./id-token.ts";
import { type Claims, verifyJws } from "./jws.ts";
import { InvalidTokenError } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/** Claims of a logout token that was checked. At least one of `sub` and `sid` is there. */
export interface VerifiedLogoutToken {
  iss: string;
  sub?: string | undefined;
  sid?: string | undefined;
  iat: number;
}

const maxTokenChars = 16_384;
const event = "http://schemas.openid.net/event/backchannel-logout";
/** Seconds clocks may differ. */
const tolerance = 30;
/** Seconds a token without `exp` is good for. */
const maxAge = 300;

/**
 * Checks a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6): signature, `iss`, `aud`, `iat`, `exp`,
 * `events`, `sub` or `sid`, no `nonce`. Its algorithm has to be one the ID tokens of this client may have (section 2.4).
 *
 * Anybody can send one, so each check comes before what costs more: a token that is none asks nothing of the issuer, one with
 * wrong claims, such as another issuer's `iss`, no keys.
 *
 * @param server asked for once the token looks like one
 * @throws VerifyLogoutTokenError
 */
export async function verifyLogoutToken(
  server: () => Promise<Server>,
  logoutToken: string,
): Promise<VerifiedLogoutToken> {
  try {
    if (typeof logoutToken !== "string" || logoutToken.length > maxTokenChars)
      throw new InvalidTokenError("It is no text, or too large.");
    let found!: Server;
    const { payload } = await verifyJws(
      logoutToken,
      (refetch) => found.keys(refetch),
      async (...token) => {
        found = await server();
        const now = Math.floor(Date.now() / 1000);
        const wrong = wrongIssuance(found, ...token) ?? wrongClaim(...token, now);
        if (wrong) throw new InvalidTokenError(wrong);
      },
    );
    const { iss, sub, sid, iat } = payload as unknown as VerifiedLogoutToken;
    return { iss, iat, ...(sub !== undefined && { sub }), ...(sid !== undefined && { sid }) };
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    throw new VerifyLogoutTokenError(`The logout token is not valid: ${error.message}`);
  }
}

function wrongClaim(header: Claims, payload: Claims, now: number): string | undefined {
  const { iat, exp, events, sub, sid } = payload;
  const typ = header.typ === undefined ? "jwt" : String(header.typ).toLowerCase();
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
  if (!["jwt", "logout+jwt", "application/logout+jwt"].includes(typ))
    return "Its 'typ' is that of another token.";
  if (typeof iat !== "number" || iat > now + tolerance) return "Its 'iat' is missing or lies ahead.";
  if (
    exp === undefined ? iat < now - maxAge - tolerance : typeof exp !== "number" || exp <= now - tolerance
  ) {
    return "It has expired ('exp').";
  }
  const member = (events as Record<string, unknown> | null | undefined)?.[event];
  if (typeof member !== "object" || member === null || Array.isArray(member))
    return "It is about another event.";
  if (payload.nonce !== undefined) return "It has a 'nonce', which marks an ID token.";
  if (
    (sub !== undefined && !isText(sub)) ||
    (sid !== undefined && !isText(sid)) ||
    (!isText(sub) && !isText(sid))
  ) {
    return "It names neither a user ('sub') nor a session ('sid').";
  }
  return undefined;
}
