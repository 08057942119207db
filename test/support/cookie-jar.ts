/** A cookie as a browser keeps it. */
export interface KeptCookie {
  value: string;
  /** Milliseconds since the epoch; `Infinity` for the length of the browser session. */
  end: number;
}

/** What HeadersCookieHandler takes: one request of a browser and the headers of its response. */
export interface Exchange {
  request: Request;
  headers: Headers;
}

/** Bytes of name and value beyond which Chromium drops a cookie without a word. */
const maxCookieBytes = 4096;

/**
 * The cookies of one host in one browser: what matters of RFC 6265bis for a session. Responses arrive as a whole and
 * in any order; a request knows only what had arrived before it.
 */
export class CookieJar {
  readonly #cookies = new Map<string, KeptCookie>();

  /** A request made now, and headers for its response. Nothing reaches the jar before {@link receive}. */
  exchange(url = "https://app.example/"): Exchange {
    return { request: new Request(url, { headers: { cookie: this.header() } }), headers: new Headers() };
  }

  /** A response arrives. */
  receive(response: { headers: Headers }): void {
    for (const line of response.headers.getSetCookie()) this.#store(line);
  }

  /** One whole round trip. */
  async visit<T>(serve: (exchange: Exchange) => Promise<T>): Promise<T> {
    const exchange = this.exchange();
    const result = await serve(exchange);
    this.receive(exchange);
    return result;
  }

  header(): string {
    return this.names()
      .map((name) => `${name}=${this.get(name)}`)
      .join("; ");
  }

  /** Names of the cookies that are alive, oldest first. */
  names(): string[] {
    return [...this.#cookies].filter(([, { end }]) => end > Date.now()).map(([name]) => name);
  }

  get(name: string): string | undefined {
    return this.names().includes(name) ? this.#cookies.get(name)?.value : undefined;
  }

  /** As an attacker, or another app of the same host, would. */
  put(name: string, value: string): void {
    this.#cookies.set(name, { value, end: Number.POSITIVE_INFINITY });
  }

  drop(name: string): void {
    this.#cookies.delete(name);
  }

  /** Bytes of the names and values whose name passes. */
  bytes(passes: (name: string) => boolean = () => true): number {
    return this.names()
      .filter(passes)
      .reduce((sum, name) => sum + name.length + this.get(name)!.length, 0);
  }

  clone(): CookieJar {
    const copy = new CookieJar();
    for (const [name, cookie] of this.#cookies) copy.#cookies.set(name, cookie);
    return copy;
  }

  #store(line: string): void {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const equals = pair.indexOf("=");
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (name.length + value.length > maxCookieBytes) return;
    const attribute = (key: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const maxAge = attribute("max-age");
    const expires = attribute("expires");
    const end =
      maxAge !== undefined
        ? Date.now() + Number(maxAge) * 1000
        : expires !== undefined
          ? Date.parse(expires)
          : Number.POSITIVE_INFINITY;
    // A cookie that is set again keeps its place: browsers order by the time of the first creation.
    if (end > Date.now()) this.#cookies.set(name, { value, end });
    else this.#cookies.delete(name);
  }
}
