import { Hono } from "hono";
import type { ApiEnv, RequiresToken } from "./bearer.ts";

/** A second API, with an audience and scopes of its own: nobody logged in for it. */
export function invoicesApi(requiresToken: RequiresToken): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/invoices", requiresToken("INVOICES_AUDIENCE", "read:invoices"), (c) =>
      c.json({ customer: c.var.claims.sub, invoices }),
    )
    .post("/invoices/payment", requiresToken("INVOICES_AUDIENCE", "pay:invoices"), (c) =>
      c.json({ customer: c.var.claims.sub, paid: "R-2026-31" }),
    );
}

const invoices = [
  { id: "R-2026-27", amount: "89.00 EUR", status: "paid" },
  { id: "R-2026-31", amount: "54.50 EUR", status: "open" },
];
