/**
 * An app written for `@auth0/auth0-server-js`: `the-sdk` is that package in one project (tsconfig.peer.json) and ours in two
 * others (tsconfig.json, and tsconfig.loose.json without exactOptionalPropertyTypes). That all three compile is the proof that
 * changing the import is enough. It is compiled, never run.
 */
import {
  type AbstractDataStore,
  AbstractStateStore,
  AbstractTransactionStore,
  type AccessTokenForConnectionOptions,
  type AuthorizationParameters,
  BackchannelLogoutError,
  type BuildSessionTransferRedirectOptions,
  ChangePasswordError,
  type ChangePasswordOptions,
  type CompletePasswordlessOptions,
  type ConnectionTokenSet,
  type CookieHandler,
  type CookieSerializeOptions,
  CookieTransactionStore,
  type DiscoveryCacheOptions,
  type EncryptedStoreOptions,
  type EnrollAuthenticatorOptions,
  type GetAccessTokenOptions,
  InvalidConfigurationError,
  IssuerValidationError,
  isMfaRequiredError,
  type LoginBackchannelOptions,
  type LoginBackchannelResult,
  type LoginWithCustomTokenExchangeOptions,
  type LogoutOptions,
  type LogoutTokenClaims,
  MfaChallengeError,
  MfaEnrollmentError,
  MfaListAuthenticatorsError,
  MfaVerifyError,
  type MfaVerifyOptions,
  type MfaVerifyResponse,
  MissingClientAuthError,
  MissingRequiredArgumentError,
  MissingSessionError,
  MissingTransactionError,
  OrganizationValidationError,
  PasskeyChallengeError,
  PasskeyGetTokenError,
  type PasskeyGetTokenOptions,
  PasskeyRegisterError,
  type PasskeyRegisterOptions,
  PasswordlessStartError,
  PasswordlessVerifyError,
  type RequestSessionTransferTokenOptions,
  type RevokeRefreshTokenOptions,
  ServerClient,
  type ServerClientOptions,
  type SessionConfiguration,
  type SessionCookieOptions,
  type SessionData,
  SessionExpiredError,
  type SessionStore,
  type SessionTransferTokenResult,
  SignUpError,
  type SignUpOptions,
  type StartInteractiveLoginOptions,
  StartLinkUserError,
  type StartLinkUserOptions,
  type StartPasswordlessOptions,
  type StartUnlinkUserOptions,
  type StateData,
  StatefulStateStore,
  type StatefulStateStoreOptions,
  StatelessStateStore,
  type StateStore,
  type TelemetryConfig,
  TokenExchangeError,
  TokenExchangeErrorCode,
  type TokenResponse,
  TokenRevocationError,
  type TokenSet,
  type TransactionData,
  type TransactionStore,
  type UserClaims,
} from "the-sdk";

interface StoreOptions {
  request: { cookies: Record<string, string>; headers: Record<string, string | undefined> };
  reply: {
    setCookie(name: string, value: string, options?: CookieSerializeOptions): void;
    clearCookie(name: string, options?: CookieSerializeOptions): void;
  };
}

/** A cookie handler, as for the seed's Fastify. */
class FrameworkCookieHandler implements CookieHandler<StoreOptions> {
  setCookie(
    name: string,
    value: string,
    options?: CookieSerializeOptions,
    storeOptions?: StoreOptions,
  ): void {
    storeOptions!.reply.setCookie(name, value, options ?? {});
  }
  getCookie(name: string, storeOptions?: StoreOptions): string | undefined {
    return storeOptions!.request.cookies[name];
  }
  getCookies(storeOptions?: StoreOptions): Record<string, string> {
    return storeOptions!.request.cookies;
  }
  deleteCookie(name: string, storeOptions?: StoreOptions): void {
    storeOptions!.reply.clearCookie(name);
  }
}

/** One as an object, with the attributes a deletion repeats. */
const plainCookieHandler: CookieHandler<StoreOptions> = {
  setCookie: (name, value, options, storeOptions) => {
    const { httpOnly, maxAge, sameSite, secure, path } = options ?? {};
    const attributes: CookieSerializeOptions = { httpOnly: httpOnly ?? true, secure: secure ?? true };
    if (maxAge !== undefined) attributes.maxAge = maxAge;
    if (sameSite !== undefined) attributes.sameSite = sameSite;
    if (path !== undefined) attributes.path = path;
    storeOptions!.reply.setCookie(name, value, attributes);
  },
  getCookie: (name, storeOptions) => storeOptions?.request.cookies[name],
  getCookies: (storeOptions) => storeOptions?.request.cookies ?? {},
  deleteCookie: (name, storeOptions, options) => storeOptions?.reply.clearCookie(name, options),
};

