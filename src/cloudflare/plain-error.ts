import {
  DiscoveryError,
  EdgeAuthError,
  InvalidConfigurationError,
  MissingClientAuthError,
  SessionStoreError,
  TokenByRefreshTokenError,
  TokenForConnectionError,
} from "../errors/index.ts";

/** An error on its way between Worker and object, where classes get lost. */
export interface PlainError {
  name: string;
  code: string;
  message: string;
  cause?: unknown;
}

type ErrorClass = new (message: string, cause?: never) => EdgeAuthError;

/** What asking an issuer throws, by name. */
const classes = new Map<string, ErrorClass>([
  ["DiscoveryError", DiscoveryError],
  ["InvalidConfigurationError", InvalidConfigurationError],
  ["MissingClientAuthError", MissingClientAuthError],
  ["SessionStoreError", SessionStoreError],
  ["TokenByRefreshTokenError", TokenByRefreshTokenError],
  ["TokenForConnectionError", TokenForConnectionError],
]);

/** @param error what is not of the SDK is a failure of the store */
export function plainError(error: unknown): PlainError {
  const { name, code, message, cause } =
    error instanceof EdgeAuthError ? error : new SessionStoreError(undefined, error);
  // An error says no more than its message: what else it holds, such as a response, may not be able to travel.
  const said = cause instanceof Error ? cause.message : cause && JSON.parse(JSON.stringify(cause));
  return { name, code, message, ...(said !== undefined && { cause: said }) };
}

/** The error as it was, `instanceof` included. */
export function revivedError({ name, code, message, cause }: PlainError): EdgeAuthError {
  const Known = classes.get(name);
  return Known ? new Known(message, cause as never) : new EdgeAuthError(name, code, message, cause);
}
