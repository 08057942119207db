// oidc-provider ships no types. These are the parts the tests use.
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: string, listener: (...details: unknown[]) => void): this;
    use<TContext>(middleware: (context: TContext, next: () => Promise<void>) => Promise<void>): this;
    backchannelResult(authReqId: string, result: string | Error, details?: object): Promise<void>;
    readonly Grant: new (grant: {
      accountId: string;
      clientId: string;
    }) => Grant;
  }

  interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface BackchannelAuthenticationRequest {
    jti: string;
    accountId: string;
    clientId: string;
    scope: string;
    params: Record<string, string | undefined>;
  }

  type ProviderError = new (description?: string) => Error;
  export const errors: { AccessDenied: ProviderError; InvalidAuthorizationDetails: ProviderError };
}