/** A state store with sealed values in a map of its own. */
class OwnStateStore extends AbstractStateStore<StoreOptions> {
  readonly #kept = new Map<string, string>();
  constructor(options: EncryptedStoreOptions) {
    super(options);
  }
  async set(
    identifier: string,
    state: StateData,
    removeIfExists?: boolean,
    options?: StoreOptions | undefined,
  ) {
    if (removeIfExists) await this.delete(identifier, options);
    const expiration = Math.floor(Date.now() / 1000) + 3600;
    this.#kept.set(identifier, await this.encrypt(identifier, state, expiration));
  }
  async get(identifier: string, _options?: StoreOptions | undefined): Promise<StateData | undefined> {
    const text = this.#kept.get(identifier);
    return text ? await this.decrypt<StateData>(identifier, text) : undefined;
  }
  async delete(identifier: string, _options?: StoreOptions | undefined): Promise<void> {
    this.#kept.delete(identifier);
  }
  async deleteByLogoutToken(claims: LogoutTokenClaims, _options?: StoreOptions | undefined): Promise<void> {
    const { sub, sid, iss } = claims;
    if (sub || sid || iss) this.#kept.clear();
  }
}

/** The same for transactions. */
class OwnTransactionStore extends AbstractTransactionStore<StoreOptions> {
  readonly #secret: string | string[] = this.options.secret;
  readonly #kept = new Map<string, string>();
  async set(identifier: string, state: TransactionData, _removeIfExists?: boolean, _options?: StoreOptions) {
    this.#kept.set(identifier, await this.encrypt(identifier, state, Date.now() / 1000 + 3600));
  }
  async get(identifier: string): Promise<TransactionData | undefined> {
    const text = this.#kept.get(identifier);
    return text && this.#secret ? await this.decrypt(identifier, text) : undefined;
  }
  async delete(identifier: string): Promise<void> {
    this.#kept.delete(identifier);
  }
}

/** Stores that inherit nothing. */
class PlainStateStore implements StateStore<StoreOptions> {
  readonly kept = new Map<string, StateData>();
  async set(
    identifier: string,
    state: StateData,
    _removeIfExists?: boolean,
    _options?: StoreOptions,
  ): Promise<void> {
    this.kept.set(identifier, state);
  }
  async get(identifier: string, _options?: StoreOptions): Promise<StateData | undefined> {
    return this.kept.get(identifier);
  }
  async delete(identifier: string, _options?: StoreOptions): Promise<void> {
    this.kept.delete(identifier);
  }
  async deleteByLogoutToken(claims: LogoutTokenClaims): Promise<void> {
    for (const [identifier, { internal, user }] of this.kept) {
      if (internal.sid === claims.sid || user?.sub === claims.sub) this.kept.delete(identifier);
    }
  }
}
class PlainTransactionStore implements TransactionStore<StoreOptions> {
  readonly #kept = new Map<string, TransactionData>();
  async set(identifier: string, state: TransactionData): Promise<void> {
    const { audience, codeVerifier, domain, organization } = state;
    this.#kept.set(identifier, { ...state, audience, codeVerifier, domain, organization } as TransactionData);
  }
  async get(identifier: string): Promise<TransactionData | undefined> {
    return this.#kept.get(identifier);
  }
  async delete(identifier: string): Promise<void> {
    this.#kept.delete(identifier);
  }
}
const dataStore: AbstractDataStore<StateData, StoreOptions> = new PlainStateStore();

/** A database for StatefulStateStore. */
class Database implements SessionStore<StoreOptions> {
  readonly #rows = new Map<string, StateData>();
  async get(identifier: string): Promise<StateData | undefined> {
    return this.#rows.get(identifier);
  }
  async set(identifier: string, stateData: StateData): Promise<void> {
    this.#rows.set(identifier, stateData);
  }
  async delete(identifier: string): Promise<void> {
    this.#rows.delete(identifier);
  }
  async deleteByLogoutToken(claims: LogoutTokenClaims, _options?: StoreOptions | undefined): Promise<void> {
    for (const [identifier, { internal }] of this.#rows) {
      if (internal.sid === claims.sid) this.#rows.delete(identifier);
    }
  }
}

