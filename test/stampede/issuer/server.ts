import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Lets a server listen on a free loopback port; answers its origin. */
export async function listen(server: Server): Promise<string> {
  // Closing a connection that nobody uses could meet the next request half-way, and a storm is not about that.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Stops a server with all its connections. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
