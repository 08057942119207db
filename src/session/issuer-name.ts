import { InvalidConfigurationError } from "../errors/index.ts";
import type { StateData } from "./state-data.ts";

/**
 * What sessions and transactions are bound to: the issuer's host, and its path where several issuers share a host
 * (`example.com/realms/a`). For Auth0 it is the domain.
 */
export function issuerName({ host, pathname }: URL): string {
  return host + pathname.replace(/\/$/, "");
}

/**
 * Lower-case host of an Auth0 domain, which may be written as a URL.
 *
 * @throws InvalidConfigurationError
 */
export function normalizeDomain(domain: string): string {
  const text = domain.trim();
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (text && URL.canParse(url)) return new URL(url).host;
  throw new InvalidConfigurationError(`'${text}' is no domain. It looks like 'example.eu.auth0.com'.`);
}

/**
 * Whether a session is one of this issuer. A session that names none counts only where there is just one it can be of.
 */
export function isOfIssuer(state: StateData, name: string, resolverMode: boolean): boolean {
  return state.domain === undefined ? !resolverMode : state.domain === name;
}