const secret: string | string[] = ["newest", "older"];
const cookie: SessionCookieOptions = { name: "session", sameSite: "lax", secure: true, path: "/" };
const lifetime: SessionConfiguration = {
  rolling: true,
  absoluteDuration: 259_200,
  inactivityDuration: 86_400,
  cookie,
};
const database: StatefulStateStoreOptions<StoreOptions> = { secret, store: new Database() };
const handlers = [new FrameworkCookieHandler(), plainCookieHandler] as const;
export const stateStores: StateStore<StoreOptions>[] = [
  new StatelessStateStore({ secret }, handlers[0]),
  new StatelessStateStore<StoreOptions>({ secret, ...lifetime }, handlers[1]),
  new StatefulStateStore({ ...database, ...lifetime }, handlers[0]),
  new StatefulStateStore<StoreOptions>({ secret: "one", store: new Database() }, handlers[1]),
  new OwnStateStore({ secret }),
  new PlainStateStore(),
];
export const transactionStores: TransactionStore<StoreOptions>[] = [
  new CookieTransactionStore({ secret }, handlers[0]),
  new CookieTransactionStore<StoreOptions>({ secret: "one" }, handlers[1]),
  new OwnTransactionStore({ secret }),
  new PlainTransactionStore(),
];

const discoveryCache: DiscoveryCacheOptions = { ttl: 900, maxEntries: 200 };
const telemetry: TelemetryConfig[] = [{ enabled: false }, { enabled: true, name: "mine", version: "1.0.0" }];
const options: ServerClientOptions<StoreOptions> = {
  domain: "example.eu.auth0.com",
  clientId: "client",
  clientSecret: "secret",
  authorizationParams: { redirect_uri: "https://app.example/callback", foo: "bar" },
  organization: "org_acme",
  discoveryCache,
  transactionIdentifier: "__my_tx",
  stateIdentifier: "__my_session",
  customFetch: fetch,
  telemetry: telemetry[0]!,
  transactionStore: transactionStores[0]!,
  stateStore: stateStores[0]!,
};
const clients: ServerClient<StoreOptions>[] = [
  new ServerClient<StoreOptions>(options),
  new ServerClient({ ...options, telemetry: telemetry[1]! }),
  new ServerClient<StoreOptions>({
    ...options,
    domain: (context) => (context?.request.headers.host === "a" ? "a.auth0.com" : "b.auth0.com"),
  }),
  new ServerClient<StoreOptions>({ ...options, domain: async () => "a.auth0.com" }),
  new ServerClient<StoreOptions>({
    ...options,
    useMtls: true,
    customFetch: async (input, init) => await fetch(input, { ...init, keepalive: true }),
  }),
  new ServerClient<StoreOptions>({
    ...options,
    clientAssertionSigningKey: "-----BEGIN PRIVATE KEY-----",
    clientAssertionSigningAlg: "ES256",
  }),
];

const loginOptions: StartInteractiveLoginOptions<{ returnTo: string }> = {
  pushedAuthorizationRequests: true,
  appState: { returnTo: "/" },
  authorizationParams: { scope: "openid", audience: "urn:api", organization: "org_acme" },
  organization: "org_acme",
  invitation: "ticket",
};
const linkOptions: StartLinkUserOptions<{ myKey: string }> = {
  connection: "google-oauth2",
  connectionScope: "email",
  appState: { myKey: "myValue" },
  authorizationParams: { audience: "urn:api" },
};
const unlinkOptions: StartUnlinkUserOptions = { connection: "google-oauth2", appState: { myKey: "myValue" } };
const backchannel: LoginBackchannelOptions = {
  bindingMessage: "Hello",
  loginHint: { sub: "auth0|1" },
  authorizationParams: { authorization_details: JSON.stringify([{ type: "money" }]) },
};
const passwordless: StartPasswordlessOptions[] = [
  { connection: "email", email: "a@example.com" },
  { connection: "email", email: "a@example.com", send: "code", language: "de" },
  {
    connection: "email",
    email: "a@example.com",
    send: "link",
    redirectUri: "https://app.example/callback",
    authParams: { ui_locales: "de" },
    scope: "openid",
    audience: "urn:api",
  },
  { connection: "sms", phoneNumber: "+14155550100", language: "de" },
];
const codes: CompletePasswordlessOptions[] = [
  { connection: "email", email: "a@example.com", verificationCode: "123456" },
  {
    connection: "sms",
    phoneNumber: "+14155550100",
    verificationCode: "123456",
    authorizationParams: { audience: "urn:api" },
  },
];
const exchange: LoginWithCustomTokenExchangeOptions = {
  subjectToken: "theirs",
  subjectTokenType: "urn:example:theirs",
  audience: "urn:api",
  scope: "openid",
  organization: "org_acme",
  extra: { device: "tv", tags: ["a", "b"] },
};
const transfer: RequestSessionTransferTokenOptions = {
  subjectToken: "theirs",
  subjectTokenType: "urn:example:theirs",
  actor: { token: "id-token", type: "urn:ietf:params:oauth:token-type:id_token" },
  organization: "org_acme",
  extra: { reason: "support" },
};
const enrollments: EnrollAuthenticatorOptions[] = [
  { mfaToken: "t", authenticatorTypes: ["otp"] },
  { mfaToken: "t", authenticatorTypes: ["oob"], oobChannels: ["sms"], phoneNumber: "+14155550100" },
  { mfaToken: "t", authenticatorTypes: ["oob"], oobChannels: ["email"], email: "a@example.com" },
];
const factors: MfaVerifyOptions[] = [
  { mfaToken: "t", factorType: "otp", otp: "123456", audience: "urn:api" },
  { mfaToken: "t", factorType: "oob", oobCode: "c", bindingCode: "1" },
  { mfaToken: "t", factorType: "recovery-code", recoveryCode: "r" },
];
const signUp: SignUpOptions = {
  email: "a@example.com",
  password: "p",
  connection: "Username-Password-Authentication",
};
const change: ChangePasswordOptions = {
  email: "a@example.com",
  connection: "Username-Password-Authentication",
};
const register: PasskeyRegisterOptions = {
  email: "a@example.com",
  realm: "passkeys",
  organization: "org_acme",
};

