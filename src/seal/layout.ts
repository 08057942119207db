import { decodeBase64url, decodeBase64urlInto, encodeBase64url } from "../base64url.ts";
import { InvalidConfigurationError } from "../errors/index.ts";

/**
 * What stands inside a sealed cookie, version 1:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | version, `1` |
 * | 3 | length of the head, big-endian |
 * | … | head, UTF-8 JSON: `[exp, data, tokenTable]` |
 * | … | the tape: the tokens' bytes |
 * | 0–2 | zeros, up to a multiple of three: sealed, it is whole base64url characters up to the tag |
 *
 * `exp` is in seconds since the epoch. A row of `tokenTable` is a list of text lengths when the token is base64url
 * segments joined by dots (a JWT takes three quarters of its text so), or the token itself where it is anything else.
 * On the tape each segment stands as the bytes of its text, filled up with `A` to a multiple of four characters: every
 * segment starts at a byte of its own, keeps every bit, and one call turns all tokens into bytes or text.
 */
const version = 1;
const headStart = 4;
/** What three bytes can say. */
const maxHead = 2 ** 24;

type TokenRow = string | number[];

const encoder = new TextEncoder();
// ignoreBOM: a token or name may start with U+FEFF, and must come back as it was.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** An opened payload. */
export interface OpenedPayload {
  /** End of life, seconds since the epoch. */
  exp: number;
  data: unknown;
  /** The text of token `index` exactly as it was sealed. */
  token(index: number): string | undefined;
  /** Segment `part` of token `index` as decoded text, such as a JWT's payload (1); `undefined` where there is none. */
  tokenPart(index: number, part: number): string | undefined;
}

/**
 * Writes data and tokens in the layout above.
 *
 * @throws InvalidConfigurationError where the data takes 16 MiB or more
 */
export function packPayload(exp: number, data: unknown, tokens: readonly string[]): Uint8Array<ArrayBuffer> {
  return pack(exp, data, tokens) ?? pack(exp, data, tokens, /^[\w.-]*$/)!;
}

/** `undefined` where a token that `fitting` lets on the tape is no base64url. */
function pack(
  exp: number,
  data: unknown,
  tokens: readonly string[],
  fitting?: RegExp,
): Uint8Array<ArrayBuffer> | undefined {
  const { table, tape } = writeTape(tokens, fitting);
  const head = JSON.stringify(table.length ? [exp, data, table] : [exp, data]);
  // A buffer of its own for each payload: nothing of a user may stay in memory behind.
  const packed = new Uint8Array(headStart + 3 * head.length + tape.length + 2);
  const headLength = encoder.encodeInto(head, packed.subarray(headStart)).written;
  if (headLength >= maxHead) throw new InvalidConfigurationError("Data of 16 MiB and more cannot be sealed.");
  const tapeStart = headStart + headLength;
  if (!decodeBase64urlInto(packed.subarray(tapeStart), tape)) return undefined;
  packed.set([version, headLength >> 16, headLength >> 8, headLength]);
  const end = tapeStart + bytesOf(tape.length);
  return packed.subarray(0, Math.ceil(end / 3) * 3).fill(0, end);
}

/** Reads what {@link packPayload} wrote. Only called on authenticated bytes, so it may throw on anything else. */
export function unpackPayload(packed: Uint8Array<ArrayBuffer>): OpenedPayload | undefined {
  if (packed[0] !== version) return undefined;
  const tapeStart = headStart + ((packed[1]! << 16) | (packed[2]! << 8) | packed[3]!);
  const [exp, data, table = []] = JSON.parse(decoder.decode(packed.subarray(headStart, tapeStart))) as [
    number,
    unknown,
    TokenRow[]?,
  ];
  const tokens = table.length ? readTape(encodeBase64url(packed.subarray(tapeStart)), table) : [];
  return {
    exp,
    data,
    token: (index) => tokens[index],
    tokenPart(index, part) {
      const row = table[index];
      let bytes: Uint8Array<ArrayBuffer> | undefined;
      if (Array.isArray(row)) {
        if (row[part] === undefined) return undefined;
        const before = [...table.slice(0, index).filter(Array.isArray).flat(), ...row.slice(0, part)];
        const start = tapeStart + before.reduce((sum, length) => sum + bytesOf(filled(length)), 0);
        bytes = packed.subarray(start, start + bytesOf(row[part]));
      } else {
        // A token is kept as text as soon as one of its segments is no base64url; the others may still be.
        bytes = decodeBase64url(row?.split(".")[part] ?? ".");
      }
      return bytes && decoder.decode(bytes);
    },
  };
}

/** The tokens on a tape, as text; those that are not `fitting` stay in the table. */
function writeTape(tokens: readonly string[], fitting?: RegExp): { table: TokenRow[]; tape: string } {
  let tape = "";
  const table = tokens.map((token) => {
    if (fitting && !fitting.test(token)) return token;
    return token.split(".").map((segment) => {
      tape += segment + fillers[segment.length & 3];
      return segment.length;
    });
  });
  return { table, tape };
}

function readTape(tape: string, table: readonly TokenRow[]): string[] {
  let at = 0;
  return table.map((row) => {
    if (!Array.isArray(row)) return row;
    let token = "";
    for (const [part, length] of row.entries()) {
      token += (part ? "." : "") + tape.slice(at, at + length);
      at += filled(length);
    }
    return token;
  });
}

/** What fills a segment up, by the last two bits of its length. */
const fillers = ["", "AAA", "AA", "A"];
const filled = (length: number): number => (length + 3) & ~3;
const bytesOf = (characters: number): number => (characters * 3) >> 2;
