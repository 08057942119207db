/** The style sheet of the small examples, in the colours of the large one. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f4f3ef; --surface: #fff; --ink: #1d2125; --soft: #5a626c; --line: #dfdcd4; --accent: #0d6b62; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111416; --surface: #1a1e21; --ink: #eceff1; --soft: #a5adb6; --line: #31373c; --accent: #63cfc1; --on-accent: #08211e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--page); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
}
h1, h2, p, dl, dd { margin: 0; }
h1 { font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.2; letter-spacing: -0.02em; text-wrap: balance; }
h2 { font-size: 1.125rem; }
a { color: var(--accent); text-underline-offset: 0.2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
code { font: 0.9em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
header, main, footer { width: 100%; max-width: 52rem; margin: 0 auto; padding: 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.5rem; }
header a { padding: 0.25rem 0; text-decoration: none; }
header a:hover { text-decoration: underline; }
.brand { font-weight: 700; }
nav { display: flex; gap: 1.25rem; }
.account { display: flex; align-items: center; gap: 1rem; margin-left: auto; }
.account span { color: var(--soft); }
main { flex: 1; display: grid; gap: 1.25rem; align-content: start; padding-block: 2.5rem 4rem; }
.lead { color: var(--soft); font-size: 1.125rem; text-wrap: pretty; }
.soft { color: var(--soft); }
.button {
  display: inline-block; padding: 0.7rem 1.5rem; border-radius: 12px; background: var(--accent); color: var(--on-accent);
  font-weight: 600; text-decoration: none;
}
.button:hover { filter: brightness(1.08); }
.button:focus-visible { border-radius: 12px; }
.card { padding: 1.75rem 2rem; border: 1px solid var(--line); border-radius: 18px; background: var(--surface); }
dl { margin-top: 0.75rem; }
dl div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1.25rem; padding: 0.6rem 0; border-top: 1px solid var(--line); }
dt { color: var(--soft); }
footer { color: var(--soft); font-size: 0.875rem; text-align: center; }
.skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.skip:focus { position: fixed; top: 0.75rem; left: 0.75rem; padding: 0.5rem 1rem; border-radius: 12px; background: var(--surface); }
@media (max-width: 36rem) {
  nav { order: 1; width: 100%; }
  main { padding-block: 1.25rem 2.5rem; }
  .card { padding: 1.5rem 1.25rem; }
  dl div { grid-template-columns: 1fr; }
}
`;
