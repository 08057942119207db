/** The event of the edge runtime, as far as it is used here. */
export interface FetchEvent extends Event {
  request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(promise: Promise<unknown>): void;
}

/** Answers every request of the edge runtime. */
export function onFetch(answer: (event: FetchEvent) => Promise<Response>): void {
  addEventListener("fetch", (event) => {
    const fetchEvent = event as FetchEvent;
    fetchEvent.respondWith(answer(fetchEvent));
  });
}
