import { OAuthError } from "./oauth-error.ts";
import { bodyParameters, type Parameters } from "./parameters.ts";

/**
 * The fields of a form on one of the tenant's own pages. Browsers say where a form was sent from
 * (Fetch Metadata); other sites cannot fill in ours.
 *
 * @throws {OAuthError} 403 for a form on another site, and what {@link bodyParameters} throws.
 */
export async function ownForm(request: Request): Promise<Parameters> {
  const site = request.headers.get("sec-fetch-site") ?? "same-origin";
  if (site === "same-origin" || site === "none") return await bodyParameters(request);
  throw new OAuthError(403, "invalid_request", "This can be done on the tenant's own pages only.");
}
