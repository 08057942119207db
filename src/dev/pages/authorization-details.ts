import type { AuthorizationDetail } from "../grant.ts";
import { type Html, html } from "./html.ts";

/** Levels shown of what lies inside each other. */
const MAX_DEPTH = 4;

/** Rich authorization details (RFC 9396) in plain words: what kind of thing is asked for, and its members. */
export function authorizationDetails(details: readonly AuthorizationDetail[]): Html[] {
  return details.map(({ type, ...members }) => {
    const facts = Object.entries(members).map(
      ([name, value]) => html`<dt>${inWords(name)}</dt><dd>${valueInWords(value, MAX_DEPTH)}</dd>`,
    );
    return html`<section class="detail-card"><h2>${inWords(type)}</h2>
${facts.length > 0 ? html`<dl class="facts">${facts}</dl>` : html`<p>No further conditions</p>`}</section>`;
  });
}

/** `instructedAmount`, `instructed_amount` and `instructed-amount` alike become "Instructed amount". */
function inWords(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .split(/[\s_.-]+/)
    .filter((word) => word !== "");
  const text = words.map((word) => (/^[A-Z\d]+$/.test(word) ? word : word.toLowerCase())).join(" ");
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function valueInWords(value: unknown, depth: number): Html | string {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value !== "object") return String(value);
  if (value === null) return "Nothing";
  if (depth === 0) return JSON.stringify(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "Nothing";
    return html`<ul class="values">${value.map((one) => html`<li>${valueInWords(one, depth - 1)}</li>`)}</ul>`;
  }
  const members = Object.entries(value);
  if (members.length === 0) return "Nothing";
  return html`<ul class="values">${members.map(([name, one]) => html`<li><span class="label">${inWords(name)}:</span> ${valueInWords(one, depth - 1)}</li>`)}</ul>`;
}