export async function login(storeOptions: StoreOptions, url: URL): Promise<string[]> {
  const client = clients[0]!;
  const toLogin: URL = await client.startInteractiveLogin(loginOptions, storeOptions);
  await client.startInteractiveLogin();
  await client.startInteractiveLogin({}, storeOptions);
  const { appState, authorizationDetails } = await client.completeInteractiveLogin<{ returnTo: string }>(
    url,
    storeOptions,
  );
  const toLink: URL = await client.startLinkUser(linkOptions, storeOptions);
  const linked = await client.completeLinkUser<{ myKey: string }>(url, storeOptions);
  const toUnlink: URL = await client.startUnlinkUser(unlinkOptions, storeOptions);
  const unlinked = await client.completeUnlinkUser<{ myKey: string }>(url, storeOptions);
  const approved: LoginBackchannelResult = await client.loginBackchannel(backchannel, storeOptions);
  for (const start of passwordless) await client.startPasswordless(start, storeOptions);
  for (const code of codes) await client.completePasswordless(code, storeOptions);
  const byLink = await client.completePasswordlessMagicLink(url, storeOptions);
  await client.loginWithCustomTokenExchange(exchange, storeOptions);
  const types = [authorizationDetails, approved.authorizationDetails, byLink.authorizationDetails].flatMap(
    (details) => (details ?? []).map(({ type }) => type),
  );
  const keys = [appState?.returnTo ?? "/", linked.appState?.myKey ?? "", unlinked.appState?.myKey ?? ""];
  return [toLogin.href, toLink.href, toUnlink.href, ...types, ...keys];
}

export async function tokens(storeOptions: StoreOptions): Promise<string[]> {
  const client = clients[1]!;
  const user: UserClaims | undefined = await client.getUser(storeOptions);
  const session: SessionData | undefined = await client.getSession(storeOptions);
  const own = user?.["https://example.com/roles"];
  const wanted: GetAccessTokenOptions = { audience: "urn:api", scope: "read" };
  const sets: TokenSet[] = [
    await client.getAccessToken(),
    await client.getAccessToken(storeOptions),
    await client.getAccessToken({}, storeOptions),
    await client.getAccessToken(wanted, storeOptions),
    ...(session?.tokenSets ?? []),
  ];
  const ofConnection: AccessTokenForConnectionOptions = { connection: "google-oauth2", loginHint: "me" };
  const connected: ConnectionTokenSet = await client.getAccessTokenForConnection(ofConnection, storeOptions);
  const revoke: RevokeRefreshTokenOptions = { token: "r" };
  await client.revokeRefreshToken(revoke, storeOptions);
  await client.revokeRefreshToken();
  const exchanged: TokenResponse = await client.customTokenExchange(exchange, storeOptions);
  const transferred: SessionTransferTokenResult = await client.requestSessionTransferToken(
    transfer,
    storeOptions,
  );
  const target: BuildSessionTransferRedirectOptions = { organization: "org_acme" };
  const redirect: URL = client.buildSessionTransferRedirect(
    "https://other.example/login",
    transferred,
    target,
  );
  const out: LogoutOptions = { returnTo: "https://app.example/" };
  const toLogout: URL = await client.logout(out, storeOptions);
  await client.handleBackchannelLogout("logout-token", storeOptions);
  const ceiling: number | undefined = session?.sessionExpiresAt;
  return [
    ...sets.map((set) => `${set.audience} ${set.scope ?? ""} ${set.expiresAt} ${set.accessToken}`),
    `${connected.connection} ${connected.loginHint ?? ""} ${connected.accessToken}`,
    `${exchanged.accessToken} ${exchanged.idToken ?? ""} ${exchanged.claims?.sub ?? ""} ${exchanged.expiresAt}`,
    `${redirect.href} ${transferred.expiresIn} ${toLogout.href} ${user?.sub} ${user?.act?.sub} ${String(own)}`,
    `${session?.domain ?? ""} ${ceiling ?? 0} ${session?.refreshToken ?? ""} ${session?.idToken ?? ""}`,
  ];
}

