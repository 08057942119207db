/**
 * Login and sessions for Web-standard platforms. Three doors: `edgeAuth` for a whole app, `ServerClient` for every single
 * step, `readSession` for middleware that only asks who is logged in.
 *
 * @module
 */
export { AuthClient } from "./auth-client.ts";
export type { DiscoveryCacheOptions } from "./context/discovery-cache.ts";
export type * from "./context/events.ts";
export type { AuthStep, DiagnosticsOptions, SpanFacts, Tracing } from "./context/observe.ts";
export { openTelemetry, type SpanLike, type TracerLike } from "./context/open-telemetry.ts";
export {
  type AuthClientOptions,
  allowInsecureLoopback,
  type DomainResolver,
  type DomainResolverContext,
  type IssuerOptions,
  type RequestOptions,
  type ServerClientOptions,
  type TelemetryConfig,
} from "./context/options.ts";
export type { Awaitable, CookieHandler } from "./cookies/cookie-handler.ts";
export type { CookieSerializeOptions } from "./cookies/cookie-text.ts";
export { HeadersCookieHandler, type HeadersStoreOptions } from "./cookies/headers-cookie-handler.ts";
export type { SessionCookieOptions } from "./cookies/session-cookie.ts";
export * from "./errors/index.ts";
export type { BackchannelAuthenticationOptions } from "./flows/backchannel-request.ts";
export type {
  BuildAuthorizationUrlOptions,
  BuildAuthorizationUrlResult,
  BuildLinkUserUrlOptions,
  BuildLinkUserUrlResult,
  BuildUnlinkUserUrlOptions,
  BuildUnlinkUserUrlResult,
} from "./flows/build-urls.ts";
export type { InteractiveLoginResult } from "./flows/complete-interactive-login.ts";
export type {
  CompletePasswordlessEmailOptions,
  CompletePasswordlessOptions,
  CompletePasswordlessSmsOptions,
} from "./flows/complete-passwordless.ts";
export type {
  CustomTokenExchangeOptions,
  LoginWithCustomTokenExchangeOptions,
  LoginWithCustomTokenExchangeResult,
} from "./flows/custom-token-exchange.ts";
export type { GetAccessTokenOptions } from "./flows/get-access-token.ts";
export type { AccessTokenForConnectionOptions } from "./flows/get-access-token-for-connection.ts";
export { type IsFederatedDomainOptions, isFederatedDomain } from "./flows/is-federated-domain.ts";
export type {
  DirectLoginResult,
  DirectLoginResult as CompletePasswordlessResult,
  DirectLoginResult as PasskeyGetTokenResult,
} from "./flows/log-in-by-grant.ts";
export type { LoginBackchannelOptions, LoginBackchannelResult } from "./flows/login-backchannel.ts";
export type { LogoutOptions } from "./flows/logout.ts";
export type {
  RequestSessionTransferTokenOptions,
  SessionTransferActor,
  SessionTransferTokenResult,
} from "./flows/request-session-transfer-token.ts";
export type { RevokeRefreshTokenOptions } from "./flows/revoke-refresh-token.ts";
export type { BuildSessionTransferRedirectOptions } from "./flows/session-transfer-redirect.ts";
export type { StartInteractiveLoginOptions } from "./flows/start-interactive-login.ts";
export type { StartLinkUserOptions, StartUnlinkUserOptions } from "./flows/start-link-user.ts";
export type {
  StartPasswordlessEmailCodeOptions,
  StartPasswordlessEmailLinkOptions,
  StartPasswordlessOptions,
  StartPasswordlessSmsOptions,
} from "./flows/start-passwordless.ts";
export type { TokenByCodeOptions } from "./flows/token-by-code.ts";
export type { TokenByMagicLinkCodeOptions } from "./flows/token-by-magic-link.ts";
export type { MfaVerifyResponse } from "./flows/verify-mfa.ts";
export type {
  AnonymousSession,
  CreateAnonymousSessionOptions,
  GetAnonymousAccessTokenOptions,
} from "./protocol/anonymous-session.ts";
export type { LoginTokens } from "./protocol/authorization-code.ts";
export type { AuthorizationParameters } from "./protocol/authorization-request.ts";
export type { PendingBackchannelAuthentication } from "./protocol/backchannel-authentication.ts";
export type { ClientCredentialsRequest } from "./protocol/client-credentials.ts";
export type { ConnectionTokenRequest } from "./protocol/connection-token.ts";
export type { ChangePasswordOptions, SignUpOptions, SignUpResult } from "./protocol/database.ts";
export type { LogoutParameters } from "./protocol/end-session.ts";
export type { IdTokenClaims } from "./protocol/id-token.ts";
export type { LinkedConnection } from "./protocol/link-user.ts";
export type { VerifiedLogoutToken } from "./protocol/logout-token.ts";
export type {
  AuthenticatorResponse,
  AuthenticatorType,
  ChallengeOptions,
  ChallengeResponse,
  DeleteAuthenticatorOptions,
  EnrollAuthenticatorOptions,
  EnrollEmailOptions,
  EnrollmentResponse,
  EnrollOobOptions,
  EnrollOtpOptions,
  ListAuthenticatorsOptions,
  OobChannel,
  OobEnrollmentResponse,
  OtpEnrollmentResponse,
} from "./protocol/mfa.ts";
export type {
  MfaFactorType,
  MfaVerifyOobOptions,
  MfaVerifyOptions,
  MfaVerifyOtpOptions,
  MfaVerifyRecoveryCodeOptions,
} from "./protocol/mfa-grant.ts";
export type {
  ChallengeWithEmailOptions,
  ChallengeWithPhoneNumberOptions,
  PasswordlessChallenge,
} from "./protocol/otp-challenge.ts";
export type {
  PasskeyChallengeOptions,
  PasskeyChallengeOptions as PasskeyLoginChallengeOptions,
  PasskeyChallengeResponse,
  PasskeyChallengeResponse as PasskeyLoginChallengeResponse,
  PasskeyCreationOptions,
  PasskeyRegisterOptions,
  PasskeyRegisterOptions as PasskeySignupChallengeOptions,
  PasskeyRegisterResponse,
  PasskeyRegisterResponse as PasskeySignupChallengeResponse,
  PasskeyRequestOptions,
} from "./protocol/passkey.ts";
export type {
  PasskeyCredentialResponse,
  PasskeyGetTokenOptions,
  PasskeyGetTokenOptions as GetTokenByPasskeyOptions,
} from "./protocol/passkey-grant.ts";
export type { TokenByPasswordOptions } from "./protocol/password-grant.ts";
export type {
  TokenByPasswordlessDbConnectionOptions,
  TokenByPasswordlessEmailOptions,
  TokenByPasswordlessSmsOptions,
} from "./protocol/passwordless-grant.ts";
export type {
  SendEmailCodeOptions,
  SendEmailLinkOptions,
  SendEmailOptions,
  SendSmsOptions,
} from "./protocol/passwordless-start.ts";
export type { RefreshRequest } from "./protocol/refresh-token.ts";
export type { TokenTypeHint } from "./protocol/revocation.ts";
export type { ServerMetadata } from "./protocol/server.ts";
export type {
  ExchangeProfileOptions,
  ExtraParameters,
  TokenVaultExchangeOptions,
} from "./protocol/token-exchange.ts";
export type {
  ActClaim,
  AuthorizationDetails,
  TokenResponse,
} from "./protocol/token-request.ts";
export type { UserInfoRequest, UserInfoResponse } from "./protocol/user-info.ts";
export { ServerClient } from "./server-client.ts";
export { type Receipt, type Renewal, withReceipt } from "./session/renewal.ts";
export type {
  ConnectionTokenSet,
  InternalStateData,
  LogoutTokenClaims,
  SessionChange,
  SessionData,
  SessionOf,
  SessionUpdate,
  StateData,
  TokenSet,
  TransactionData,
  UserClaims,
  UserOf,
} from "./session/state-data.ts";
export {
  AbstractStateStore,
  AbstractTransactionStore,
  type EncryptedStoreOptions,
} from "./store/abstract-stores.ts";
export {
  type Auth0ServerJsCookiesOptions,
  readAuth0ServerJsCookies,
} from "./store/auth0-server-js-cookies.ts";
export type {
  AbstractDataStore,
  RefreshCoordinator,
  RenewalTask,
  RevocationList,
  SessionNote,
  SessionStore,
  SessionWrite,
  StateStore,
  TransactionStore,
} from "./store/contracts.ts";
export {
  type CookieSessionsOptions,
  type Coordination,
  cookieSessions,
  type StoreConfiguration,
} from "./store/cookie-sessions.ts";
export {
  CookieTransactionStore,
  type CookieTransactionStoreOptions,
} from "./store/cookie-transaction-store.ts";
export type { EarlierCookies, ReadAlso } from "./store/earlier-cookies.ts";
export type { KeyValueOptions, KeyValueStoreOptions } from "./store/key-value-sessions.ts";
export { MemorySessionStore } from "./store/memory-session-store.ts";
export { rememberRevision, revisionOf } from "./store/revision.ts";
export type { SessionConfiguration } from "./store/session-settings.ts";
export {
  StatefulStateStore,
  type StatefulStateStoreOptions,
  type StoreMaker,
  statefulStore,
} from "./store/stateful-state-store.ts";
export { StatelessStateStore, type StatelessStateStoreOptions } from "./store/stateless-state-store.ts";
export {
  type UnstorageLike,
  UnstorageSessionStore,
  unstorageSessions,
} from "./store/unstorage-session-store.ts";
export { AnonymousSessionClient } from "./sub-clients/anonymous-session-client.ts";
export { DatabaseClient, DatabaseClient as ServerDatabaseClient } from "./sub-clients/database-client.ts";
export { MfaClient, ServerMfaClient } from "./sub-clients/mfa-client.ts";
export { PasskeyClient, ServerPasskeyClient } from "./sub-clients/passkey-client.ts";
export { PasswordlessClient } from "./sub-clients/passwordless-client.ts";
export * from "./web/index.ts";
