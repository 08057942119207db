/** Measuring from outside: the driver sends "do so many operations" and looks at its own clock. */

const microseconds = 1000;
/** The contender that does nothing. */
const nothing = "nothing";

/** How long an isolate takes for a command, µs. */
async function time(isolate, command) {
  const start = performance.now();
  await isolate(command);
  return (performance.now() - start) * microseconds;
}

/**
 * Has contenders do the same work in turn, round after round, in changing order, and takes off what a request costs in
 * which as many operations do nothing.
 *
 * @param isolate where they run
 * @param {"open" | "seal"} work
 * @param {string[]} names the contenders
 * @param {{ operations: number, seconds: number }} effort operations of a contender in a round, and how long it may take
 * @returns µs per operation: for each contender a list with one value per round
 */
export async function measureInTurn(isolate, work, names, { operations, seconds }) {
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  const everyone = [nothing, ...names];
  for (const contender of everyone) await isolate({ do: work, contender, operations: 3 * operations });
  const end = performance.now() + seconds * 1000;
  for (let round = 0; performance.now() < end; round++) {
    const times = {};
    for (const contender of inOrder(everyone, round)) {
      times[contender] = await time(isolate, { do: work, contender, operations });
    }
    for (const name of names) rounds[name].push((times[name] - times[nothing]) / operations);
  }
  return rounds;
}

/**
 * What the first opening costs an isolate that has never opened anything: cold code and the first key.
 *
 * @param isolates unused ones
 * @param {string} contender
 * @param {string} header the `Cookie` header to open
 * @returns µs, one value per isolate
 */
export async function measureFirst(isolates, contender, header) {
  const costs = [];
  for (const isolate of isolates) {
    await isolate({ do: "load", contender, headers: [header] });
    const empty = [];
    for (let i = 0; i < 9; i++) empty.push(await time(isolate, { do: "open", contender, operations: 0 }));
    costs.push((await time(isolate, { do: "open", contender, operations: 1 })) - median(empty));
  }
  return costs;
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
