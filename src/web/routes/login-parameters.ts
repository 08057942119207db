/** Longer values are no hints and no tickets of anybody's, and an organization has to fit the login's cookie. */
const maxBytes = 1024;

/** What protects an app where its operator set it: a link, which anybody can make, must not choose something else. */
const guarded = ["organization", "connection", "prompt", "max_age", "acr_values"];

/** What else of a login's query goes on to the issuer. Everything that is on neither list stays behind. */
const free = [
  "invitation",
  "screen_hint",
  "login_hint",
  "ui_locales",
  // Auth0 binds such a token to the device it was made for, since a link with somebody else's would log in as them.
  "session_transfer_token",
];

/**
 * The parameters of an authorization request that a login's query or form may bring. Of those that protect the app the
 * operator's own come first; of the others, which only help the person along, the query's.
 *
 * @param query where a name comes twice, its first value counts
 * @param fixed what the client sends with every login
 * @returns the parameters, or what is wrong with the query
 */
export function loginParameters(
  query: URLSearchParams,
  fixed: Record<string, unknown>,
): Record<string, string> | string {
  const parameters: Record<string, string> = {};
  for (const name of [...guarded, ...free]) {
    const value = query.get(name)?.trim();
    if (!value) continue;
    if (new TextEncoder().encode(value).length > maxBytes)
      return `'${name}' has more than ${maxBytes} bytes.`;
    if (name === "max_age" && !/^\d{1,9}$/.test(value)) return "'max_age' must be a whole number of seconds.";
    if ((fixed[name] ?? undefined) === undefined || free.includes(name)) parameters[name] = value;
  }
  if (parameters.invitation && !(parameters.organization ?? fixed.organization))
    return "An 'invitation' needs its 'organization'.";
  return parameters;
}
