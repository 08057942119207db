import type { AppContext } from "./env.ts";

/** The fields of a form that was posted; none where the body is no form. */
export async function formOf(c: AppContext): Promise<Record<string, unknown>> {
  return await c.req.parseBody().catch(() => ({}));
}
