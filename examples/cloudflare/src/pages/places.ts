import type { SessionPlace } from "../sessions.ts";

/** What to tell people about a place: its name, how a sentence goes on, and what it is good for. */
export const places: Record<SessionPlace, { name: string; within: string; about: string }> = {
  cookies: {
    name: "Cookies",
    within: "in one sealed cookie",
    about:
      "All of the session stands in the browser, sealed. Nothing to look up, nothing to pay for; a list of revocations ends it from outside.",
  },
  kv: {
    name: "Workers KV",
    within: "in Workers KV",
    about:
      "The browser has a sealed id. Cheap to read everywhere; another place of the world may see a change up to a minute later.",
  },
  "durable-object": {
    name: "Durable Object",
    within: "in a Durable Object of its own",
    about:
      "The browser has a sealed id, and one object owns the session: every change counts at once, everywhere.",
  },
};
