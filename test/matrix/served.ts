import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of the driver's, on a port of its own. */
export interface Served {
  /** Its origin. */
  url: string;
  close(): Promise<void>;
}

/** @param listenerAt makes what answers, once the origin is known */
export async function serve(listenerAt: (url: string) => RequestListener): Promise<Served> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  server.on("request", listenerAt(url));
  return {
    url,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
