import type { AppContext } from "./env.ts";

/** How a silent login (`prompt=none`) came back that could not do without asking; `undefined` where there was none. */
export function refusalOf(c: AppContext): string | undefined {
  return /^[a-z_]+_required$/.exec(c.req.query("error") ?? "")?.[0];
}
