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
import {
  allowInsecureLoopback,
  type DomainResolver,
  type IssuerOptions,
  type RequestOptions,
} from "./options.ts";
import type { WaitUntil } from "./shared-work.ts";
import { telemetryOf } from "./telemetry.ts";

/** The way to the authorization servers of one client. */
export interface Servers<TStoreOptions = unknown> {
  /** Whether the domain is chosen anew for each request. */
  resolverMode: boolean;
  /** Name of the issuer this request belongs to: see `issuerName`. */
  resolveDomain(storeOptions: TStoreOptions | undefined): Promise<string>;
  /** The authorization server of that name: discovers it where that was not done lately. */
  server(
    domain: string,
    storeOptions: TStoreOptions | undefined,
    overrides?: RequestOptions,
  ): Promise<Server>;
}

/** Milliseconds an issuer has to answer. */
const requestTimeout = 10_000;

/**
 * @param authenticator how the client proves itself; by secret unless a client brings the code for more
 * @throws InvalidConfigurationError where `domain`, `issuer` or `idTokenSignedResponseAlg` cannot be one
 */
export function createServers<T>(
  options: IssuerOptions<T>,
  authenticator: (credentials: ClientCredentials) => ClientAuthenticator = clientSecretAuthenticator,
): Servers<T> {
  const { clientId, customFetch, useMtls = false, idTokenSignedResponseAlg } = options;
  if (idTokenSignedResponseAlg !== undefined && !signatureAlgorithm(idTokenSignedResponseAlg)) {
    throw new InvalidConfigurationError(
      "'idTokenSignedResponseAlg' must be an asymmetric algorithm of RFC 7518.",
    );
  }
  const client: Server["client"] = {
    client_id: clientId,
    use_mtls_endpoint_aliases: useMtls,
    ...(idTokenSignedResponseAlg && { id_token_signed_response_alg: idTokenSignedResponseAlg }),
  };
  const authenticate = authenticator(options);
  const issuer = issuerOf(options);
  const allowHttp = issuer instanceof URL && issuer.protocol === "http:";
  const telemetry = telemetryOf(options.telemetry);
  const fetch = guardedFetch({ customFetch, timeout: requestTimeout, telemetry });
  const request = requestSettings(fetch, allowHttp);
  const cache = createDiscoveryCache(options.discoveryCache ?? {}, request);
  return {
    resolverMode: !(issuer instanceof URL),
    async resolveDomain(storeOptions) {
      return issuer instanceof URL ? issuerName(issuer) : await resolve(issuer, storeOptions);
    },
    async server(domain, storeOptions, overrides = { signal: signalOf(storeOptions) }) {
      const waitUntil = waitUntilOf(storeOptions);
      const url = issuer instanceof URL ? issuer : new URL(`https://${domain}/`);
      if (issuerName(url) !== domain) {
        throw new InvalidConfigurationError(
          `This client belongs to '${issuerName(url)}', not to '${domain}'.`,
        );
      }
      const metadata = await cache.metadata(url, waitUntil);
      return {
        domain,
        metadata,
        client,
        clientAuthentication: await authenticate(metadata),
        isPublicClient: !(useMtls || options.clientAssertionSigningKey || options.clientSecret),
        keys: cache.keys(metadata, waitUntil),
        request: { ...request, ...requestOverrides(overrides, telemetry, allowHttp) },
      };
    },
  };
}

/** What a call does differently, as protocol operations take it. */
function requestOverrides(
  { signal, headers, customFetch }: RequestOptions,
  telemetry: ReturnType<typeof telemetryOf>,
  allowHttp: boolean,
): Partial<RequestSettings> {
  const own = customFetch && guardedFetch({ customFetch, timeout: requestTimeout, telemetry });
  return {
    ...(signal && { signal }),
    ...(headers && { headers }),
    ...(own && requestSettings(own, allowHttp)),
  };
}

/** The issuer all requests belong to, or the function that chooses one. */
function issuerOf<T>(options: IssuerOptions<T>): URL | DomainResolver<T> {
  const { domain, issuer } = options as { domain?: unknown; issuer?: unknown };
  if (domain && issuer) {
    throw new InvalidConfigurationError("Set either 'domain' or 'issuer', not both.");
  }
  if (typeof domain === "function") return domain as DomainResolver<T>;
  if (typeof domain === "string") return new URL(`https://${normalizeDomain(domain)}/`);
  if (typeof issuer !== "string" || !URL.canParse(issuer)) {
    throw new InvalidConfigurationError(
      "'domain' must be a domain such as 'example.eu.auth0.com' or a function that returns one; for another provider set 'issuer' to its URL.",
    );
  }
  const url = new URL(issuer);
  if (url.protocol === "https:" || (options[allowInsecureLoopback] && isLoopbackHttp(url))) return url;
  throw new InvalidConfigurationError(
    "'issuer' must be an https URL. For a provider on this machine import 'allowInsecureLoopback' and set it to true.",
  );
}

async function resolve<T>(resolver: DomainResolver<T>, storeOptions: T | undefined): Promise<string> {
  const domain = await resolver({ storeOptions });
  if (typeof domain !== "string" || !domain.trim()) {
    throw new InvalidConfigurationError(
      "The domain resolver returned no domain. Were storeOptions passed along?",
    );
  }
  return normalizeDomain(domain);
}

/** Store options may carry the platform's `waitUntil`. */
function waitUntilOf(storeOptions: unknown): WaitUntil | undefined {
  const { waitUntil } = (storeOptions ?? {}) as { waitUntil?: unknown };
  return typeof waitUntil === "function" ? (promise) => waitUntil.call(storeOptions, promise) : undefined;
}

/** Store options may carry a signal that aborts the call. A `Request` has one as well, but that is the client's and not the caller's. */
function signalOf(storeOptions: unknown): AbortSignal | undefined {
  const { signal } = (storeOptions ?? {}) as { signal?: unknown };
  return signal instanceof AbortSignal && !(storeOptions instanceof Request) ? signal : undefined;
}
