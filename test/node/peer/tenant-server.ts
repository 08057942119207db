import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { DevTenant } from "../../../src/dev/index.ts";

/** A development tenant on a port of this machine, for real browsers. */
export interface TenantServer {
  tenant: DevTenant;
  /** Where the app stands; every page of it that is not the tenant's is an empty one. */
  origin: string;
  close(): void;
}

/** @param create Makes the tenant of an app at that origin. */
export async function serveTenant(create: (appBaseUrl: string) => DevTenant): Promise<TenantServer> {
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const tenant = create(origin);
  return { tenant, origin, close: () => server.close() };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const response = await tenant.fetch(await requestOf(incoming, origin));
    if (response === undefined) {
      outgoing.setHeader("content-type", "text/html");
      outgoing.end('<!doctype html><title>App</title><link rel="icon" href="data:,">');
      return;
    }
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) {
      if (name !== "set-cookie") outgoing.setHeader(name, value);
    }
    outgoing.setHeader("set-cookie", response.headers.getSetCookie());
    outgoing.end(await response.text());
  }
}

async function requestOf(incoming: IncomingMessage, origin: string): Promise<Request> {
  let body = "";
  for await (const chunk of incoming) body += chunk;
  const { method = "GET", headers, url = "/" } = incoming;
  const sent = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return new Request(origin + url, { method, headers: sent, ...(body === "" ? {} : { body }) });
}
