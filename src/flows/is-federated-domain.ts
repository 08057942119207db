import type { TelemetryConfig } from "../context/options.ts";
import { telemetryOf } from "../context/telemetry.ts";
import { guardedFetch } from "../protocol/guarded-fetch.ts";
import { askWebFinger, webFingerUrl } from "../protocol/webfinger.ts";
import { normalizeDomain } from "../session/issuer-name.ts";

/** Options of {@link isFederatedDomain}. */
export interface IsFederatedDomainOptions {
  /** Default: the platform's `fetch`. */
  customFetch?: typeof fetch | undefined;
  /** Default: no `Auth0-Client` header is sent. */
  telemetry?: TelemetryConfig | undefined;
}

/** Milliseconds an answer may take: people wait for it at the login form. */
const timeout = 5000;
/** Answers kept in memory. */
const maxEntries = 1000;
/** Seconds a yes and a no are kept. */
const lifetimes = { true: 60, false: 15 };

type Answers = Map<string, { answer: boolean; staleAt: number }>;

/** By the fetch that brought them, which may have its own view of the network. */
const kept = new WeakMap<typeof fetch, Answers>();

/**
 * Whether the users of an email domain log in at their own organization's identity provider (Auth0 enterprise connections),
 * so that the login form can send them there at once. It is a hint and proves nothing. Answers are kept for a minute, and
 * for 15 seconds where they are no.
 *
 * @param auth0Domain such as `example.eu.auth0.com`
 * @param emailDomain such as `acme.example`
 * @returns `false` too where the domains are none, or Auth0 cannot be asked: it never throws
 *
 * @example
 * if (await isFederatedDomain("example.eu.auth0.com", "acme.example")) …
 */
export async function isFederatedDomain(
  auth0Domain: string,
  emailDomain: string,
  options?: IsFederatedDomainOptions,
): Promise<boolean> {
  try {
    const { customFetch, telemetry } = options ?? {};
    const url = webFingerUrl(normalizeDomain(auth0Domain), emailDomain);
    if (url === undefined) return false;
    const answers = answersBy(customFetch ?? fetch);
    const known = answers.get(url);
    if (known && known.staleAt > Date.now()) return known.answer;
    const ask = guardedFetch({ customFetch, timeout, telemetry: telemetry && telemetryOf(telemetry) });
    const answer = await askWebFinger(url, ask);
    if (answer !== undefined) remember(answers, url, answer);
    return answer ?? false;
  } catch {
    return false;
  }
}

function answersBy(source: typeof fetch): Answers {
  const answers: Answers = kept.get(source) ?? new Map();
  kept.set(source, answers);
  return answers;
}

function remember(answers: Answers, name: string, answer: boolean): void {
  answers.delete(name);
  if (answers.size >= maxEntries) answers.delete(answers.keys().next().value!);
  answers.set(name, { answer, staleAt: Date.now() + lifetimes[`${answer}`] * 1000 });
}
