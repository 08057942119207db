import type {
  DevTenantApi,
  DevTenantClient,
  DevTenantConnection,
  DevTenantOrganization,
  DevTenantUser,
} from "./options.ts";

/** The people one can log in as when no `users` are given. One has an unverified e-mail, one an umlaut. */
export const DEFAULT_USERS: readonly DevTenantUser[] = [
  {
    sub: "auth0|66a1f0c27d3be90012c40a01",
    name: "Mira Solberg",
    given_name: "Mira",
    family_name: "Solberg",
    nickname: "mira",
    email: "mira.solberg@example.com",
    email_verified: true,
    updated_at: "2026-03-02T08:15:00.000Z",
  },
  {
    sub: "auth0|66a1f0c27d3be90012c40a02",
    name: "Jonas Adeyemi",
    given_name: "Jonas",
    family_name: "Adeyemi",
    nickname: "jonas",
    email: "jonas.adeyemi@example.com",
    email_verified: true,
    updated_at: "2026-05-19T17:40:00.000Z",
  },
  {
    sub: "auth0|66a1f0c27d3be90012c40a03",
    name: "Zoë Tanabe",
    given_name: "Zoë",
    family_name: "Tanabe",
    nickname: "zoe",
    email: "zoe.tanabe@example.com",
    email_verified: false,
    updated_at: "2026-08-07T11:05:00.000Z",
  },
];

/** What everyone types where a password is asked for, unless their own `password` says otherwise. */
export const DEFAULT_PASSWORD = "dev-password";

/** Name of the application registered when no `clients` are given, unless `appName` says otherwise. */
export const DEFAULT_APP_NAME = "Dev App";

/** The application registered when no `clients` are given. Its secret is public: it protects nothing. */
export const DEFAULT_CLIENTS: readonly DevTenantClient[] = [
  { clientId: "dev-client", clientSecret: "dev-client-secret-for-local-use-only" },
];

/** The API that exists when no `apis` are given. */
export const DEFAULT_APIS: readonly DevTenantApi[] = [
  {
    audience: "https://api.example.com/",
    name: "Orders API",
    scopes: ["read:orders", "write:orders"],
    authorizationDetailsTypes: ["money_transfer"],
  },
];

/** The connections that exist when no `connections` are given. */
export const DEFAULT_CONNECTIONS: readonly DevTenantConnection[] = [
  { name: "Username-Password-Authentication", strategy: "auth0", displayName: "E-mail and password" },
  { name: "google-oauth2", displayName: "Google" },
  { name: "github", displayName: "GitHub" },
  { name: "email", displayName: "Code by e-mail" },
  { name: "sms", displayName: "Code by SMS" },
];

/** The organizations that exist when neither `organizations` nor `users` are given. One person is in both. */
export const DEFAULT_ORGANIZATIONS: readonly DevTenantOrganization[] = [
  {
    id: "org_Nf7Qw2LrXc4TzB8k",
    name: "nordlicht",
    displayName: "Nordlicht Studio",
    members: DEFAULT_USERS.slice(0, 2).map((user) => user.sub),
  },
  {
    id: "org_Hd3Vk9PsYm6JgR1a",
    name: "harbour",
    displayName: "Harbour Supplies",
    members: DEFAULT_USERS.slice(0, 1).map((user) => user.sub),
  },
];
