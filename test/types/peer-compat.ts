/**
 * Member by member: what the peer's packages take, ours take, and what ours answer is what theirs would have answered.
 * Compiled, never run, twice: with and without exactOptionalPropertyTypes. A member that is missing here or there is an error.
 *
 * Three things are different on purpose:
 * - `fullResponse: true` of AuthClient, which answers the raw `Response` as well, is not offered: answers are read, checked and
 *   bounded here, and a `customFetch` of the call sees every raw response.
 * - An optional member of an answer may be there with the value `undefined`; that only counts for callers who compile with
 *   exactOptionalPropertyTypes and assign answers to types of their own.
 * - `verifyLogoutToken` says that `sub` or `sid` may be missing, which they may.
 */
import type * as PeerAuth from "@auth0/auth0-auth-js";
import type * as Peer from "@auth0/auth0-server-js";
import type * as Ours from "auth0-edge";

interface StoreOptions {
  request: { headers: Record<string, string> };
}

/** What stays as it is when members are looked at one by one. */
type Opaque = URL | Headers | Date | CryptoKey | ((...args: never) => unknown);
/**
 * The named members of an answer; optional ones may be `undefined`. Private ones do not count, nor does what claims nobody has
 * named may be. (The depth is limited, since some types go on for ever.)
 */
type Answer<T, Depth extends unknown[] = []> = Depth["length"] extends 5
  ? unknown
  : T extends Opaque
    ? T
    : T extends (infer E)[]
      ? Answer<E, Depth>[]
      : T extends object
        ? {
            [K in keyof T as string extends K ? never : K]:
              | Answer<T[K], [...Depth, unknown]>
              | (object extends Pick<T, K> ? undefined : never);
          }
        : T;
type Awaitable<T> = T extends Promise<infer V> ? Promise<Answer<V>> : Answer<T>;
/** A method as a function, so that its parameters are compared strictly; of overloads the last one. */
type Signature<T> = T extends (...args: infer A) => infer R ? (...args: A) => Awaitable<R> : T;
/** The methods of a class. */
type Methods<T> = { [K in keyof T as T[K] extends (...args: never) => unknown ? K : never]: Signature<T[K]> };
/** That everything of theirs is taken by ours. */
type Takes<Theirs extends Wanted, Wanted> = [Theirs, Wanted];
/** The members of any of several. */
type KeyOf<T> = T extends unknown ? keyof T : never;
/** That what ours answers will do where theirs is wanted, and that every member of theirs can be read. */
type Answers<
  Given extends Answer<Theirs>,
  Theirs extends { [K in keyof Theirs]: K extends KeyOf<Given> ? unknown : never },
> = [Given, Theirs];

declare const client: Ours.ServerClient<StoreOptions>;
declare const authClient: Ours.AuthClient;
declare const storeOptions: StoreOptions;

// ServerClient

export const serverClient: Methods<Peer.ServerClient<StoreOptions>> = {
  startInteractiveLogin: client.startInteractiveLogin,
  completeInteractiveLogin: client.completeInteractiveLogin,
  startLinkUser: client.startLinkUser,
  completeLinkUser: client.completeLinkUser,
  startUnlinkUser: client.startUnlinkUser,
  completeUnlinkUser: client.completeUnlinkUser,
  loginBackchannel: client.loginBackchannel,
  startPasswordless: client.startPasswordless,
  completePasswordless: client.completePasswordless,
  completePasswordlessMagicLink: client.completePasswordlessMagicLink,
  getUser: client.getUser,
  getSession: client.getSession,
  getAccessToken: client.getAccessToken,
  getAccessTokenForConnection: client.getAccessTokenForConnection,
  revokeRefreshToken: client.revokeRefreshToken,
  logout: client.logout,
  loginWithCustomTokenExchange: client.loginWithCustomTokenExchange,
  customTokenExchange: client.customTokenExchange,
  requestSessionTransferToken: client.requestSessionTransferToken,
  buildSessionTransferRedirect: client.buildSessionTransferRedirect,
  handleBackchannelLogout: client.handleBackchannelLogout,
};
export const mfa: Methods<Peer.ServerMfaClient<StoreOptions>> = {
  listAuthenticators: client.mfa.listAuthenticators,
  enrollAuthenticator: client.mfa.enrollAuthenticator,
  challengeAuthenticator: client.mfa.challengeAuthenticator,
  verify: client.mfa.verify,
};
export const passkey: Methods<Peer.ServerPasskeyClient<StoreOptions>> = {
  register: client.passkey.register,
  challenge: client.passkey.challenge,
  getToken: client.passkey.getToken,
};
export const database: Methods<Peer.ServerDatabaseClient<StoreOptions>> = {
  signUp: client.database.signUp,
  changePassword: client.database.changePassword,
};
export const getters: Record<Exclude<keyof Peer.ServerClient, keyof typeof serverClient>, object> = {
  authClient: client.authClient satisfies Ours.AuthClient,
  mfa: client.mfa,
  passkey: client.passkey,
  database: client.database,
};
/** The other overloads. */
export const accessTokens: Promise<Answer<Peer.TokenSet>>[] = [
  client.getAccessToken(),
  client.getAccessToken(storeOptions),
  client.getAccessToken({}, storeOptions),
];

