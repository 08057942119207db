import { appOrigin } from "../support/browser.ts";
import type { SeededRandom } from "../support/random.ts";
import { base64url } from "../support/sessions.ts";

/** Something that looks like a place of the app to somebody, and something that is one. */
export function hostileUrl(random: SeededRandom): string {
  const scheme = [
    "",
    "https:",
    "http:",
    "javascript:",
    "data:",
    appOrigin,
    "//",
    "\\\\",
    " ",
    "\t",
    "/",
    "/",
    "/",
  ];
  const glue = ["", "/", "//", "\\", "/\\", "\t/", "/.", "/..", "/%2f", "/\u0000", "@", ":"];
  const host = ["attacker.example", "user@attacker.example", "localhost:8787", "a/b?c=d#e", ""];
  const rest = [
    "",
    "/",
    "?next=//attacker.example",
    "#//attacker.example",
    "/..//attacker.example",
    "/\r\nX: y",
  ];
  return [random.pick(scheme), random.pick(glue), random.pick(host), random.pick(rest)].join("");
}

/** What no cookie, code or parameter of ours looks like, or only at first sight. */
export function junk(random: SeededRandom): string {
  const text = base64url(random.bytes(random.between(0, 60)));
  const odd = [
    "%",
    "%00",
    "%ff",
    "..",
    "~",
    "2~",
    ".",
    "eyJhbGciOiJub25lIn0",
    "null",
    "[object Object]",
    "%0d%0a",
  ];
  return random.pick([text, text, `${text}.${text}.${text}`, `${text}.${text}...${text}`, ...odd]);
}
