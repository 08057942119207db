/** A span as people say it, in its two largest units: `3 d 4 h`, `59 min`, `12 s`. Never less than nothing. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: [string, number][] = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => whole >= size);
  if (first === -1) return "0 s";
  let rest = whole;
  const parts = units.slice(first, first + 2).map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count} ${name}` : "";
  });
  return parts.filter(Boolean).join(" ");
}

/** What is left of a span, or since when it is over. */
export function leftText(ends: number, now: number): string {
  return ends > now ? `${spanText(ends - now)} left` : `ended ${spanText(now - ends)} ago`;
}

/** A moment in UTC; `undefined` for what no calendar has. */
export function momentText(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
