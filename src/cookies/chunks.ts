import { SessionTooLargeError } from "../errors/index.ts";

/**
 * A text over one or several cookies.
 *
 * It stands in `<name>` when it fits one cookie, else in `<name>.0`, `<name>.1` …, the first of which begins with
 * the number of parts (`2~`): a part left over from a longer text can then never be read as belonging to it.
 * Where both forms stand, the single one counts if it opens. Other cookies whose names merely begin alike are never touched.
 */

/** A browser drops a larger cookie without a word: bytes of name and value together. */
export const maxCookieBytes: number = 4096;
/** All cookies of one text together: proxies and servers refuse requests with more headers than about twice this. */
export const maxCookiesBytes: number = 8192;
/** What the text itself may take of them; the rest is for the marker of sessions that ended. */
const maxTextBytes = maxCookiesBytes - 448;
const countMark = "~";
const maxChunks = 4;

/** What to set and what to delete so that the browser holds `text` and nothing older. */
export interface ChunkWrite {
  set: { name: string; value: string }[];
  remove: string[];
}

/** The text in the cookies, or `undefined` where there is none, a part is missing, or it is larger than any of ours. */
export function joinChunks(name: string, cookies: Readonly<Record<string, string>>): string | undefined {
  const single = cookies[name];
  return single && single.length <= maxCookieBytes ? single : joinParts(name, cookies);
}

/** The text that stands in several cookies, whatever stands in the single one. */
export function joinParts(name: string, cookies: Readonly<Record<string, string>>): string | undefined {
  const first = cookies[`${name}.0`];
  const mark = first?.indexOf(countMark) ?? -1;
  if (!first || mark !== 1) return undefined;
  const count = Number(first.slice(0, mark));
  if (!(count >= 2 && count <= maxChunks)) return undefined;
  let text = first.slice(mark + 1);
  for (let index = 1; index < count; index++) {
    const part = cookies[`${name}.${index}`];
    if (!part) return undefined;
    text += part;
  }
  return text.length <= maxCookiesBytes ? text : undefined;
}

/**
 * Splits a text into cookies.
 *
 * @throws SessionTooLargeError where they would take more than 7,744 bytes together; nothing is written then
 */
export function splitChunks(
  name: string,
  text: string,
  cookies: Readonly<Record<string, string>>,
): ChunkWrite {
  const set: ChunkWrite["set"] = [];
  if (name.length + text.length <= maxCookieBytes) {
    set.push({ name, value: text });
  } else {
    const size = maxCookieBytes - name.length - ".0".length - "2~".length;
    const count = Math.ceil(text.length / size);
    for (let index = 0; index < count; index++) {
      const part = text.slice(index * size, (index + 1) * size);
      set.push({ name: `${name}.${index}`, value: index === 0 ? `${count}${countMark}${part}` : part });
    }
    const total = set.reduce((sum, cookie) => sum + cookie.name.length + cookie.value.length, 0);
    if (total > maxTextBytes)
      throw new SessionTooLargeError(`${total} bytes of cookies, ${maxTextBytes} at most`);
  }
  const kept = new Set(set.map((cookie) => cookie.name));
  const remove = chunkNames(name, cookies).filter((other) => !kept.has(other));
  // The other form goes even when this request did not see it, since a parallel response may have set it: a single cookie
  // would win over the parts, and parts beside it take more room than there is.
  const otherForm = kept.has(name) ? `${name}.0` : name;
  if (!remove.includes(otherForm)) remove.push(otherForm);
  return { set, remove };
}

/** The names among the cookies that belong to the text called `name`. */
export function chunkNames(name: string, cookies: Readonly<Record<string, string>>): string[] {
  return Object.keys(cookies).filter(
    (other) => other === name || (other.startsWith(`${name}.`) && /^\d$/.test(other.slice(name.length + 1))),
  );
}
