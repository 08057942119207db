import type { HostileIssuer } from "./hostile-issuer.ts";

/** What an issuer noted of the refresh tokens it rotates. */
export interface Rotation {
  /** Refreshes it was asked for, refused ones included. */
  calls: number;
  /** Families that ended because a token came twice. */
  revoked: number;
  /** Milliseconds before the issuer answers a refresh. */
  delay: number;
  /** Waits, in place of the delay, before the answer leaves; the token has been spent by then. */
  beforeAnswer?: (() => Promise<void>) | undefined;
}

/**
 * Makes an issuer rotate: each refresh token is good for once, and one that comes a second time ends its whole family (RFC
 * 9700 section 4.14.2). Nothing overlaps.
 */
export function rotate(issuer: HostileIssuer, delay = 20): Rotation {
  const rotation: Rotation = { calls: 0, revoked: 0, delay };
  const families = new Map<string, { live: string | undefined }>();
  issuer.misbehave.token = async (body, form) => {
    const successor = body.refresh_token as string;
    if (form.get("grant_type") !== "refresh_token") {
      families.set(successor, { live: successor });
      return Response.json(body);
    }
    rotation.calls++;
    const presented = form.get("refresh_token") ?? "";
    const family = families.get(presented);
    const isGood = family?.live === presented;
    if (family?.live && !isGood) rotation.revoked++;
    if (family) {
      family.live = isGood ? successor : undefined;
      families.set(successor, family);
    }
    await (rotation.beforeAnswer?.() ?? new Promise((resolve) => setTimeout(resolve, rotation.delay)));
    return isGood
      ? Response.json(body)
      : Response.json({ error: "invalid_grant", error_description: "Used before." }, { status: 403 });
  };
  return rotation;
}
