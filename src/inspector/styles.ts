/** What the page has beside the style sheet of the tenant's pages. */
export const STYLES: string = `
main.wide { max-width: 64rem; }
.head-line { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1.5rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.625rem; margin-top: 1.25rem; }
.actions a { display: grid; place-items: center; text-decoration: none; }
.actions a, .actions button { min-height: 2.75rem; padding: 0.4rem 1rem; font-size: 0.9375rem; }
.columns { display: grid; gap: 1.25rem; margin-top: 1.25rem; align-items: start; }
.columns > div { display: grid; gap: 1.25rem; min-width: 0; }
.columns .card + .card { margin-top: 0; }
.columns .card { padding: 1.625rem 1.75rem; min-width: 0; }
.card > h2 { color: var(--ink); font-size: 1.0625rem; }
.rows h3 { margin: 0; font-size: 0.9375rem; }
.row-line { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 0.5rem; }
.row-line h3 { overflow-wrap: anywhere; }
.row-line .end { margin-left: auto; color: var(--muted); font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.row-line .over { color: var(--bad); font-weight: 600; }
:root { --bad: #a8291f; --track: #e3e0d9; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff9d94; --track: #31373c; } }
meter { -webkit-appearance: none; appearance: none; display: block; width: 100%; height: 0.5rem; margin: 0.4rem 0; border: 0; border-radius: 99px; background: var(--track); }
meter::-webkit-meter-bar { height: 0.5rem; border: 0; border-radius: 99px; background: var(--track); }
meter::-webkit-meter-optimum-value { background: var(--accent); }
meter::-webkit-meter-suboptimum-value, meter::-webkit-meter-even-less-good-value { background: var(--bad); }
meter::-moz-meter-bar { border-radius: 99px; background: var(--accent); }
meter:-moz-meter-sub-optimum::-moz-meter-bar, meter:-moz-meter-sub-sub-optimum::-moz-meter-bar { background: var(--bad); }
details { margin-top: 0.5rem; }
summary { width: fit-content; color: var(--accent); font-size: 0.875rem; cursor: pointer; }
pre { margin: 0.5rem 0 0; padding: 0.75rem 1rem; border-radius: 10px; background: var(--tint); font: 0.8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
th, td { padding: 0.45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { width: 38%; padding-right: 1rem; color: var(--muted); font-weight: 400; }
tr:last-child > * { border-bottom: 0; }
@media (min-width: 900px) { .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
@media (max-width: 560px) { .columns .card { padding: 1.25rem; } .actions a, .actions button { width: 100%; } }
`;
