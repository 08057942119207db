import { avatarPath } from "../configuration.ts";
import type { Endpoint } from "../context.ts";
import { OAuthError } from "../oauth-error.ts";
import { avatarSvg } from "../pages/avatar-svg.ts";

/** The avatars that the `picture` claims point at, drawn on request. */
export const avatarEndpoint: Endpoint = {
  path: "/avatar/*",
  channel: "browser",
  methods: ["GET"],
  async handle(request, tenant) {
    const { origin, pathname } = new URL(request.url);
    for (const user of await tenant.people.all()) {
      if (origin + pathname !== tenant.pageUrl(request, avatarPath(user.sub))) continue;
      return new Response(avatarSvg(user).text, {
        headers: {
          "content-type": "image/svg+xml; charset=utf-8",
          "cache-control": "public, max-age=300",
          "content-security-policy": "default-src 'none'",
          // The app may stand on another port or another loopback name.
          "cross-origin-resource-policy": "cross-origin",
          "x-content-type-options": "nosniff",
        },
      });
    }
    throw new OAuthError(404, "not_found", "There is no such avatar.");
  },
};
