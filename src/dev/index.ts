/**
 * The development tenant: a small Auth0 as a fetch handler inside the process.
 *
 * @module
 */
export {
  type DevTenant,
  type DevTenantExecutionContext,
  type DevTenantIdentity,
  type DevTenantLogoutDelivery,
  devTenant,
} from "./dev-tenant.ts";
export { DEV_TENANT_GRANT_TYPES } from "./grant-types.ts";
export type { DevTenantInvitation, DevTenantInvitee } from "./invitations.ts";
export type { DevTenantMessage } from "./mailbox.ts";
export { MemoryDevTenantStorage } from "./memory-storage.ts";
export type {
  DevTenantApi,
  DevTenantClient,
  DevTenantClientGrant,
  DevTenantConnection,
  DevTenantOptions,
  DevTenantOrganization,
  DevTenantRefreshTokenPolicy,
  DevTenantUser,
} from "./options.ts";
export type { DevTenantStorage } from "./storage.ts";
export type {
  DevTenantTokenExchangeProfile,
  DevTenantTokenExchangeRequest,
  DevTenantTokenExchangeResult,
} from "./token-exchange-options.ts";
export { totp } from "./totp.ts";
