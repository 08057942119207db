/** A number of seconds. @throws {Error} naming the option */
export function seconds(option: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error(`devTenant: ${option} must be a positive number of seconds, got ${value}`);
  }
  return value;
}

/** Like {@link byKey}, of at least one item. */
export function atLeastOne<T>(
  option: string,
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, T> {
  if (items.length === 0) throw new Error(`devTenant: ${option} must not be empty`);
  return byKey(option, items, keyOf);
}

/** Items by their identifier. @throws {Error} naming the option when one is missing or used twice */
export function byKey<T>(option: string, items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  const map = new Map(items.map((item) => [keyOf(item), item]));
  if (map.size !== items.length || map.has("")) {
    throw new Error(`devTenant: ${option}: every entry needs an identifier of its own`);
  }
  return map;
}
