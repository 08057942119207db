import type { Endpoint } from "./context.ts";
import { approveEndpoint } from "./endpoints/approve.ts";
import { authorizeEndpoint } from "./endpoints/authorize.ts";
import { backchannelAuthorizeEndpoint } from "./endpoints/backchannel-authorize.ts";
import { chooseOrganizationEndpoint } from "./endpoints/choose-organization.ts";
import { consentEndpoint } from "./endpoints/consent.ts";
import { linkAccountEndpoint } from "./endpoints/link-account.ts";
import { loginEndpoint } from "./endpoints/login.ts";
import { organizationEndpoint } from "./endpoints/organization.ts";
import { parEndpoint } from "./endpoints/par.ts";
import { personEndpoint } from "./endpoints/person.ts";

/** The endpoints that a login goes through, and the pages about whoever has logged in. */
export const LOGIN_ENDPOINTS: readonly Endpoint[] = [
  authorizeEndpoint,
  parEndpoint,
  loginEndpoint,
  chooseOrganizationEndpoint,
  linkAccountEndpoint,
  consentEndpoint,
  backchannelAuthorizeEndpoint,
  approveEndpoint,
  personEndpoint,
  organizationEndpoint,
];
