/** The style sheet of all pages. It stands in the page and is allowed by its hash. */
export const STYLES: string = `
:root {
  color-scheme: light dark;
  --page: #f4f3ef; --surface: #ffffff; --ink: #1d2125; --muted: #5a626c; --line: #dfdcd4;
  --accent: #0d6b62; --on-accent: #ffffff; --tint: #e8f3f1; --band: #1d2b2a; --on-band: #f2f7f6;
  --shadow: 0 1px 2px rgb(29 33 37 / 5%), 0 12px 32px rgb(29 33 37 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111416; --surface: #1a1e21; --ink: #eceff1; --muted: #a5adb6; --line: #31373c;
    --accent: #63cfc1; --on-accent: #08211e; --tint: #18302d; --band: #16302d; --on-band: #e3f4f1;
    --shadow: 0 12px 32px rgb(0 0 0 / 35%);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column;
  background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  -webkit-text-size-adjust: 100%;
}
a { color: var(--accent); text-underline-offset: 3px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
code { font: 0.875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.25; letter-spacing: -0.015em; }
h2 { margin: 0 0 0.625rem; font-size: 0.875rem; font-weight: 600; color: var(--muted); }
p { margin: 0; }
ul, dl { margin: 0; padding: 0; list-style: none; }

.band { background: var(--band); color: var(--on-band); font-size: 0.875rem; line-height: 1.5; }
.band p { max-width: 80rem; margin: 0 auto; padding: 0.7rem 1.5rem; text-align: center; text-wrap: balance; }
.band strong { margin-right: 0.25rem; }
main { width: 100%; margin: 0 auto; padding: 2.25rem 1.25rem; flex: 1; }
main.narrow { max-width: 31rem; }
main.wide { max-width: 52rem; }
footer {
  display: flex; flex-wrap: wrap; justify-content: center; gap: 0.25rem 1.5rem; padding: 0 1.25rem 1.75rem;
  font-size: 0.8125rem; color: var(--muted);
}

.card {
  background: var(--surface); border: 1px solid var(--line); border-radius: 18px;
  box-shadow: var(--shadow); padding: 2rem 2.25rem;
}
.card + .card { margin-top: 1.25rem; }
.lead { margin-top: 0.375rem; color: var(--muted); overflow-wrap: anywhere; text-wrap: pretty; }
.note { margin-top: 1rem; padding: 0.75rem 1rem; border-radius: 10px; background: var(--tint); font-size: 0.9375rem; }
.people { display: grid; gap: 0.625rem; margin-top: 1.375rem; }
.person {
  display: flex; align-items: center; gap: 1rem; width: 100%; padding: 0.75rem 1rem;
  border: 1px solid var(--line); border-radius: 14px; background: var(--surface); color: inherit;
  font: inherit; text-align: left; cursor: pointer; transition: border-color 0.15s, background-color 0.15s;
}
.person svg { flex: none; width: 44px; height: 44px; }
.person:hover { border-color: var(--accent); background: var(--tint); }
.person:focus-visible { border-radius: 14px; }
.person.first { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.who { flex: 1; min-width: 0; display: grid; gap: 0.1rem; line-height: 1.4; }
.name { display: flex; flex-wrap: wrap; align-items: center; gap: 0.1rem 0.4rem; }
.name b { font-weight: 600; }
.badges { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.badges:empty { display: none; }
.detail { color: var(--muted); font-size: 0.875rem; overflow-wrap: anywhere; }
.person .detail { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.badge {
  padding: 0 0.375rem; border: 1px solid var(--line); border-radius: 99px; color: var(--muted);
  font-size: 0.75rem; font-weight: 600; line-height: 1.5; white-space: nowrap;
}
.badge.strong { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.part { margin-top: 1.375rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.chips { display: flex; flex-wrap: wrap; gap: 0.375rem; }
.chips li { padding: 0 0.5rem 0.1rem; border-radius: 7px; background: var(--tint); font-size: 0.9375rem; }
.chips + p { margin-top: 0.5rem; font-size: 0.875rem; color: var(--muted); }
.choices { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; }
.quiet {
  display: grid; line-height: 1.4; padding: 0.6rem 1rem; border: 1px solid var(--line); border-radius: 12px; background: transparent;
  color: inherit; font: inherit; text-align: left; cursor: pointer; transition: border-color 0.15s;
}
.quiet b { font-weight: 600; }
.quiet span { color: var(--muted); font-size: 0.8125rem; }
.quiet:hover { border-color: var(--muted); }
.quiet:focus-visible { border-radius: 12px; }

.list { margin-top: 0.75rem; display: grid; gap: 0.5rem; }
.list li { padding: 0.5rem 0.75rem; border-radius: 8px; background: var(--tint); }
.facts { display: grid; grid-template-columns: minmax(11rem, max-content) minmax(0, 1fr); gap: 0.6rem 1.25rem; font-size: 0.9375rem; }
.facts dt { min-width: 0; color: var(--muted); overflow-wrap: anywhere; }
.facts dd { margin: 0; min-width: 0; }
.facts dd code { display: block; }
.members { display: grid; gap: 1rem; }
.members li { display: flex; align-items: center; gap: 1rem; }
.members svg { flex: none; width: 46px; height: 46px; }
.card > h3 { margin: 0 0 0.75rem; font-size: 1.0625rem; }
.card > h3:not(:nth-child(2)) { margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.head { display: flex; align-items: center; gap: 1.125rem; }
.head svg { flex: none; width: 56px; height: 56px; }
.rows { display: grid; gap: 1rem; }
.rows li { display: grid; gap: 0.1rem; line-height: 1.4; }
.rows li + li { padding-top: 1rem; border-top: 1px solid var(--line); }
.ways { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; }
.detail-card { margin-top: 1.25rem; padding: 1.125rem 1.25rem; border: 1px solid var(--line); border-radius: 14px; background: var(--tint); }
.detail-card h2 { color: inherit; font-size: 1rem; }
.detail-card .facts { grid-template-columns: 9rem 1fr; }
.binding { display: block; margin-top: 0.25rem; font-size: 1.125rem; overflow-wrap: anywhere; }
.head .to { margin: 0; color: inherit; font-size: 1.125rem; }
.values { display: grid; gap: 0.1rem; }
.label { color: var(--muted); }
.primary, .second {
  min-height: 3rem; padding: 0.6rem 1.25rem; border: 1px solid var(--accent); border-radius: 12px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
}
.second { border-color: var(--line); background: transparent; color: inherit; }
.primary:hover { filter: brightness(1.08); }
.second:hover { border-color: var(--muted); }
.primary:focus-visible, .second:focus-visible { border-radius: 12px; }
.code { margin-top: 1.375rem; color: var(--muted); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; margin-top: 1.25rem; color: var(--muted); font-size: 0.9375rem; }
.bar span { flex: 1; }
.plain { padding: 0; border: 0; background: none; color: var(--accent); font: inherit; text-decoration: underline; text-underline-offset: 3px; cursor: pointer; }
.letter { padding: 1.375rem 2.25rem 1.5rem; }
.letter h2 { margin: 0.5rem 0 0; color: var(--ink); font-size: 1.0625rem; }
.meta { display: flex; align-items: center; justify-content: space-between; color: var(--muted); font-size: 0.875rem; }
.to { color: var(--muted); font-size: 0.875rem; overflow-wrap: anywhere; }
.digits {
  margin-top: 0.75rem; padding: 0.5rem 1rem; border-radius: 12px; background: var(--tint); text-align: center;
  font: 600 2rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; letter-spacing: 0.18em; text-indent: 0.18em; user-select: all; -webkit-user-select: all;
}
.field { display: block; margin-top: 1.25rem; }
.field span { display: block; margin-bottom: 0.3rem; font-size: 0.9375rem; font-weight: 600; }
.field input, .field select {
  width: 100%; padding: 0.6rem 0.8rem; border: 1px solid var(--muted); border-radius: 10px; background: var(--page);
  color: inherit; font: inherit;
}
.rules { margin-top: 0.75rem; padding-left: 1.125rem; color: var(--muted); font-size: 0.875rem; list-style: disc; }
.rules ul { padding-left: 1.125rem; list-style: disc; }
button.open { width: 100%; margin-top: 1.25rem; border: 0; font: inherit; font-weight: 600; cursor: pointer; }
.open { display: block; margin-top: 0.75rem; padding: 0.7rem 1rem; border-radius: 12px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-align: center; text-decoration: none; }
.url { margin-top: 0.5rem; color: var(--muted); font-size: 0.8125rem; }
@media (max-width: 560px) {
  main { padding: 1.25rem 0.875rem 2rem; }
  .card { padding: 1.5rem 1.25rem; border-radius: 16px; }
  .letter { padding: 1.125rem 1.25rem 1.25rem; }
  .band p { padding: 0.75rem 1.125rem; text-align: left; text-wrap: pretty; }
  h1 { font-size: 1.4375rem; }
  .people { margin-top: 1.25rem; }
  .person { padding: 0.75rem 0.875rem; gap: 0.875rem; }
  .facts, .detail-card .facts { grid-template-columns: minmax(0, 1fr); gap: 0.15rem; }
  .facts dd { margin-bottom: 0.75rem; }
}
@media (max-width: 400px) {
  .person { padding: 0.75rem; gap: 0.75rem; }
  .person .detail { font-size: 0.8125rem; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`;
