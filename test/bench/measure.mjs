/** Measuring from outside: the driver sends "do so many operations" and looks at its own clock. */

const microseconds = 1000;

/** How long an isolate takes for a command, µs. */
async function time(isolate, command) {
  const start = performance.now();
  await isolate(command);
  return (performance.now() - start) * microseconds;
}

/**
 * Has contenders do the same work in turn, round after round, in changing order, and takes off what a request without
 * any operation costs.
 *
 * @param isolate where they run
 * @param {"open" | "seal"} work
 * @param {string[]} names the contenders
 * @param {{ operations: number, seconds: number }} effort operations of a contender in a round, and how long it may take
 * @returns µs per operation: for each contender a list with one value per round
 */
export async function measureInTurn(isolate, work, names, { operations, seconds }) {
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  for (const contender of names) await isolate({ do: work, contender, operations: 3 * operations });
  const end = performance.now() + seconds * 1000;
  for (let round = 0; performance.now() < end; round++) {
    const empty = await requestCost(isolate, work, names[0]);
    for (const contender of inOrder(names, round)) {
      const total = await time(isolate, { do: work, contender, operations });
      rounds[contender].push((total - empty) / operations);
    }
  }
  return rounds;
}

/** What the first opening costs an isolate that has never opened anything, its key included, µs; one value per isolate. */
export async function measureFirst(isolates, contender, header) {
  const costs = [];
  for (const isolate of isolates) {
    await isolate({ do: "load", contender, headers: [header] });
    const empty = await requestCost(isolate, "open", contender);
    costs.push((await time(isolate, { do: "open", contender, operations: 1 })) - empty);
  }
  return costs;
}

/** The request alone, µs. */
async function requestCost(isolate, work, contender) {
  const times = [];
  for (let i = 0; i < 7; i++) times.push(await time(isolate, { do: work, contender, operations: 0 }));
  return median(times);
}

/** Turned by one place each round, and backwards every other: nobody always comes after the same neighbour. */
function inOrder(names, round) {
  const at = (round >> 1) % names.length;
  const turned = [...names.slice(at), ...names.slice(0, at)];
  return round % 2 ? turned.reverse() : turned;
}

/** The median of `a[i] / b[i]`: neighbours in time are compared, so that a slow minute of the machine weighs little. */
export function medianRatio(a, b) {
  return median(a.map((value, index) => value / b[index]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
