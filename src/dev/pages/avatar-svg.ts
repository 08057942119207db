import { type Html, html } from "./html.ts";

/** Pairs of a light and a dark tone; white initials are readable on both (WCAG AA, large text). */
const TONES: readonly (readonly [string, string])[] = [
  ["#2f8f83", "#17665d"],
  ["#b4623a", "#8a4526"],
  ["#5f6fc4", "#414f9c"],
  ["#a34f7c", "#7b365a"],
  ["#6b7f3a", "#4d5e26"],
  ["#4a7f9e", "#2f5f7b"],
];

/** A person's avatar: initials on a tone that always is the same for the same person. */
export function avatarSvg(user: { sub: string; name: string }): Html {
  const [light, dark] = TONES[toneOf(user.sub)]!;
  // Two half discs instead of a gradient: a gradient needs an id, and ids collide on a page.
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64" aria-hidden="true"><path d="M9.4 9.4a32 32 0 0 0 45.2 45.2z" fill="${dark}" stroke="${dark}" stroke-width=".4"/><path d="M9.4 9.4a32 32 0 0 1 45.2 45.2z" fill="${light}"/><text x="32" y="33" fill="#fff" font-family="system-ui,sans-serif" font-size="23" font-weight="600" letter-spacing=".5" text-anchor="middle" dominant-baseline="central">${initials(user.name)}</text></svg>`;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0]);
  return letters.join("").toUpperCase();
}

/** Sums the characters, the last one counting most, so that ids that end in 1, 2, 3 get different tones. */
function toneOf(sub: string): number {
  let sum = 0;
  for (const character of sub) sum = (sum * 31 + character.codePointAt(0)!) % 9973;
  return sum % TONES.length;
}
