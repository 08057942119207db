import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";

/**
 * Three origins on this machine, each a server of its own. What they answer is told by the path:
 *
 * - `/echo`: what came, as JSON (see `Echo`).
 * - `/redirect?status=302&to=…`: a redirect.
 * - `/guarded?refuse=…&challenge=…`: a 401 with that `WWW-Authenticate` for that access token, else as `/echo`.
 * - `/count?id=…`: how many requests came to paths with that `id`.
 */
export interface ApiServers {
  /** Where the API is. */
  orders: string;
  /** Another origin of the same API. */
  mirror: string;
  /** Where somebody else is. */
  elsewhere: string;
}

/** What `/echo` answers. */
export interface Echo {
  origin: string;
  method: string;
  headers: Record<string, string | undefined>;
  body: string;
}

declare module "vitest" {
  interface ProvidedContext {
    apiServers: ApiServers;
  }
}

export async function startApiServers(): Promise<ApiServers & { close(): void }> {
  const servers = await Promise.all([start(), start(), start()]);
  const [orders, mirror, elsewhere] = servers.map(originOf) as [string, string, string];
  const close = (): void => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { orders, mirror, elsewhere, close };
}

/** vitest's global setup: the servers for all tests of a project. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { close, ...origins } = await startApiServers();
  project.provide("apiServers", origins);
  return close;
}

const counts = new Map<string, number>();

async function start(): Promise<Server> {
  const server = createServer((request, response) => {
    answer(originOf(server), request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function answer(origin: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", origin);
  const parameter = (name: string): string => searchParams.get(name) ?? "";
  const id = parameter("id");
  if (pathname === "/count") {
    response.end(String(counts.get(id) ?? 0));
    return;
  }
  counts.set(id, (counts.get(id) ?? 0) + 1);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (pathname === "/redirect") {
    response.writeHead(Number(parameter("status")), { location: parameter("to") }).end("See there.");
    return;
  }
  const { authorization } = request.headers;
  if (pathname === "/guarded" && authorization === `Bearer ${parameter("refuse")}`) {
    response.writeHead(401, { "www-authenticate": parameter("challenge") }).end("refused");
    return;
  }
  const { method = "", headers } = request;
  const echo = { origin, method, headers, body: Buffer.concat(chunks).toString() };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(echo));
}
