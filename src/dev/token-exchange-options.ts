import { byKey } from "./option-checks.ts";

/** What a {@link DevTenantTokenExchangeProfile} is told about an exchange. */
export interface DevTenantTokenExchangeRequest {
  /** The client that asks. */
  clientId: string;
  /** Everything that was sent, the parameters of the app's own included; no credentials of the client. */
  parameters: Readonly<Record<string, string>>;
  /** `sub` of the actor token, if it is an ID token of this tenant that has not expired. */
  actor?: string;
}

/** Who a subject token stands for, or why it is refused. */
export type DevTenantTokenExchangeResult =
  | {
      /** One of the tenant's people. */
      sub: string;
      /**
       * `sub` of who acts as them, as Auth0's `api.authentication.setActor` has it. Default: that of the actor token,
       * if it is an ID token of this tenant; otherwise nobody.
       */
      actor?: string;
    }
  | { error: string; errorDescription: string };

/** Plays the Action of a Custom Token Exchange (Auth0: "Custom Token Exchange Profile"). */
export interface DevTenantTokenExchangeProfile {
  /** A URI of your own, 8 to 100 characters; the namespaces of IETF, Auth0 and Okta are taken. */
  subjectTokenType: string;
  /** Checks a subject token. What it throws is answered `server_error`. */
  resolve(
    subjectToken: string,
    request: DevTenantTokenExchangeRequest,
  ): DevTenantTokenExchangeResult | Promise<DevTenantTokenExchangeResult>;
  /** Whether the actor token makes its person the actor. Default: `true`. */
  setActor?: boolean;
}

const RESERVED = /^(urn:(ietf|auth0|okta):|https?:\/\/([^/]+\.)?(auth0|okta)\.com(\/|$))/i;

/** Whether a token type belongs to a namespace of others. */
export function isReserved(tokenType: string): boolean {
  return RESERVED.test(tokenType);
}

/**
 * The profiles of the options, by type.
 *
 * @throws {Error} Naming the profile that cannot be used, and why.
 */
export function resolveTokenExchangeProfiles(
  profiles: readonly DevTenantTokenExchangeProfile[] = [],
): ReadonlyMap<string, DevTenantTokenExchangeProfile> {
  for (const { subjectTokenType: type } of profiles) {
    const isUri = /^(urn:[\w.-]+:\S+|https?:\/\/\S+)$/.test(type) && type.length >= 8 && type.length <= 100;
    if (isUri && !isReserved(type)) continue;
    throw new Error(
      `devTenant: tokenExchangeProfiles: "${type}" must be a URI of 8 to 100 characters in a namespace of your own`,
    );
  }
  return byKey("tokenExchangeProfiles", profiles, ({ subjectTokenType }) => subjectTokenType);
}
