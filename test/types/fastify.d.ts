/** As much of Fastify as the seed's examples use, so that no framework has to be installed to compile them. */
declare module "fastify" {
  import type { CookieSerializeOptions } from "@fastify/cookie";

  export interface FastifyRequest {
    url: string;
    headers: Record<string, string | undefined>;
    cookies: { [name: string]: string | undefined };
  }
  export interface FastifyReply {
    setCookie(name: string, value: string, options?: CookieSerializeOptions): this;
    clearCookie(name: string, options?: CookieSerializeOptions): this;
    redirect(url: string): this;
  }
  export interface FastifyInstance {
    get(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<void>): void;
  }
}

/** The options of `@fastify/cookie` 11, which are not quite those of the SDK. */
declare module "@fastify/cookie" {
  export interface CookieSerializeOptions {
    domain?: string;
    encode?(value: string): string;
    expires?: Date;
    httpOnly?: boolean;
    maxAge?: number;
    partitioned?: boolean;
    path?: string;
    sameSite?: boolean | "lax" | "strict" | "none";
    priority?: "low" | "medium" | "high";
    secure?: boolean | "auto";
    signed?: boolean;
  }
}
