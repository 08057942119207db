import { type Html, html } from "../dev/pages/html.ts";
import { leftText, momentText, spanText } from "./time.ts";

/** A bar with the same in words: how much of a span is left. */
export function lifeBar(name: string, begins: number | undefined, ends: number, now: number): Html {
  const isOver = ends <= now;
  const left = leftText(ends, now);
  const whole = begins === undefined ? undefined : ends - begins;
  const words = whole === undefined || isOver ? left : `${left} of ${spanText(whole)}`;
  const end = html`<span class="end${isOver ? " over" : ""}">${words}</span>`;
  // Without its beginning nobody can say how long the bar is; what is left is said all the same.
  const bar =
    whole === undefined || whole <= 0
      ? undefined
      : meter(`${name}: ${words}`, Math.max(0, Math.min(ends - now, whole)), whole, whole / 10);
  return html`<div class="row-line">${end}</div>${bar}`;
}

/** A bar that fills up to a limit. */
export function sizeBar(name: string, bytes: number, limit: number): Html {
  return meter(`${name}: ${bytesText(bytes)} of ${bytesText(limit)}`, bytes, limit);
}

/** @param low what is less is bad; left out: what is more than nine tenths is */
function meter(label: string, value: number, max: number, low?: number): Html {
  const goodness =
    low === undefined
      ? html`high="${Math.round(max * 0.9)}" optimum="0"`
      : html`low="${Math.round(low)}" optimum="${Math.round(max)}"`;
  return html`<meter min="0" max="${Math.round(max)}" value="${Math.round(value)}" ${goodness} aria-label="${label}">${label}</meter>`;
}

/** `1,234 bytes` */
export function bytesText(bytes: number): string {
  return `${countText(bytes)} bytes`;
}

/** `1,234` */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A moment, or that it is unknown. */
export function moment(seconds: number | undefined): Html {
  const text = seconds === undefined ? undefined : momentText(seconds);
  if (text === undefined) return html`unknown`;
  return html`<time datetime="${text.slice(0, 19).replace(" ", "T")}Z">${text}</time>`;
}
