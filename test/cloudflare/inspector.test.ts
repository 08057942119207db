import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { EdgeAuthOptions } from "auth0-edge";
import { durableObjectSessions, kvSessions } from "auth0-edge/cloudflare";
import { afterEach, describe, expect, it } from "vitest";
import { inspectorStage } from "../support/inspector-stage.ts";
import { MemoryCoordinator } from "../support/memory-lists.ts";
import { current } from "./worker.ts";

const stores: [string, () => EdgeAuthOptions["stateStore"]][] = [
  ["Durable Objects", () => durableObjectSessions(env.TENANT_SESSION)],
  ["Workers KV", () => kvSessions(env.SESSIONS, { coordinator: new MemoryCoordinator() })],
];

describe.each(stores)("the session inspector of sessions in %s", (_name, stateStore) => {
  afterEach(reset);

  const stage = () => {
    const here = inspectorStage({ stateStore: stateStore() });
    current.tenant = here.tenant;
    return here;
  };

  it("shows the session, and that its cookie is a small one", async () => {
    const { browser, look } = stage();
    await browser.logIn();
    const page = await look();
    expect(page).toContain("the session of Mira Solberg");
    expect(page).toContain("A database (StatefulStateStore)");
    expect(page).toMatch(/aria-label="Inactivity: (1 d|23 h 59 min) left of 1 d"/);
    expect(page).toMatch(/aria-label="__a0_session: [123]?\d\d bytes of 4,096 bytes"/);
  });

  it("lets access tokens expire, and refreshes", async () => {
    const { browser, press, tokens } = stage();
    await browser.logIn();
    const before = await tokens();
    expect(await press("expire")).toMatch(/<span class="end over">ended \d+ s ago<\/span>/);
    expect(await press("refresh")).toContain("new tokens are there");
    const after = await tokens();
    expect(after[1]).not.toBe(before[1]);
    expect(after[2]).not.toBe(before[2]);
  });

  it("ends the session by the back channel", async () => {
    const { browser, press } = stage();
    await browser.logIn();
    const page = await press("backchannel");
    expect(page).toContain("which the app accepted");
    expect(page).toContain("Nobody is logged in here");
  });
});
