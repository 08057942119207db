import { requireFunctions } from "../arguments.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { isLoopbackHttp } from "../loopback.ts";
import {
  type ClientAuthenticator,
  type ClientCredentials,
  clientSecretAuthenticator,
} from "../protocol/client-secret.ts";
import { guardedFetch } from "../protocol/guarded-fetch.ts";
import { signatureAlgorithm } from "../protocol/jws.ts";
import { type RequestSettings, requestSettings, type Server } from "../protocol/server.ts";
import { issuerName, normalizeDomain } from "../session/issuer-name.ts";
import { createDiscoveryCache } from "./discovery-cache.ts";
import type { DiagnosticsOptions } from "./observe.ts";
import { allowInsecureLoopback, type DomainResolver, type IssuerOptions } from "./options.ts";
import { telemetryOf } from "./telemetry.ts";

/** The way to the authorization servers of one client. */
export interface Servers<TStoreOptions = unknown> extends DiagnosticsOptions {
  /** Name of the one issuer; `undefined` where the domain is chosen anew for each request. */
  domain: string | undefined;
  /** Whether the domain is chosen anew for each request. */
  resolverMode: boolean;
  /** Name of the issuer this request belongs to: see `issuerName`. */
  resolveDomain(storeOptions: TStoreOptions | undefined): Promise<string>;
  /** The authorization server of that name: discovers it where that was not done lately. */
  server(
    domain: string,
    storeOptions: TStoreOptions | undefined,
    overrides?: Partial<RequestSettings>,
  ): Promise<Server>;
  /** How requests are sent, by another fetch than the client's. */
  settingsFor(customFetch: typeof fetch | undefined): RequestSettings;
}

/** What a client can do beyond the ordinary. Who leaves one out carries none of its code, and refuses options that need it. */
export interface Abilities {
  /** How the client proves itself. Default: by its secret. */
  authenticator?: ((credentials: ClientCredentials) => ClientAuthenticator) | undefined;
  /** Asks the function that chooses a domain: `callDomainResolver`. Default: the domain is always one. */
  callResolver?: ResolverCall | undefined;
}

type ResolverCall = <T>(resolver: DomainResolver<T>, storeOptions: T | undefined) => Promise<string>;

/** Milliseconds an issuer has to answer. */
const requestTimeout = 10_000;

/**
 * @param abilities what only some clients carry the code for
 * @throws InvalidConfigurationError where `domain`, `issuer` or `idTokenSignedResponseAlg` cannot be one
 */
export function createServers<T>(
  options: IssuerOptions<T>,
  { authenticator = clientSecretAuthenticator, callResolver }: Abilities = {},
): Servers<T> {
  const { clientId, useMtls = false, idTokenSignedResponseAlg } = options;
  if (idTokenSignedResponseAlg !== undefined && !signatureAlgorithm(idTokenSignedResponseAlg)) {
    throw new InvalidConfigurationError("'idTokenSignedResponseAlg' must be an asymmetric algorithm.");
  }
  const client: Server["client"] = {
    client_id: clientId,
    use_mtls_endpoint_aliases: useMtls,
    ...(idTokenSignedResponseAlg && { id_token_signed_response_alg: idTokenSignedResponseAlg }),
  };
  const authenticate = authenticator(options);
  const issuer = issuerOf(options, callResolver);
  const allowHttp = issuer instanceof URL && issuer.protocol === "http:";
  const telemetry = telemetryOf(options.telemetry);
  const settingsFor = (customFetch: typeof fetch | undefined): RequestSettings => {
    requireFunctions({ customFetch }, "customFetch");
    return requestSettings(guardedFetch({ customFetch, timeout: requestTimeout, telemetry }), allowHttp);
  };
  const request = settingsFor(options.customFetch);
  const { onEvent, tracing } = options;
  requireFunctions({ onEvent }, "onEvent");
  const cache = createDiscoveryCache(options.discoveryCache ?? {}, request, options);
  const own = issuer instanceof URL ? issuerName(issuer) : undefined;
  return {
    onEvent,
    tracing,
    domain: own,
    settingsFor,
    resolverMode: !(issuer instanceof URL),
    async resolveDomain(storeOptions) {
      return own ?? normalizeDomain(await callResolver!(issuer as DomainResolver<T>, storeOptions));
    },
    async server(domain, storeOptions, overrides) {
      const signal = signalOf(storeOptions);
      const url = issuer instanceof URL ? issuer : new URL(`https://${domain}/`);
      if (issuerName(url) !== domain) {
        throw new InvalidConfigurationError(
          `This client belongs to '${issuerName(url)}', not to '${domain}'.`,
        );
      }
      const authentication = await authenticate();
      const metadata = await cache.metadata(url, storeOptions);
      return {
        domain,
        metadata,
        client,
        clientAuthentication: authentication(metadata),
        isPublicClient: !(useMtls || options.clientAssertionSigningKey || options.clientSecret),
        keys: cache.keys(metadata, storeOptions),
        request: { ...request, ...(signal && { signal }), ...overrides },
      };
    },
  };
}

/** The issuer all requests belong to, or the function that chooses one. */
function issuerOf<T>(
  options: IssuerOptions<T>,
  callResolver: ResolverCall | undefined,
): URL | DomainResolver<T> {
  const { domain, issuer } = options as { domain?: unknown; issuer?: unknown };
  if (domain && issuer) {
    throw new InvalidConfigurationError("Set 'domain' or 'issuer', not both.");
  }
  if (typeof domain === "function" && callResolver) return domain as DomainResolver<T>;
  if (typeof domain === "string") return new URL(`https://${normalizeDomain(domain)}/`);
  if (typeof issuer !== "string" || !URL.canParse(issuer)) {
    throw new InvalidConfigurationError(
      "'domain' must be one such as 'example.eu.auth0.com', or a function (edgeAuth: with 'createClient'); set 'issuer' for another provider.",
    );
  }
  const url = new URL(issuer);
  if (url.protocol === "https:" || (options[allowInsecureLoopback] && isLoopbackHttp(url))) return url;
  throw new InvalidConfigurationError(
    "'issuer' must be an https URL. For one on this machine import and set 'allowInsecureLoopback'.",
  );
}

/** Store options may carry a signal that aborts the call. A `Request` has one as well, but that is the client's and not the caller's. */
function signalOf(storeOptions: unknown): AbortSignal | undefined {
  const { signal } = (storeOptions ?? {}) as { signal?: unknown };
  return signal instanceof AbortSignal && !(storeOptions instanceof Request) ? signal : undefined;
}