// AuthClient

declare const AuthClient: typeof Ours.AuthClient;
export const make = (options: PeerAuth.AuthClientOptions): Ours.AuthClient => new AuthClient(options);
export const metadata: PeerAuth.AuthClient["getServerMetadata"] = authClient.getServerMetadata;
export const auth: Methods<Omit<PeerAuth.AuthClient, "getServerMetadata">> = {
  buildAuthorizationUrl: authClient.buildAuthorizationUrl,
  buildLinkUserUrl: authClient.buildLinkUserUrl,
  buildUnlinkUserUrl: authClient.buildUnlinkUserUrl,
  backchannelAuthentication: authClient.backchannelAuthentication,
  initiateBackchannelAuthentication: authClient.initiateBackchannelAuthentication,
  backchannelAuthenticationGrant: authClient.backchannelAuthenticationGrant,
  getTokenForConnection: authClient.getTokenForConnection,
  exchangeToken: authClient.exchangeToken,
  getTokenByCode: authClient.getTokenByCode,
  getTokenByMagicLinkCode: authClient.getTokenByMagicLinkCode,
  getTokenByRefreshToken: authClient.getTokenByRefreshToken,
  revokeToken: authClient.revokeToken,
  getUserInfo: authClient.getUserInfo,
  getTokenByPassword: authClient.getTokenByPassword,
  getTokenByPasswordlessEmail: authClient.getTokenByPasswordlessEmail,
  getTokenByPasswordlessSms: authClient.getTokenByPasswordlessSms,
  getTokenByClientCredentials: authClient.getTokenByClientCredentials,
  buildLogoutUrl: authClient.buildLogoutUrl,
  // @ts-expect-error theirs promises `sub` and `sid` both; a logout token may have but one (Back-Channel Logout section 2.4)
  verifyLogoutToken: authClient.verifyLogoutToken,
};
export const authMfa: Methods<PeerAuth.MfaClient> = {
  listAuthenticators: authClient.mfa.listAuthenticators,
  enrollAuthenticator: authClient.mfa.enrollAuthenticator,
  deleteAuthenticator: authClient.mfa.deleteAuthenticator,
  challengeAuthenticator: authClient.mfa.challengeAuthenticator,
  verify: authClient.mfa.verify,
};
export const authPasskey: Methods<PeerAuth.PasskeyClient> = {
  register: authClient.passkey.register,
  challenge: authClient.passkey.challenge,
  getTokenByPasskey: authClient.passkey.getTokenByPasskey,
};
export const authPasswordless: Methods<PeerAuth.PasswordlessClient> = {
  sendEmail: authClient.passwordless.sendEmail,
  sendSms: authClient.passwordless.sendSms,
  challengeWithEmail: authClient.passwordless.challengeWithEmail,
  challengeWithPhoneNumber: authClient.passwordless.challengeWithPhoneNumber,
  getTokenByPasswordlessDbConnection: authClient.passwordless.getTokenByPasswordlessDbConnection,
};
export const authDatabase: Methods<PeerAuth.DatabaseClient> = {
  signUp: authClient.database.signUp,
  changePassword: authClient.database.changePassword,
};
export const anonymous: Methods<PeerAuth.AnonymousSessionClient> = {
  createSession: authClient.anonymous.createSession,
  getAccessToken: authClient.anonymous.getAccessToken,
  logout: authClient.anonymous.logout,
  mintTransferToken: authClient.anonymous.mintTransferToken,
};
export const subClients: Record<
  Exclude<keyof PeerAuth.AuthClient, keyof typeof auth | "getServerMetadata">,
  object