export async function factorsAndKeys(
  storeOptions: StoreOptions,
  credential: PasskeyGetTokenOptions["credential"],
) {
  const client = clients[2]!;
  const { mfa, passkey, database: people, authClient } = client;
  for (const authenticator of await mfa.listAuthenticators({ mfaToken: "t" })) {
    const { id, authenticatorType, active, oobChannels, name } = authenticator;
    console.log(id, authenticatorType, active, oobChannels?.join(), name);
  }
  for (const enrollment of enrollments) {
    const enrolled = await mfa.enrollAuthenticator(enrollment);
    console.log(
      enrolled.authenticatorType === "otp" ? enrolled.secret : enrolled.oobCode,
      enrolled.recoveryCodes,
    );
  }
  const challenge = await mfa.challengeAuthenticator({
    mfaToken: "t",
    challengeType: "oob",
    authenticatorId: "a",
  });
  console.log(challenge.challengeType, challenge.oobCode, challenge.bindingMethod);
  for (const factor of factors) {
    const verified: MfaVerifyResponse = await mfa.verify(factor, storeOptions);
    console.log(verified.accessToken, verified.expiresAt, verified.tokenType, verified.recoveryCode);
  }
  const creation = await passkey.register(register, storeOptions);
  const request = await passkey.challenge({ realm: "passkeys" }, storeOptions);
  await passkey.challenge();
  const { authorizationDetails } = await passkey.getToken(
    { authSession: request.authSession, credential, scope: "openid", audience: "urn:api" },
    storeOptions,
  );
  const { challenge: bytes, rp, user } = creation.authnParamsPublicKey;
  console.log(
    bytes,
    rp.id,
    user.name,
    request.authnParamsPublicKey.challenge,
    authorizationDetails?.[0]?.type,
  );
  const { id } = await people.signUp(signUp, storeOptions);
  const message: string = await people.changePassword(change, storeOptions);
  const { issuer } = await authClient.getServerMetadata();
  return [id, message, issuer];
}

const parameters: AuthorizationParameters = {
  scope: "openid",
  redirect_uri: "https://app.example/callback",
  foo: 1,
};

/** Error classes by `instanceof`, by `code` and by `cause`. */
export function explain(error: unknown): string {
  if (isMfaRequiredError(error)) return error.cause.mfa_token;
  if (error instanceof TokenExchangeError && error.code === TokenExchangeErrorCode.ACTOR_UNAVAILABLE)
    return "actor";
  const known = [
    new BackchannelLogoutError("m"),
    new InvalidConfigurationError("m"),
    new IssuerValidationError("m"),
    new MissingClientAuthError(),
    new MissingRequiredArgumentError("m"),
    new MissingSessionError("m"),
    new MissingTransactionError(),
    new MissingTransactionError("m"),
    new OrganizationValidationError("m"),
    new SessionExpiredError(),
    new SessionExpiredError("m"),
    new StartLinkUserError("m"),
    new TokenExchangeError("m"),
    new TokenRevocationError("m"),
    new PasswordlessStartError("m"),
    new PasswordlessVerifyError("m"),
    new SignUpError("m"),
    new ChangePasswordError("m"),
    new MfaListAuthenticatorsError("m"),
    new MfaEnrollmentError("m"),
    new MfaChallengeError("m"),
    new MfaVerifyError("m"),
    new PasskeyRegisterError("m"),
    new PasskeyChallengeError("m"),
    new PasskeyGetTokenError("m"),
  ];
  const found = known.find(({ name }) => error instanceof Error && name === error.name);
  if (error instanceof MfaVerifyError || error instanceof PasswordlessVerifyError) {
    return `${error.code} ${error.cause?.error} ${error.cause?.error_description}`;
  }
  return found ? `${found.code} ${found.message}` : `${String(dataStore)} ${String(parameters.foo)}`;
}
