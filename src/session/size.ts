import type { StateData } from "./state-data.ts";

/** The largest members of a session with their bytes, largest first: what to leave out when a session is too large. */
export function largestMembers(state: StateData, count = 3): string {
  const members: [string, number][] = [];
  const add = (name: string, value: unknown): void => {
    const bytes = value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value)).length;
    if (bytes) members.push([name, bytes]);
  };
  const { user, tokenSets, connectionTokenSets, ...rest } = state;
  for (const [name, value] of Object.entries(user ?? {})) add(`user.${name}`, value);
  for (const [index, set] of tokenSets.entries()) add(`tokenSets[${index}] (${set.audience})`, set);
  for (const [index, set] of (connectionTokenSets ?? []).entries()) {
    add(`connectionTokenSets[${index}] (${set.connection})`, set);
  }
  for (const [name, value] of Object.entries(rest)) add(name, value);
  return members
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, bytes]) => `${name}: ${bytes} bytes`)
    .join(", ");
}
