/** How the clients `signing` sign what they prove themselves with. */
export type AssertionAlgorithm = "RS256" | "PS256" | "ES256" | "EdDSA";

/** The clients of the provider, by how they prove themselves and what they may do: options of `ServerClient`. */
export interface ProvidedClients {
  /** Authenticates with `client_secret_post`. */
  confidential: { clientId: string; clientSecret: string };
  /** As `confidential`, with access tokens that live one second. */
  brief: { clientId: string; clientSecret: string };
  /** Has no secret. */
  public: { clientId: string };
  /** Has to push its authorization requests, and may ask for `payment_initiation` in `authorization_details`. */
  pushing: { clientId: string; clientSecret: string };
  /** As `brief`, for back-channel logins only; `payment_initiation` too. */
  device: { clientId: string; clientSecret: string };
  /** Its secret, with characters of every kind, is taken in a Basic header only. It is the client of the realm as well. */
  basic: { clientId: string; clientSecret: string };
  /** As `brief`, but authenticate with `private_key_jwt` and this key, as PEM. */
  signing: Record<
    AssertionAlgorithm,
    { clientId: string; clientAssertionSigningKey: string; clientAssertionSigningAlg: string }
  >;
}

/** What the global setup `oidc-provider.ts` hands to tests: `inject("oidcProvider")`. */
export interface ProvidedOidcProvider {
  /** `http://localhost:<port>`, the issuer exactly as its metadata say it. */
  issuer: string;
  /** `http://localhost:<port>/realms/a`, another issuer. It takes secrets in a Basic header only. */
  realm: string;
  port: number;
  /** The redirect URI every client has registered. */
  redirectUri: string;
  /** Where RP-initiated logout may send people. */
  postLogoutRedirectUri: string;
  /** `GET` answers a JSON array of the logout tokens delivered so far, oldest first; `DELETE` empties it. */
  logoutTokensUrl: string;
  /** Where people approve back-channel logins; see `oidc-device.ts`. */
  deviceUrl: string;
  /** A resource indicator for which access tokens are JWTs. */
  resource: string;
  clients: ProvidedClients;
}

declare module "vitest" {
  interface ProvidedContext {
    oidcProvider: ProvidedOidcProvider;
  }
}