> = {
  mfa: authClient.mfa,
  passkey: authClient.passkey,
  passwordless: authClient.passwordless,
  database: authClient.database,
  anonymous: authClient.anonymous,
};
/** The other overload. */
export const exchange: (
  options: PeerAuth.ExchangeProfileOptions,
  request?: PeerAuth.RequestOptions,
) => Promise<Answer<PeerAuth.TokenResponse>> = authClient.exchangeToken;

// Options: everything of theirs is taken by ours

export type Options = [
  Takes<Peer.ServerClientOptions<StoreOptions>, Ours.ServerClientOptions<StoreOptions>>,
  Takes<Peer.DomainResolver<StoreOptions>, Ours.DomainResolver<StoreOptions>>,
  Takes<Peer.AuthorizationParameters, Ours.AuthorizationParameters>,
  Takes<Peer.TelemetryConfig, Ours.TelemetryConfig>,
  Takes<Peer.DiscoveryCacheOptions, Ours.DiscoveryCacheOptions>,
  Takes<PeerAuth.RequestOptions, Ours.RequestOptions>,
  Takes<Peer.StartInteractiveLoginOptions, Ours.StartInteractiveLoginOptions>,
  Takes<Peer.StartLinkUserOptions, Ours.StartLinkUserOptions>,
  Takes<Peer.StartUnlinkUserOptions, Ours.StartUnlinkUserOptions>,
  Takes<Peer.LoginBackchannelOptions, Ours.LoginBackchannelOptions>,
  Takes<Peer.StartPasswordlessOptions, Ours.StartPasswordlessOptions>,
  Takes<Peer.CompletePasswordlessOptions, Ours.CompletePasswordlessOptions>,
  Takes<Peer.GetAccessTokenOptions, Ours.GetAccessTokenOptions>,
  Takes<Peer.AccessTokenForConnectionOptions, Ours.AccessTokenForConnectionOptions>,
  Takes<Peer.RevokeRefreshTokenOptions, Ours.RevokeRefreshTokenOptions>,
  Takes<Peer.LogoutOptions, Ours.LogoutOptions>,
  Takes<Peer.LoginWithCustomTokenExchangeOptions, Ours.LoginWithCustomTokenExchangeOptions>,
  Takes<Peer.CustomTokenExchangeOptions, Ours.CustomTokenExchangeOptions>,
  Takes<Peer.RequestSessionTransferTokenOptions, Ours.RequestSessionTransferTokenOptions>,
  Takes<Peer.BuildSessionTransferRedirectOptions, Ours.BuildSessionTransferRedirectOptions>,
  Takes<Peer.MfaVerifyOptions, Ours.MfaVerifyOptions>,
  Takes<Peer.EnrollAuthenticatorOptions, Ours.EnrollAuthenticatorOptions>,
  Takes<Peer.PasskeyGetTokenOptions, Ours.PasskeyGetTokenOptions>,
  Takes<Peer.PasskeyRegisterOptions, Ours.PasskeyRegisterOptions>,
  Takes<Peer.SignUpOptions, Ours.SignUpOptions>,
  Takes<Peer.ChangePasswordOptions, Ours.ChangePasswordOptions>,
];

// What stores are made of: theirs serve where ours are wanted, and data goes both ways

export type Stores = [
  Takes<Peer.EncryptedStoreOptions, Ours.EncryptedStoreOptions>,
  Takes<Peer.SessionConfiguration, Ours.SessionConfiguration>,
  Takes<Peer.SessionCookieOptions, Ours.SessionCookieOptions>,
  Takes<Peer.CookieSerializeOptions, Ours.CookieSerializeOptions>,
  Takes<Peer.StatefulStateStoreOptions<StoreOptions>, Ours.StatefulStateStoreOptions<StoreOptions>>,
  Takes<Peer.CookieHandler<StoreOptions>, Ours.CookieHandler<StoreOptions>>,
  Takes<Peer.SessionStore<StoreOptions>, Ours.SessionStore<StoreOptions>>,
  Takes<Peer.StateStore<StoreOptions>, Ours.StateStore<StoreOptions>>,
  Takes<Peer.TransactionStore<StoreOptions>, Ours.TransactionStore<StoreOptions>>,
  Takes<
    Peer.AbstractDataStore<Peer.StateData, StoreOptions>,
    Ours.AbstractDataStore<Ours.StateData, StoreOptions>
  >,
  Takes<Peer.AbstractStateStore<StoreOptions>, Ours.StateStore<StoreOptions>>,
  Takes<Peer.AbstractTransactionStore<StoreOptions>, Ours.TransactionStore<StoreOptions>>,
  Takes<Peer.StatelessStateStore<StoreOptions>, Ours.StateStore<StoreOptions>>,
  Takes<Peer.StatefulStateStore<StoreOptions>, Ours.StateStore<StoreOptions>>,
  Takes<Peer.CookieTransactionStore<StoreOptions>, Ours.TransactionStore<StoreOptions>>,
  Takes<Peer.StateData, Ours.StateData>,
  Takes<Peer.TransactionData, Ours.TransactionData>,
  Takes<Peer.LogoutTokenClaims, Ours.LogoutTokenClaims>,
  Answers<Ours.StateData, Peer.StateData>,
  Answers<Ours.TransactionData, Peer.TransactionData>,
  Answers<Ours.LogoutTokenClaims, Peer.LogoutTokenClaims>,
];

