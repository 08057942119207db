const given = new WeakMap<Request, string>();

/**
 * What to call a request, so that a person's words find the operator's log: the host's own name for it (`cf-ray`, `x-vercel-id`,
 * `x-request-id`), or a random one.
 */
export function requestIdOf(request: Request): string {
  let id = given.get(request);
  if (!id) {
    const names = ["cf-ray", "x-vercel-id", "x-request-id"].map((name) => request.headers.get(name) ?? "");
    // Anybody can send these: they must be able to say nothing but a name.
    id = names.find((name) => /^[\w:.-]{1,128}$/.test(name)) ?? crypto.randomUUID();
    given.set(request, id);
  }
  return id;
}
