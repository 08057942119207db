/** Stands before the app and hangs up on it where it is told to: a client that goes away does not cancel anything in a local workerd. */
export default {
  async fetch(request, env) {
    const milliseconds = request.headers.get("x-cancel-after");
    if (milliseconds === null) return await env.APP.fetch(request);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), Number(milliseconds));
    try {
      return await env.APP.fetch(request, { signal: controller.signal });
    } catch {
      return new Response(null, { status: 499 });
    } finally {
      clearTimeout(timer);
    }
  },
};
