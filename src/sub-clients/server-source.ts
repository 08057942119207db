import type { Server } from "../protocol/server.ts";

/** The way to the server, by whatever the calls of a client take last: request options, or store options. */
export type ServerSource<TLast> = (last: TLast | undefined) => Promise<Server>;
