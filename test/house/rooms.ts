/** A folder of `src/`, or a file that stands directly in it. */
export interface Room {
  /** `seal/` for a folder, `loopback.ts` for a file. */
  name: string;
  /** What lives there, in one line. */
  purpose: string;
  /** The rooms it may import from, besides itself. They all stand further down in the table: nothing runs back up. */
  mayImport: string[];
  /** The packages it may import from; `cloudflare:*` stands for every module of that scheme. */
  packages?: string[];
  /** The globals of one host it may use. */
  globals?: string[];
}

/** The one table of rooms, top floor first. `ARCHITECTURE.md` shows it and `architecture.test.ts` holds it. */
export const ROOMS: Room[] = [
  {
    name: "hono/",
    purpose: "the door for Hono: a thin translation to its context",
    mayImport: ["web/", "errors/"],
    packages: ["hono"],
  },
  {
    name: "vercel/",
    purpose: "the door for Vercel's Routing Middleware and Next's proxy: what a page behind it sees",
    mayImport: ["web/", "cookies/"],
  },
  {
    name: "testing/",
    purpose: "what tests of an app need: sessions without a login, logins without a browser, a clock",
    mayImport: ["dev/", "web/", "core-client.ts", "flows/", "protocol/", "cookies/", "session/", "errors/"],
  },
  {
    name: "cloudflare/",
    purpose: "sessions on Cloudflare's own storage, and the objects that own them",
    mayImport: [
      "web/",
      "core-client.ts",
      "flows/",
      "context/",
      "store/",
      "protocol/",
      "seal/",
      "session/",
      "base64url.ts",
      "errors/",
    ],
    packages: ["cloudflare:*"],
  },
  {
    name: "deno/",
    purpose: "sessions in Deno KV, by the shape of its objects: no global of Deno is used",
    mayImport: ["store/", "seal/", "session/", "errors/"],
  },
  {
    name: "inspector/",
    purpose: "a page of the development tenant about the session of an app",
    mayImport: [
      "dev/",
      "web/",
      "core-client.ts",
      "flows/",
      "context/",
      "store/",
      "cookies/",
      "session/",
      "base64url.ts",
      "errors/",
    ],
  },
  {
    name: "dev/",
    purpose: "the development tenant, a small Auth0 that runs inside the process",
    mayImport: [],
    packages: ["jose"],
  },
  {
    name: "index.ts",
    purpose: "the barrel, no logic",
    mayImport: [
      "web/",
      "server-client.ts",
      "core-client.ts",
      "auth-client.ts",
      "sub-clients/",
      "flows/",
      "context/",
      "store/",
      "protocol/",
      "seal/",
      "cookies/",
      "session/",
      "base64url.ts",
      "errors/",
    ],
  },
  {
    name: "web/",
    purpose: "Request in, Response out: routes, returnTo, error page, environment",
    mayImport: [
      "core-client.ts",
      "flows/",
      "context/",
      "store/",
      "cookies/",
      "session/",
      "loopback.ts",
      "arguments.ts",
      "errors/",
    ],
  },
  {
    name: "server-client.ts",
    purpose: "a facade: one line a method, docstrings, no logic",
    mayImport: [
      "core-client.ts",
      "auth-client.ts",
      "sub-clients/",
      "flows/",
      "context/",
      "store/",
      "protocol/",
      "session/",
      "errors/",
    ],
  },
  {
    name: "core-client.ts",
    purpose: "the part of that facade every app needs, so that edgeAuth carries no more",
    mayImport: ["flows/", "context/", "store/", "protocol/", "session/", "errors/"],
  },
  {
    name: "auth-client.ts",
    purpose: "the other facade, for callers without a session",
    mayImport: [
      "sub-clients/",
      "flows/",
      "context/",
      "store/",
      "protocol/",
      "session/",
      "arguments.ts",
      "errors/",
    ],
  },
  {
    name: "sub-clients/",
    purpose: "facades of Auth0's own endpoints, which both clients share",
    mayImport: ["flows/", "context/", "protocol/", "session/"],
  },
  {
    name: "flows/",
    purpose: "one use case per file: load, ask protocol, apply rules, commit",
    mayImport: ["context/", "store/", "protocol/", "session/", "arguments.ts", "errors/"],
  },
  {
    name: "context/",
    purpose: "what all flows share: resolved configuration, caches, clock, fetch",
    mayImport: ["store/", "protocol/", "session/", "loopback.ts", "arguments.ts", "errors/"],
  },
  {
    name: "store/",
    purpose: "state and transaction stores and their contracts",
    mayImport: ["seal/", "cookies/", "session/", "base64url.ts", "errors/"],
  },
  {
    name: "protocol/",
    purpose: "one OAuth or OpenID operation per file; knows no cookie and no session",
    mayImport: ["base64url.ts", "loopback.ts", "arguments.ts", "errors/"],
    packages: ["oauth4webapi", "jose"],
  },
  {
    name: "seal/",
    purpose: "keyring and the sealed-cookie format; the only home of secrets",
    mayImport: ["base64url.ts", "errors/"],
    packages: ["jose"],
  },
  { name: "cookies/", purpose: "cookie text, chunks and cookie handlers", mayImport: ["errors/"] },
  {
    name: "session/",
    purpose: "pure rules over plain data; the clock is passed in",
    mayImport: ["base64url.ts", "arguments.ts", "errors/"],
  },
  { name: "base64url.ts", purpose: "the one encoding that several rooms share", mayImport: [] },
  {
    name: "loopback.ts",
    purpose: "what counts as this very machine, where TLS may be missing",
    mayImport: [],
  },
  {
    name: "arguments.ts",
    purpose: "checks of what callers pass, made before anything is sent",
    mayImport: ["errors/"],
  },
  { name: "errors/", purpose: "error classes with stable codes", mayImport: [] },
];

/** Globals of single hosts. Only a room that lists one under `globals` may use it. */
export const HOST_GLOBALS: string[] = [
  "process",
  "Buffer",
  "Deno",
  "Bun",
  "global",
  "require",
  "setImmediate",
  "__dirname",
  "__filename",
];

/** Files that may read one host global after all, as a property of `globalThis` that may be missing. */
export const EXCEPTIONS: Record<string, string[]> = {
  // Settings stand in `process.env` on Vercel, Deno, Node and Bun, and nowhere else.
  "web/setup/environment.ts": ["globalThis.process"],
};

/** Lines of code (no comments, no blank lines) above which a file has more than one job. */
export const MAX_LINES = 250;

/** The table as `ARCHITECTURE.md` shows it, between its two markers. */
export function roomTable(): string {
  const code = (names: string[] = []) => names.map((name) => `\`${name}\``).join(", ") || "nothing";
  const rows = ROOMS.map(
    ({ name, purpose, mayImport, packages }) =>
      `| \`${name}\` | ${purpose} | ${code(mayImport)} | ${packages ? code(packages) : ""} |`,
  );
  return ["| room | what lives there | may import | packages |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
