/** What the global setup `oidc-provider.ts` hands to tests: `inject("oidcProvider")`. */
export interface ProvidedOidcProvider {
  /** `http://localhost:<port>`, the issuer exactly as its metadata say it. */
  issuer: string;
  port: number;
  /** The redirect URI every client has registered. */
  redirectUri: string;
  /** Where RP-initiated logout may send people. */
  postLogoutRedirectUri: string;
  /** `GET` answers a JSON array of the logout tokens delivered so far, oldest first; `DELETE` empties it. */
  logoutTokensUrl: string;
  /** A resource indicator for which access tokens are JWTs. */
  resource: string;
  clients: {
    /** Authenticates with `client_secret_post`. */
    confidential: { clientId: string; clientSecret: string };
    /** As `confidential`, with access tokens that live one second. */
    brief: { clientId: string; clientSecret: string };
    /** Has no secret. */
    public: { clientId: string };
    /** As `brief`, but authenticates with `private_key_jwt` and this key, as PEM. */
    signing: { clientId: string; clientAssertionSigningKey: string; clientAssertionSigningAlg: string };
  };
}

declare module "vitest" {
  interface ProvidedContext {
    oidcProvider: ProvidedOidcProvider;
  }
}
