/** The app of the matrix as a function of the edge runtime. */
import app from "../app.ts";

interface FetchEvent extends Event {
  request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(promise: Promise<unknown>): void;
}

addEventListener("fetch", (event) => {
  const { request, respondWith } = event as FetchEvent;
  respondWith.call(event, app.fetch(request, undefined, event));
});
