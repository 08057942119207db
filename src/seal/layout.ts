import { decodeBase64url, encodeBase64url } from "../base64url.ts";

/**
 * What stands inside a sealed cookie, version 1:
 *
 * | bytes | what |
 * |---|---|
 * | 1 | version, `1` |
 * | 3 | length of the head, big-endian |
 * | … | head, UTF-8 JSON: `[exp, data, tokenTable]` |
 * | … | the tokens' bytes, one after the other |
 *
 * `exp` is in seconds since the epoch. A row of `tokenTable` is a list of byte lengths when the token is base64url
 * segments joined by dots (a JWT takes three quarters of its text so), or one number when it is kept as UTF-8.
 * Tokens stand apart from the head so that reading the user never decodes them.
 */
const version = 1;
const headStart = 4;

type TokenRow = number | number[];

const encoder = new TextEncoder();
// ignoreBOM: a token or name may start with U+FEFF, and must come back as it was.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** An opened payload. Tokens are decoded when they are asked for. */
export interface OpenedPayload {
  /** End of life, seconds since the epoch. */
  exp: number;
  data: unknown;
  /** The text of token `index` exactly as it was sealed. */
  token(index: number): string | undefined;
  /** Segment `part` of token `index` as decoded text, such as a JWT's payload (1); `undefined` where there is none. */
  tokenPart(index: number, part: number): string | undefined;
}

/** Writes data and tokens in the layout above. */
export function packPayload(exp: number, data: unknown, tokens: readonly string[]): Uint8Array<ArrayBuffer> {
  const table: TokenRow[] = [];
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let tokenBytes = 0;
  for (const token of tokens) {
    const segments = decodeSegments(token);
    table.push(Array.isArray(segments) ? segments.map((bytes) => bytes.length) : segments.length);
    for (const bytes of Array.isArray(segments) ? segments : [segments]) {
      pieces.push(bytes);
      tokenBytes += bytes.length;
    }
  }
  const head = encoder.encode(JSON.stringify(table.length ? [exp, data, table] : [exp, data]));
  const packed = new Uint8Array(headStart + head.length + tokenBytes);
  packed.set([version, head.length >> 16, head.length >> 8, head.length]);
  packed.set(head, headStart);
  let at = headStart + head.length;
  for (const bytes of pieces) {
    packed.set(bytes, at);
    at += bytes.length;
  }
  return packed;
}

/** Reads what {@link packPayload} wrote. Only called on authenticated bytes, so it may throw on anything else. */
export function unpackPayload(packed: Uint8Array<ArrayBuffer>): OpenedPayload | undefined {
  if (packed[0] !== version) return undefined;
  const tokensStart = headStart + ((packed[1]! << 16) | (packed[2]! << 8) | packed[3]!);
  const [exp, data, table = []] = JSON.parse(decoder.decode(packed.subarray(headStart, tokensStart))) as [
    number,
    unknown,
    TokenRow[]?,
  ];
  const segments = (index: number): { row: TokenRow; parts: Uint8Array<ArrayBuffer>[] } | undefined => {
    const row = table[index];
    if (row === undefined) return undefined;
    const sum = (lengths: number[]): number => lengths.reduce((total, length) => total + length, 0);
    const start = tokensStart + sum(table.slice(0, index).flat());
    const lengths = [row].flat();
    const parts = lengths.map((length, part) => {
      const at = start + sum(lengths.slice(0, part));
      return packed.subarray(at, at + length);
    });
    return { row, parts };
  };
  return {
    exp,
    data,
    token(index) {
      const found = segments(index);
      if (!found) return undefined;
      return Array.isArray(found.row)
        ? found.parts.map(encodeBase64url).join(".")
        : decoder.decode(found.parts[0]);
    },
    tokenPart(index, part) {
      const found = segments(index);
      if (!found) return undefined;
      // A token is kept as text as soon as one of its segments is no base64url; the others may still be.
      const bytes = Array.isArray(found.row)
        ? found.parts[part]
        : decodeBase64url(decoder.decode(found.parts[0]).split(".")[part] ?? ".");
      return bytes && decoder.decode(bytes);
    },
  };
}

/** Base64url segments as bytes, but only where encoding them again gives the very same text. */
function decodeSegments(token: string): Uint8Array<ArrayBuffer>[] | Uint8Array<ArrayBuffer> {
  const segments: Uint8Array<ArrayBuffer>[] = [];
  for (const text of token.split(".")) {
    const bytes = decodeBase64url(text);
    if (!bytes) return encoder.encode(token);
    segments.push(bytes);
  }
  return segments;
}
