import type { EdgeAuthOptions } from "auth0-edge";
import {
  durableObjectSessions,
  refreshCarrier,
  refreshCoordinator,
  revocationList,
  sessionObject,
} from "auth0-edge/cloudflare";
import { appOrigin, secret } from "../support/browser.ts";
import type { HostileIssuer } from "../support/hostile-issuer.ts";
import { SECRET } from "../support/sessions.ts";

/** The issuer of the test that runs. It stands in memory, and what is made of options here outlives a test. */
export const current: { issuer?: HostileIssuer } = {};

const options = (env: Cloudflare.Env): EdgeAuthOptions => ({
  domain: "hostile.example",
  clientId: "hostile-client",
  clientSecret: "hostile-secret",
  appBaseUrl: appOrigin,
  secret,
  customFetch: (...given) => current.issuer!.customFetch(...given),
  stateStore: durableObjectSessions(env.AUTH_SESSION),
});

export class AuthSession extends sessionObject(options) {}
export class AuthRefresh extends refreshCarrier(options) {}
export class AuthCoordinator extends refreshCoordinator(options) {}
export class AuthRevocations extends revocationList() {}

/** Those that the contract of stores is held against, with names, an issuer and a secret of their own. */
const contract = (env: Cloudflare.Env): EdgeAuthOptions => ({
  ...options(env),
  domain: "tenant.example",
  secret: SECRET,
  stateStore: durableObjectSessions(env.CONTRACT_SESSION),
});

export class ContractSession extends sessionObject(contract, {
  binding: "CONTRACT_SESSION",
  carrier: "ContractRefresh",
}) {}
export class ContractRefresh extends refreshCarrier(contract) {}

export default {
  fetch: () => new Response("The tests call the objects themselves."),
};
