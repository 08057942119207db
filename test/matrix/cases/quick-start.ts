import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import type { QuickStart, Runtime } from "../hosts/runtimes.ts";
import { onStage } from "../stage.ts";

export const quickStartCases: Case[] = [
  {
    name: "the quick start of the README logs a person in, greets them by name and logs them out",
    async run({ runtime }) {
      assert.ok(runtime.quickStarts.length);
      for (const quickStart of runtime.quickStarts) await walk(runtime, quickStart);
    },
  },
];

/** A stranger is sent to log in, is greeted where they wanted to go, and is a stranger again after the logout. */
async function walk(runtime: Runtime, { entry, page }: QuickStart): Promise<void> {
  await onStage({ runtime, entry }, async ({ url, server, visitor }) => {
    const mira = visitor();
    const { location } = await mira.visit(page);
    assert.equal(location?.pathname, "/auth/login", `${entry}: ${server.output()}`);
    const landing = await mira.visit(await mira.choose((await mira.visit(location)).location!));
    assert.equal(landing.location?.href, url + page);
    const greeting = await mira.visit(landing.location);
    assert.match(greeting.text, /Hello Mira Solberg/);
    // A browser shows text, and saves what it is told nothing of.
    assert.match(greeting.headers.get("content-type") ?? "", /^text\//, entry);
    const end = await mira.leave((await mira.visit("/auth/logout")).location!);
    assert.equal(end.href, `${url}/`);
    assert.equal((await mira.visit(page)).location?.pathname, "/auth/login");
    assert.equal((await mira.visit(page, { headers: { accept: "application/json" } })).status, 401);
  });
}
