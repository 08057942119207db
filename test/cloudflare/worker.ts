import { type ObjectOptions, sessionObject } from "auth0-edge/cloudflare";

/** What the classes are made of. A test puts options of its own in its place before it calls an object. */
export const current: { options: Exclude<ObjectOptions<Cloudflare.Env>, (...given: never) => unknown> } = {
  options: {},
};

const options = (_env: Cloudflare.Env) => current.options;

export class AuthSession extends sessionObject(options) {}

export default {
  fetch: () => new Response("The tests call the objects themselves."),
};
