import type { FC } from "hono/jsx";

/** A point in time ahead, as people say it; its title has the exact one. */
export const Moment: FC<{ at: number; now: number }> = ({ at, now }) => {
  const iso = new Date(at * 1000).toISOString().replace(".000", "");
  return (
    <time datetime={iso} title={iso}>
      {distance(at - now)}
    </time>
  );
};

function distance(seconds: number): string {
  if (seconds <= 0) return "now";
  if (seconds < 90) return `in ${Math.ceil(seconds)} seconds`;
  if (seconds < 90 * 60) return `in ${Math.round(seconds / 60)} minutes`;
  return `in ${Math.round(seconds / 3600)} hours`;
}
