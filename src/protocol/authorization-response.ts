import { InvalidTokenError, IssuerError } from "./oauth-error.ts";
import type { ServerMetadata } from "./server.ts";

/**
 * The code of an authorization response (RFC 6749 section 4.1.2): of this issuer (RFC 9207), with the `state` of the request,
 * and with nothing that only other response types would bring.
 *
 * @param state that of the request; `undefined` where it had none, and then the response must have none either
 * @throws IssuerError where the issuer refused; nothing of it is believed before `iss` and `state` are checked
 * @throws InvalidTokenError for a response that is not the one expected
 */
export function authorizationCode(
  metadata: ServerMetadata,
  { searchParams }: URL,
  state: string | undefined,
): string {
  const one = (name: string): string | undefined => {
    const [value, ...more] = searchParams.getAll(name);
    // RFC 6749 section 3.1: no parameter comes more than once.
    if (more.length) throw new InvalidTokenError(`The callback has more than one '${name}'.`);
    return value;
  };
  const iss = one("iss");
  if (iss ? iss !== metadata.issuer : metadata.authorization_response_iss_parameter_supported) {
    throw new InvalidTokenError("The callback is not known to come from the issuer ('iss').");
  }
  if (one("state") !== state) throw new InvalidTokenError("The callback belongs to another login ('state').");
  const error = one("error");
  if (error) throw new IssuerError(error, one("error_description"));
  const code = one("code");
  if (!code || ["id_token", "access_token", "token", "response"].some((name) => searchParams.has(name))) {
    throw new InvalidTokenError("The callback has no code, or more than a code.");
  }
  return code;
}
