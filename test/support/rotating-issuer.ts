import { type HostileIssuer, hostileIssuer } from "./hostile-issuer.ts";

/** Tokens of one login: the newest refresh token, until an older one of them comes again. */
interface Family {
  newest: string;
  isRevoked: boolean;
}

/** An issuer whose refresh tokens are good for once, without any overlap: one that comes again revokes all of its login. */
export interface RotatingIssuer extends HostileIssuer {
  /** Refresh tokens that came, in order. */
  spent: string[];
  /** Logins whose tokens were all revoked, because an old one came again. */
  familiesRevoked: number;
  /** What happens before a refresh token is looked at: waits, or answers in place of the issuer. */
  before: ((form: URLSearchParams) => Response | undefined | Promise<Response | undefined>) | undefined;
  /** What happens after it was spent: waits, or answers something else. */
  after:
    | ((
        body: Record<string, unknown>,
        form: URLSearchParams,
      ) => Response | undefined | Promise<Response | undefined>)
    | undefined;
}

export async function rotatingIssuer(domain?: string): Promise<RotatingIssuer> {
  const families = new Map<string, Family>();
  const issuer: RotatingIssuer = Object.assign(await hostileIssuer(domain), {
    spent: [],
    familiesRevoked: 0,
    before: undefined,
    after: undefined,
  });
  issuer.misbehave.token = async (body, form) => {
    const successor = String(body.refresh_token);
    if (form.get("grant_type") === "authorization_code") {
      families.set(successor, { newest: successor, isRevoked: false });
      return Response.json(body);
    }
    // A refresh token, for tokens of our own API or of an upstream provider (Auth0 Token Vault).
    const token = form.get("refresh_token") ?? form.get("subject_token") ?? "";
    issuer.spent.push(token);
    const instead = await issuer.before?.(form);
    if (instead) return instead;
    const family = families.get(token);
    if (family && family.newest !== token && !family.isRevoked) {
      family.isRevoked = true;
      issuer.familiesRevoked++;
    }
    if (!family || family.isRevoked) {
      return Response.json(
        { error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
        { status: 403 },
      );
    }
    family.newest = successor;
    families.set(successor, family);
    return (await issuer.after?.(body, form)) ?? Response.json(body);
  };
  return issuer;
}
