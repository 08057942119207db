import type { FC } from "hono/jsx";

interface BarProps {
  value: number;
  max: number;
  label: string;
  /** Whether it is bad to come near the maximum. */
  isLimit?: boolean;
}

/** How much of something is there. Drawn, since a page without inline styles can give no box a width. */
export const Bar: FC<BarProps> = ({ value, max, label, isLimit }) => {
  const share = Math.max(0, Math.min(1, value / max));
  return (
    <svg
      class={isLimit && share > 0.9 ? "bar full" : "bar"}
      role="img"
      aria-label={label}
      width="100%"
      height="8"
    >
      <rect class="rest" width="100%" height="8" rx="4" />
      <rect class="used" width={`${(share * 100).toFixed(1)}%`} height="8" rx="4" />
    </svg>
  );
};
