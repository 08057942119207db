/**
 * A setup file for tests in Node: `fetch` reaches this machine and nothing else, so a test that needs the
 * network fails at once and says why. (In workerd the same is done by `outboundService` in `vitest.config.ts`.)
 */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

const realFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const leavesTheMachine = /^https?:$/.test(url.protocol) && !LOOPBACK.test(url.hostname);
  if (leavesTheMachine) throw new TypeError(`Tests run without a network: ${url.origin} was asked for`);
  return realFetch(input, init);
};
