import { createHash } from "node:crypto";

/** What can be held up in the middle of a refresh, in the order in which a refresh passes them. */
export type Phase =
  /** The Worker is about to send its token request. */
  | "sending"
  /** The issuer has it and has not looked at it. */
  | "arrived"
  /** The issuer has rotated the refresh token; its answer is still to leave. */
  | "rotated"
  /** The Worker has the answer and has done nothing with it. */
  | "received";

/** A refresh that waits. */
export interface Hold {
  /** Resolves when one is there. */
  reached: Promise<void>;
  /** Lets it go on, and all later ones pass. */
  release(): void;
}

/** An OpenID provider under test, on a loopback port. Its refresh tokens rotate; a spent one that comes back ends its family. */
export interface Issuer {
  url: string;
  clientId: string;
  clientSecret: string;
  /** What happened at its token endpoint. */
  record: TokenRecord;
  holds: Holds;
  /** Plays a user's login: follows the authorization URL and answers the callback URL. */
  logIn(authorizationUrl: URL, user: string): Promise<URL>;
  close(): Promise<void>;
}

/** What an issuer is told when it starts. */
export interface IssuerOptions {
  /** Where the app is reached. */
  appUrl: string;
  /** Milliseconds between the rotation of a refresh token and the answer. Default 0. */
  delay?: number | undefined;
}

/** Seconds the access token of a login lives: it has to be refreshed at the first call. */
export const loginTokenLifetime = 1;
/** Seconds every other access token lives. */
export const tokenLifetime = 3600;

/** Counts what an issuer did with refresh tokens. */
export class TokenRecord {
  /** Requests that came with a refresh token. */
  tokenCalls = 0;
  /** Those of one user; only the issuer of this folder knows whose they are. */
  readonly tokenCallsOf = new Map<string, number>();
  /** Those that were refused for it. */
  invalidGrants = 0;
  familiesRevoked = 0;
  readonly #owners = new Map<string, string>();

  /** Notes an access token that a refresh brought. */
  refreshed(accessToken: string, user: string): void {
    this.#owners.set(digestOf(accessToken), user);
  }

  /** Whose access token has that digest; nobody's where no refresh brought it. */
  ownerOf(digest: string): string | undefined {
    return this.#owners.get(digest);
  }
}

/** What the app shows of an access token. */
export function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Where refreshes wait. */
export class Holds {
  readonly #waiting = new Map<string, { reach(): void; released: Promise<void> }>();

  /** Holds up whatever reaches that phase next, until it is released. */
  hold(phase: Phase, user = anybody): Hold {
    const key = `${phase} ${user}`;
    let reach = () => {};
    let release = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#waiting.set(key, { reach, released });
    return {
      reached,
      release: () => {
        this.#waiting.delete(key);
        release();
      },
    };
  }

  /** Called by whatever reaches that phase. */
  async pass(phase: Phase, user: string): Promise<void> {
    const hold = this.#waiting.get(`${phase} ${user}`) ?? this.#waiting.get(`${phase} ${anybody}`);
    hold?.reach();
    await hold?.released;
  }
}

/** In place of a user where everybody is meant. */
const anybody = "*";
