import { EdgeAuthError, type OAuthErrorCause } from "../errors/index.ts";
import type { AuthEvent, AuthFailure, OAuthErrorCode } from "./events.ts";
import { waitUntilOf } from "./shared-work.ts";

/** A step that is told of. */
export type AuthStep =
  | "login_start"
  | "login"
  | "link_start"
  | "link"
  | "refresh"
  | "logout"
  | "backchannel_logout"
  | "discovery";

/** What is known of a step, as far as it has come. Nothing of it is secret. */
export interface SpanFacts extends Partial<AuthFailure> {
  step: AuthStep;
  domain?: string | undefined;
  requestId?: string | undefined;
  audience?: string | undefined;
  connection?: string | undefined;
  document?: "metadata" | "keys" | undefined;
}

/**
 * Where spans go, one for each step: `auth0.login_start`, `auth0.login`, `auth0.refresh`, `auth0.logout`,
 * `auth0.backchannel_logout`, `auth0.discovery` and so on. `openTelemetry(tracer)` makes one.
 */
export interface Tracing {
  /**
   * Runs a step within a span of its own. It has to call `run` at once. What it answers is not used, nor does it matter that
   * it throws: the step itself goes its way.
   *
   * @param facts to be read when `run` is done: `domain` is often known only then, and `reason` and `error` are there where it
   * failed
   */
  span<R>(name: string, facts: Readonly<SpanFacts>, run: () => Promise<R>): Promise<R>;
}

/** Options that let others look on. */
export interface DiagnosticsOptions {
  /**
   * Is told what happens: logins, refreshes, logouts, discovery, without anything secret. Nobody waits for it: a promise it
   * answers is given to `waitUntil`, and what it throws is dropped. With `edgeAuth` it takes the place of the log, too.
   * Default: nobody is told, and `edgeAuth` writes what the operator has to see to `console.error`.
   */
  onEvent?: ((event: AuthEvent) => unknown) | undefined;
  /** Where spans go: `openTelemetry(tracer)`, `cloudflareTracing()` of `auth0-edge/cloudflare`, or one of your own. Default: none. */
  tracing?: Tracing | undefined;
}

/** The part of a context that is needed to tell of it. */
interface Observed extends DiagnosticsOptions {
  domain?: string | undefined;
  server?(domain: string, ...rest: never[]): unknown;
}

/**
 * Does a step, and tells of it when it is done: the one place where events and spans come from.
 *
 * @param run is given the context to go on with, which notes the domain it asks for, and what is told of the step, to change it
 * @param argument handed to it
 */
export async function observe<C extends Observed, T, A, R>(
  context: C,
  storeOptions: T,
  step: AuthStep,
  run: (own: C, argument: A, storeOptions: T, facts: SpanFacts) => Promise<R>,
  argument: A,
  known?: Partial<SpanFacts>,
): Promise<R> {
  const { onEvent, tracing, server } = context;
  const facts: SpanFacts = { domain: context.domain, ...known, step };
  if (!onEvent && !tracing) return await run(context, argument, storeOptions, facts);
  facts.requestId = (storeOptions as SpanFacts | undefined)?.requestId;
  const own = {
    ...context,
    server: (domain: string, ...rest: never[]) => {
      facts.domain = domain;
      return server!(domain, ...rest);
    },
  };
  const since = Date.now();
  const end = (suffix: string): void => {
    const at = Date.now();
    const { step: name, ...told } = facts;
    // `login_start` ends as `login_started` or `login_failed`.
    const type = `${name}_${suffix}`.replace("start_finished", "started").replace("start_", "");
    tell(context, { type, at, durationMs: at - since, ...told } as AuthEvent, storeOptions);
  };
  let work: Promise<R> | undefined;
  const once = (): Promise<R> => {
    work ??= run(own, argument, storeOptions, facts).then(
      (value) => {
        end("finished");
        return value;
      },
      (error: unknown) => {
        Object.assign(facts, failureOf(error));
        end("failed");
        throw error;
      },
    );
    return work;
  };
  // What goes wrong with the span is none of the step's business.
  anyway(() => tracing?.span(`auth0.${step}`, facts, once));
  return await once();
}

/** Tells of an event. Whoever is told can neither stop nor delay anything. */
export function tell({ onEvent }: DiagnosticsOptions, event: AuthEvent, storeOptions: unknown): void {
  const done = anyway(() => onEvent?.(event));
  if (done) anyway(() => waitUntilOf(storeOptions)?.(done));
}

/** Does what may fail as it likes; answers a promise that is fulfilled when that is over, where it takes time. */
function anyway(work: () => unknown): Promise<unknown> | undefined {
  try {
    const done = work();
    return done instanceof Promise ? done.catch(() => undefined) : undefined;
  } catch {
    return undefined;
  }
}

const codes =
  /^(access_denied|(consent|interaction|login|mfa)_required|expired_token|invalid_(client|grant|request|response|scope)|request_failed|server_error|superseded|temporarily_unavailable|timeout|unauthorized_client|unsupported_(grant|response)_type)$/;

/** What may be told of an error: its own code, and the issuer's where that is one of a known set. */
export function failureOf(error: unknown): AuthFailure {
  if (!(error instanceof EdgeAuthError)) return { reason: "internal_error" };
  const { error: said = "" } = (error.cause ?? {}) as Partial<OAuthErrorCause>;
  return { reason: error.code, ...(codes.test(said) && { error: said as OAuthErrorCode }) };
}
