/** The example with a real Auth0 domain, named by the settings of the Worker. This is what `wrangler deploy` deploys. */
import { refreshCarrier, refreshCoordinator, revocationList, sessionObject } from "auth0-edge/cloudflare";
import { createApp } from "./app.tsx";
import { authOptions } from "./auth-options.ts";

export class AuthSession extends sessionObject(authOptions) {}
export class AuthCoordinator extends refreshCoordinator(authOptions) {}
export class AuthRefresh extends refreshCarrier(authOptions) {}
export class AuthRevocations extends revocationList() {}

export default createApp({ options: authOptions });
