import { readObject } from "../session/sealed-state.ts";
import type { StateData } from "../session/state-data.ts";

/** A token as the page may show it: never whole, never with its signature. */
export interface TokenView {
  title: string;
  /** The API, or the connection, that it is for. */
  audience?: string | undefined;
  scope?: string | undefined;
  /** What kind of text it is. */
  kind: "JWT" | "Encrypted JWT" | "Opaque";
  /** Its first characters. */
  beginning: string;
  /** Characters it has. */
  length: number;
  /** Seconds since the epoch; `undefined` where nobody knows. */
  begins?: number | undefined;
  ends?: number | undefined;
  /** Header and claims of a JWT (RFC 7519). */
  header?: object | undefined;
  claims?: Record<string, unknown> | undefined;
}

/** The tokens of a session: access tokens, refresh token, ID token, tokens of connections. */
export function tokenViews({
  tokenSets,
  refreshToken,
  idToken,
  connectionTokenSets = [],
}: StateData): TokenView[] {
  return [
    ...tokenSets.map(({ accessToken, audience, scope, expiresAt, lifetime }) => {
      const view = viewOf("Access token", accessToken);
      const begins = view.begins ?? (lifetime === undefined ? undefined : expiresAt - lifetime);
      const named = audience === "default" ? undefined : audience;
      return { ...view, audience: named, scope, begins, ends: expiresAt };
    }),
    ...(refreshToken ? [viewOf("Refresh token", refreshToken)] : []),
    ...(idToken ? [viewOf("ID token", idToken)] : []),
    ...connectionTokenSets.map(({ accessToken, connection, scope, expiresAt }) => ({
      ...viewOf("Connection token", accessToken),
      audience: connection,
      scope,
      ends: expiresAt,
    })),
  ];
}

function viewOf(title: string, token: string): TokenView {
  const parts = token.split(".");
  const header = readObject(parts[0] ?? "");
  const claims = parts.length === 3 && header ? readObject(parts[1] ?? "") : undefined;
  return {
    title,
    kind: claims ? "JWT" : parts.length === 5 && header ? "Encrypted JWT" : "Opaque",
    // A short text would be given away by its beginning.
    beginning: token.length < 24 ? "" : token.slice(0, 6),
    length: token.length,
    begins: secondsIn(claims?.iat),
    ends: secondsIn(claims?.exp),
    header: claims && header,
    claims,
  };
}

function secondsIn(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}
