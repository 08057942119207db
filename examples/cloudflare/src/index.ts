/** The example with a real Auth0 domain, named by the settings of the Worker. This is what `wrangler deploy` deploys. */
import { createApp } from "./app.tsx";

export default createApp();
