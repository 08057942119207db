/** The example with the development tenant, as `npm run start:deno` runs it. */
import { withTenant } from "../shared/stand-in.ts";
import app from "./main.ts";

export default { fetch: withTenant(app.fetch) };
