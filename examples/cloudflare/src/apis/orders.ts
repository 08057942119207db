import { Hono } from "hono";
import type { ApiEnv, RequiresToken } from "./bearer.ts";

/** The API of the login: its audience is asked for when people log in. */
export function ordersApi(requiresToken: RequiresToken): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/orders", requiresToken("API_AUDIENCE", "read:orders"), (c) =>
    c.json({ customer: c.var.claims.sub, orders }),
  );
}

const orders = [
  { id: "2026-0117", item: "Pour-over kettle", quantity: 1, status: "delivered" },
  { id: "2026-0142", item: "Paper filters, box of 100", quantity: 2, status: "on its way" },
  { id: "2026-0159", item: "Ethiopia Guji, 250 g", quantity: 3, status: "being roasted" },
];
