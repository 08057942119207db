import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Example, run, startExample } from "./example.ts";

describe("npm start", () => {
  let example: Example;
  beforeAll(async () => {
    example = await startExample();
  });
  afterAll(() => example?.remove());

  it("says where to look and what to click", () => {
    expect(example.output()).toContain(example.url);
    expect(example.output()).toContain('choose "Log in"');
  });

  it("serves the example, whose API wants an access token of the tenant", async () => {
    const home = await fetch(example.url);
    expect(await home.text()).toContain("Log in at the edge");
    const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.";
    for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
      const answer = await fetch(`${example.url}/api/orders`, { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
  });

  it("says what to do when the port is taken", async () => {
    const second = run(["--port", `${example.port}`]);
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(`Port ${example.port} is taken`);
    expect(second.output()).toContain(`npm start -- --port ${example.port + 1}`);
  });

  it("ends on a signal and leaves nothing behind", async () => {
    expect(await example.end()).toBe(0);
    await expect(fetch(example.url)).rejects.toThrow();
  });
});

it.each(["redis", "toString"])(
  "a place for sessions that is none is said so, with those there are: %s",
  async (place) => {
    const example = await startExample(["--var", `SESSION_STORE:${place}`]);
    try {
      const page = await fetch(`${example.url}/profile`, { headers: { accept: "text/html" } });
      expect(page.status).toBe(500);
      expect(await page.text()).toContain("SESSION_STORE must be one of cookies, kv, durable-object");
    } finally {
      await example.remove();
    }
  },
);
