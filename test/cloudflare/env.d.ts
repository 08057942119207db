declare namespace Cloudflare {
  interface Env {
    AUTH_SESSION: DurableObjectNamespace<import("./worker.ts").AuthSession>;
    SESSIONS: KVNamespace;
  }
}
