declare namespace Cloudflare {
  interface Env {
    AUTH_SESSION: DurableObjectNamespace<import("./worker.ts").AuthSession>;
    AUTH_COORDINATOR: DurableObjectNamespace<import("./worker.ts").AuthCoordinator>;
    AUTH_REVOCATIONS: DurableObjectNamespace<import("./worker.ts").AuthRevocations>;
    CONTRACT_SESSION: DurableObjectNamespace<import("./worker.ts").ContractSession>;
    TENANT_SESSION: DurableObjectNamespace<import("./worker.ts").TenantSession>;
    LONELY_SESSION: DurableObjectNamespace<import("./worker.ts").LonelySession>;
    STRAY_SESSION: DurableObjectNamespace<import("./worker.ts").StraySession>;
    SESSIONS: KVNamespace;
  }
}
