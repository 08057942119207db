import { X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { registration } from "../oidc-provider/clients.ts";
import { createProvider } from "../oidc-provider/configuration.ts";
import { AuthenticationDevice } from "../oidc-provider/device.ts";
import { certificateAuthority, type KeyPair, selfSignedCertificate } from "./certificates.ts";

/** Certificates of clients, by what is special about them. */
export interface ClientCertificates {
  /** Of the client `by-subject` (`tls_client_auth`). */
  known: KeyPair;
  /** Of the client `by-certificate` (`self_signed_tls_client_auth`). */
  selfSigned: KeyPair;
  /** Has the subject of `known`, but comes from an authority that the provider does not trust. */
  foreign: KeyPair;
  /** Comes from the right authority, and belongs to nobody who is a client. */
  stranger: KeyPair;
}

/** A provider that knows its clients by their TLS certificates; `close` stops it. */
export interface MtlsProvider {
  issuer: string;
  /** Where the aliases stand: the handshake demands a certificate there. */
  aliases: string;
  /** The authority of the provider's own certificate, as PEM. */
  ca: string;
  certificates: ClientCertificates;
  /** Paths asked for where no certificate is demanded, in order. */
  plainRequests: string[];
  /** Paths asked for where one is, and the common name in it, in order. */
  mutualRequests: { path: string; client: string }[];
  close(): Promise<void>;
}

type Context = { req: IncomingMessage & { socket: TLSSocket } };
type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

const subject = "CN=a client of these tests";

/**
 * Starts a real provider with two TLS ports (RFC 8705): one for people and metadata, and one for
 * `mtls_endpoint_aliases`, where the handshake fails without a certificate that an authority of the test has signed.
 */
export async function startMtlsProvider(): Promise<MtlsProvider> {
  const authority = await certificateAuthority("CN=an authority of these tests");
  const server = await authority.issue("CN=localhost", "localhost");
  const known = await authority.issue(subject);
  const selfSigned = await selfSignedCertificate("CN=another client of these tests");
  const stranger = await authority.issue("CN=a stranger");
  const foreign = await (await certificateAuthority("CN=another authority")).issue(subject);
  const plainRequests: string[] = [];
  const mutualRequests: MtlsProvider["mutualRequests"] = [];

  let answer: Answer;
  const people = await listen(server, (request, response) => {
    plainRequests.push(pathOf(request));
    return answer(request, response);
  });
  const demands = { requestCert: true, rejectUnauthorized: true, ca: [authority.ca, selfSigned.cert] };
  const machines = await listen({ ...server, ...demands }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    mutualRequests.push({ path: pathOf(request), client: String(subject.CN) });
    return answer(request, response);
  });
  const issuer = originOf(people);
  answer = createMtlsProvider(issuer, originOf(machines), selfSigned).callback();
  return {
    issuer,
    aliases: originOf(machines),
    ca: authority.ca,
    certificates: { known, selfSigned, foreign, stranger },
    plainRequests,
    mutualRequests,
    close: async () => {
      await Promise.all([people, machines].map(stop));
    },
  };
}

/** The provider itself: it learns of certificates from the connection, and not from headers of a proxy. */
function createMtlsProvider(issuer: string, alias: string, selfSigned: KeyPair) {
  const device = new AuthenticationDevice();
  const certificateOf = ({ req }: Context): string | undefined =>
    req.socket.getPeerX509Certificate?.()?.toString();
  const client = (clientId: string, metadata: Record<string, unknown>) =>
    registration(clientId, {
      grant_types: ["authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba"],
      backchannel_token_delivery_mode: "poll",
      tls_client_certificate_bound_access_tokens: true,
      ...metadata,
    });
  return createProvider({
    issuer,
    tokenLifetime: 600,
    clients: [
      client("by-subject", {
        token_endpoint_auth_method: "tls_client_auth",
        tls_client_auth_subject_dn: subject,
      }),
      client("by-certificate", {
        token_endpoint_auth_method: "self_signed_tls_client_auth",
        jwks: { keys: [jwkOf(selfSigned)] },
      }),
    ],
    features: {
      ciba: device.feature(issuer),
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        tlsClientAuth: true,
        selfSignedTlsClientAuth: true,
        getCertificate: certificateOf,
        certificateAuthorized: ({ req }: Context) => req.socket.authorized,
        certificateSubjectMatches: (ctx: Context, _property: string, expected: string) =>
          new X509Certificate(certificateOf(ctx)!).subject === expected,
      },
    },
    settings: {
      clientAuthMethods: ["tls_client_auth", "self_signed_tls_client_auth"],
      discovery: {
        mtls_endpoint_aliases: {
          token_endpoint: `${alias}/token`,
          revocation_endpoint: `${alias}/token/revocation`,
          pushed_authorization_request_endpoint: `${alias}/request`,
          userinfo_endpoint: `${alias}/me`,
          backchannel_authentication_endpoint: `${alias}/backchannel`,
        },
      },
    },
  });
}

function jwkOf({ cert }: KeyPair): Record<string, unknown> {
  const certificate = new X509Certificate(cert);
  return { ...certificate.publicKey.export({ format: "jwk" }), x5c: [certificate.raw.toString("base64")] };
}

async function listen(options: ServerOptions, answer: Answer): Promise<Server> {
  const server = createServer(options, answer);
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return server;
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function originOf(server: Server): string {
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

function pathOf({ url = "" }: IncomingMessage): string {
  return new URL(url, "https://localhost").pathname;
}
