import assert from "node:assert/strict";
import type { Case } from "../case.ts";

export const pageCases: Case[] = [
  {
    name: "a page sends strangers to the login and knows where they wanted to go",
    async run({ visitor, url }) {
      const { status, headers, location } = await visitor().visit("/session?page=2");
      assert.equal(status, 302);
      assert.equal(location?.origin, url);
      assert.equal(location?.pathname, "/auth/login");
      assert.equal(location?.searchParams.get("returnTo"), "/session?page=2");
      assert.match(headers.get("cache-control") ?? "", /private, no-store/);
    },
  },
  {
    name: "a program gets a 401 as JSON with the reason, and no redirect",
    async run({ visitor }) {
      for (const headers of [
        { accept: "application/json" },
        { accept: "*/*" },
        { accept: "text/html", "sec-fetch-mode": "cors" },
      ]) {
        const answer = await visitor().visit("/session", { headers });
        assert.equal(answer.status, 401);
        assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
        const { error, reason } = JSON.parse(answer.text);
        assert.deepEqual([error, reason], ["unauthorized", "no_session"]);
      }
    },
  },
  {
    name: "an error is a page without scripts for people and JSON for programs, with one code",
    async run({ visitor, tenant: { tenant } }) {
      for (const accept of ["text/html", "application/json"]) {
        const mira = visitor();
        const state = (await mira.beginLogin()).searchParams.get("state");
        const refusal = new URLSearchParams({
          state: `${state}`,
          iss: tenant.issuer,
          error: "access_denied",
          error_description: "<script>alert(1)</script>",
        });
        const { status, headers, text } = await mira.visit(`/auth/callback?${refusal}`, {
          headers: { accept },
        });
        assert.equal(status, 403);
        assert.match(headers.get("content-type") ?? "", new RegExp(`^${accept}`));
        assert.match(text, /access_denied/);
        assert.doesNotMatch(text, /<script/i);
        if (accept === "text/html") {
          assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
          assert.equal(headers.get("x-content-type-options"), "nosniff");
        }
      }
    },
  },
  {
    name: "a method that a route does not have is refused",
    async run({ visitor }) {
      for (const [path, method] of [
        ["/auth/login", "DELETE"],
        ["/auth/callback", "POST"],
        ["/auth/logout", "PUT"],
      ] as const) {
        const { status, headers } = await visitor().visit(path, { method });
        assert.equal(status, 405, path);
        assert.ok(headers.get("allow"));
      }
    },
  },
];