// Answers: ours will do where theirs is wanted

export type Results = [
  Answers<Ours.UserClaims, Peer.UserClaims>,
  Answers<Ours.SessionData, Peer.SessionData>,
  Answers<Ours.TokenSet, Peer.TokenSet>,
  Answers<Ours.ConnectionTokenSet, Peer.ConnectionTokenSet>,
  Answers<Ours.InternalStateData, Peer.InternalStateData>,
  Answers<Ours.LoginBackchannelResult, Peer.LoginBackchannelResult>,
  Answers<Ours.CompletePasswordlessResult, Peer.CompletePasswordlessResult>,
  Answers<Ours.LoginWithCustomTokenExchangeResult, Peer.LoginWithCustomTokenExchangeResult>,
  Answers<Ours.SessionTransferTokenResult, Peer.SessionTransferTokenResult>,
  Answers<Ours.MfaVerifyResponse, Peer.MfaVerifyResponse>,
  Answers<Ours.AuthenticatorResponse, Peer.AuthenticatorResponse>,
  Answers<Ours.EnrollmentResponse, Peer.EnrollmentResponse>,
  Answers<Ours.ChallengeResponse, Peer.ChallengeResponse>,
  Answers<Ours.PasskeyGetTokenResult, Peer.PasskeyGetTokenResult>,
  Answers<Ours.PasskeyRegisterResponse, Peer.PasskeyRegisterResponse>,
  Answers<Ours.PasskeyChallengeResponse, Peer.PasskeyChallengeResponse>,
  Answers<Ours.SignUpResult, Peer.SignUpResult>,
  Answers<Ours.TokenResponse, Peer.TokenResponse>,
  Answers<Ours.MfaRequirements, Peer.MfaRequirements>,
  Answers<Ours.UserInfoResponse, PeerAuth.UserInfoResponse>,
];

// Errors: what is caught has the members theirs has

type ErrorOf<T> = { [K in keyof T as T[K] extends new (...args: never) => Error ? K : never]: T[K] };
type Caught<T> = {
  [K in keyof ErrorOf<T>]: T[K] extends new (...args: never) => infer E ? Answer<E> : never;
};
/** Every error class either package exports by value, but two that have nothing to say here. */
type PeerErrors = Caught<typeof Peer> &
  Omit<
    Caught<typeof PeerAuth>,
    // `fullResponse` is not offered, and no method is missing because of the kind of connection.
    "MissingCapturedResponseError" | "EnterpriseConnectNotSupportedError"
  >;
type OurErrors = { [K in keyof PeerErrors]: Caught<typeof Ours>[K] };
/**
 * Of the answer that says no its status is in `cause` and `statusCode`, what is wrong with which field in `cause`. Headers and body
 * are not kept: who wants those has a `customFetch` of the call.
 */
type Evidence = "statusCode" | "headers" | "body" | "validationErrors";
declare const caught: OurErrors;
export const errors: { [K in keyof PeerErrors]: Omit<PeerErrors[K], Evidence> } = caught;
declare const readable: {
  [K in keyof PeerErrors]: Exclude<keyof PeerErrors[K], Exclude<Evidence, "statusCode">>;
};
export const members: { [K in keyof PeerErrors]: keyof OurErrors[K] } = readable;
declare const mfaRequired: Ours.MfaRequiredError;
export const required: Answer<PeerAuth.MfaRequiredError["cause"]> = mfaRequired.cause;
