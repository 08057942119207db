/** The middleware with the development tenant, as a function of the edge runtime. */
import { withTenant } from "../shared/stand-in.ts";
import middleware from "./middleware.ts";

interface EdgeEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(promise: Promise<unknown>): void;
}

const answer = withTenant(middleware);
addEventListener("fetch", (event) => {
  const edge = event as unknown as EdgeEvent;
  edge.respondWith(answer(edge.request, edge));
});
