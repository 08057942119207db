import { type Html, html } from "../dev/pages/html.ts";
import { leftText, momentText, spanText } from "./time.ts";

/** How much of a span is left. */
export interface Life {
  /** Seconds. */
  left: number;
  /** Seconds of the whole; nothing where its beginning is unknown. */
  whole: number | undefined;
  words: string;
}

export function lifeOf(begins: number | undefined, ends: number, now: number): Life {
  const left = Math.max(0, ends - now);
  const whole = begins === undefined || ends <= begins ? undefined : ends - begins;
  const words = leftText(ends, now);
  return { left, whole, words: whole && left ? `${words} of ${spanText(whole)}` : words };
}

/** It in words, for the end of a line. */
export function lifeWords({ left, words }: Life): Html {
  return html`<span class="end${left ? "" : " over"}">${words}</span>`;
}

/** It as a bar. Of a life without a beginning there is none, unless it is over. */
export function lifeBar(name: string, { left, whole, words }: Life): Html | undefined {
  const max = whole ?? (left ? undefined : 1);
  if (max === undefined) return undefined;
  return meter(
    `${name}: ${words}`,
    Math.min(left, max),
    max,
    html`low="${Math.round(max / 10)}" optimum="${Math.round(max)}"`,
  );
}

/** A bar that fills up to a limit, which is not to be reached. */
export function sizeBar(name: string, bytes: number, limit: number): Html {
  return meter(
    sizeLabel(name, bytes, limit),
    bytes,
    limit,
    html`high="${Math.round(limit * 0.9)}" optimum="0"`,
  );
}

/** A bar that may be full: all parts of a text but the last one are. */
export function partBar(name: string, bytes: number, limit: number): Html {
  return meter(sizeLabel(name, bytes, limit), bytes, limit);
}

function sizeLabel(name: string, bytes: number, limit: number): string {
  return `${name}: ${bytesText(bytes)} of ${bytesText(limit)}`;
}

/** @param goodness the attributes that say which values are good ones; left out: all are */
function meter(label: string, value: number, max: number, goodness?: Html): Html {
  return html`<meter min="0" max="${Math.round(max)}" value="${Math.round(value)}" ${goodness} aria-label="${label}">${label}</meter>`;
}

/** Characters of a value that are shown. */
const maxShown = 200;

/** A text of which a long end is left out. */
export function shortened(text: string): string {
  return text.length <= maxShown
    ? text
    : `${text.slice(0, maxShown)}… (${countText(text.length)} characters)`;
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
