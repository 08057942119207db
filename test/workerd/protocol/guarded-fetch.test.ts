import { describe, expect, it, vi } from "vitest";
import { guardedFetch } from "../../../src/protocol/guarded-fetch.ts";

const URL_OF_TOKEN = "https://tenant.example/oauth/token";
const MAX_BODY = 512 * 1024;

const answering = (answer: () => Response | Promise<Response>) => vi.fn<typeof fetch>(async () => answer());
const via = (customFetch: typeof fetch, timeout = 1000) => guardedFetch({ customFetch, timeout });
const never = () => new Promise<never>(() => undefined);

/** A body of so many chunks, and how many of them were read. */
function counted(
  chunks: number,
  bytes: number,
): { body: ReadableStream<Uint8Array>; read: () => number; cancelled: () => boolean } {
  let [count, cancelled] = [0, false];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (count++ < chunks) controller.enqueue(new Uint8Array(bytes));
        else controller.close();
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, read: () => count, cancelled: () => cancelled };
}

describe("a request to an issuer", () => {
  it("passes on method, headers and body, follows no redirect and can be aborted", async () => {
    const fetch = answering(() => new Response("ok"));
    await via(fetch)(URL_OF_TOKEN, { method: "POST", headers: { "x-y": "z" }, body: "a=b" });
    const [url, init] = fetch.mock.calls[0]!;
    expect(url).toBe(URL_OF_TOKEN);
    expect(init).toMatchObject({
      method: "POST",
      body: "a=b",
      redirect: "manual",
      signal: expect.any(AbortSignal),
    });
    expect(new Headers(init!.headers as HeadersInit).get("x-y")).toBe("z");
  });

  it("gives of the answer its status, content type and body, and nothing else", async () => {
    const response = await via(
      answering(
        () =>
          new Response('{"a":1}', {
            status: 400,
            headers: {
              "content-type": "application/json",
              "set-cookie": "a=b",
              "www-authenticate": "x",
              "dpop-nonce": "n",
            },
          }),
      ),
    )(URL_OF_TOKEN);
    expect(response.status).toBe(400);
    expect([...response.headers]).toEqual([["content-type", "application/json"]]);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it.each([204, 205, 304])("takes an answer without a body (status %d)", async (status) => {
    const response = await via(answering(() => new Response(null, { status })))(URL_OF_TOKEN);
    expect([response.status, await response.text()]).toEqual([status, ""]);
  });

  it.each([301, 302, 303, 307, 308])("does not follow a redirect (status %d)", async (status) => {
    const fetch = answering(
      () => new Response(null, { status, headers: { location: "https://evil.example/" } }),
    );
    const response = await via(fetch)(URL_OF_TOKEN);
    expect([response.status, response.headers.get("location")]).toEqual([status, null]);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("takes the status 0 of a redirect that a platform hides for an error", async () => {
    const hidden = {
      status: 0,
      type: "opaqueredirect",
      headers: new Headers(),
      body: null,
    } as unknown as Response;
    expect((await via(answering(() => hidden))(URL_OF_TOKEN)).status).toBe(502);
  });
});

describe("the deadline of a request", () => {
  it("holds even where customFetch ignores its signal and never answers", async () => {
    await expect(via(never as typeof fetch, 30)(URL_OF_TOKEN)).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  it("holds for the body too, one that never comes and one that drips", async () => {
    const silent = new ReadableStream<Uint8Array>({ pull: () => never() });
    await expect(
      via(
        answering(() => new Response(silent)),
        30,
      )(URL_OF_TOKEN),
    ).rejects.toMatchObject({
      name: "TimeoutError",
    });
    const dripping = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        controller.enqueue(new Uint8Array(1));
      },
    });
    await expect(
      via(
        answering(() => new Response(dripping)),
        60,
      )(URL_OF_TOKEN),
    ).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  it("reaches a customFetch that listens", async () => {
    let reason: unknown;
    const listening = ((_: string, { signal }: RequestInit) => {
      signal!.addEventListener("abort", () => {
        reason = signal!.reason;
      });
      return never();
    }) as unknown as typeof fetch;
    await via(listening, 20)(URL_OF_TOKEN).catch(() => undefined);
    expect(reason).toMatchObject({ name: "TimeoutError" });
  });

  it("goes with the caller's own signal, whichever comes first and whatever its reason", async () => {
    const controller = new AbortController();
    const pending = via(never as typeof fetch)(URL_OF_TOKEN, { signal: controller.signal });
    controller.abort(new Error("the caller left"));
    await expect(pending).rejects.toMatchObject({ name: "AbortError" });
    await expect(
      via(never as typeof fetch)(URL_OF_TOKEN, { signal: AbortSignal.abort(new Error("gone before")) }),
    ).rejects.toMatchObject({ name: "AbortError" });
    await expect(
      via(never as typeof fetch, 20)(URL_OF_TOKEN, { signal: new AbortController().signal }),
    ).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("the timer of a deadline", () => {
  it("is gone once there is an answer or an error: it would hold a Deno process, and show up as a leak in its tests", async () => {
    vi.useFakeTimers();
    try {
      const pending = via(never as typeof fetch)(URL_OF_TOKEN, {
        signal: AbortSignal.abort(new Error("left")),
      });
      await expect(pending).rejects.toThrow("Aborted.");
      await via(answering(() => new Response("ok")))(URL_OF_TOKEN);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("the body of an answer", () => {
  it("may have 512 KB", async () => {
    const { body } = counted(8, MAX_BODY / 8);
    const response = await via(answering(() => new Response(body)))(URL_OF_TOKEN);
    expect((await response.arrayBuffer()).byteLength).toBe(MAX_BODY);
  });

  it("is refused when it is larger, and not read to its end", async () => {
    const endless = counted(1_000_000, 64 * 1024);
    await expect(via(answering(() => new Response(endless.body)))(URL_OF_TOKEN)).rejects.toThrow(RangeError);
    expect(endless.read()).toBeLessThan(15);
    expect(endless.cancelled()).toBe(true);
  });

  it("that breaks off is an error, not half an answer", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"access_token":"half'));
        controller.error(new Error("connection reset"));
      },
    });
    await expect(via(answering(() => new Response(broken)))(URL_OF_TOKEN)).rejects.toThrow();
  });
});

describe("errors", () => {
  it("of customFetch come through as they are, with nothing of the request in them", async () => {
    const failing = (() => Promise.reject(new TypeError("Network connection lost."))) as typeof fetch;
    const request = { method: "POST", body: "client_secret=hush", headers: { authorization: "Basic hush" } };
    for (const send of [
      () => via(failing)(URL_OF_TOKEN, request),
      () => via(never as typeof fetch, 10)(URL_OF_TOKEN, request),
      () => via(answering(() => new Response(counted(99, MAX_BODY).body)))(URL_OF_TOKEN, request),
    ]) {
      const error = (await send().catch((reason: unknown) => reason)) as Error;
      expect(error).toBeInstanceOf(Error);
      expect(`${error} ${JSON.stringify(error)} ${error.stack}`).not.toContain("hush");
    }
  });

  it("thrown at once by customFetch are rejections", async () => {
    const throwing = (() => {
      throw new Error("at once");
    }) as unknown as typeof fetch;
    await expect(via(throwing)(URL_OF_TOKEN)).rejects.toThrow("at once");
  });
});

describe("the Auth0-Client header", () => {
  const sent = async (telemetry?: { name: string; version: string }, headers: HeadersInit = {}) => {
    const fetch = answering(() => new Response());
    await guardedFetch({ customFetch: fetch, timeout: 1000, telemetry })(URL_OF_TOKEN, { headers });
    return new Headers(fetch.mock.calls[0]![1]!.headers as HeadersInit).get("auth0-client");
  };

  it("says name and version as JSON in base64", async () => {
    const header = await sent({ name: "auth0-edge", version: "1.2.3" });
    expect(JSON.parse(atob(header!))).toEqual({ name: "auth0-edge", version: "1.2.3" });
  });

  it("takes the place of one that was given, and is left out where telemetry is off", async () => {
    expect(await sent({ name: "a", version: "1" }, { "Auth0-Client": "theirs" })).not.toBe("theirs");
    expect(await sent(undefined)).toBeNull();
  });
});
