/** What {@link readCbor} can read: the part of CBOR (RFC 8949) that attestation objects and keys are made of. */
export type CborValue = number | string | boolean | null | Uint8Array | CborValue[] | CborMap;
/** A map; its keys are numbers in COSE and texts elsewhere. */
export type CborMap = Map<number | string, CborValue>;

/** How deep values may stand in each other, and how many a list or map may have. */
const MAX_DEPTH = 4;
const MAX_ITEMS = 50;

/**
 * Reads one value, and says where it ends: keys stand in the middle of other bytes.
 *
 * @throws {Error} For anything malformed, too deep, too large, or of another kind.
 */
export function readCbor(bytes: Uint8Array, offset: number = 0): { value: CborValue; end: number } {
  const reader = new Reader(bytes, offset);
  const value = reader.value(0);
  return { value, end: reader.offset };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
  }

  value(depth: number): CborValue {
    if (depth > MAX_DEPTH) throw new Error("CBOR too deep");
    const initial = this.#view.getUint8(this.offset++);
    const [major, info] = [initial >> 5, initial & 31];
    if (major === 7) return this.#simple(info);
    const argument = this.#argument(info);
    if (major === 0) return argument;
    if (major === 1) return -1 - argument;
    if (major === 2) return this.#take(argument);
    if (major === 3) return new TextDecoder("utf-8", { fatal: true }).decode(this.#take(argument));
    if (argument > MAX_ITEMS) throw new Error("CBOR too large");
    if (major === 4) return Array.from({ length: argument }, () => this.value(depth + 1));
    if (major === 5) return this.#map(argument, depth);
    throw new Error("CBOR of an unknown kind");
  }

  #map(size: number, depth: number): CborMap {
    const map: CborMap = new Map();
    for (let count = 0; count < size; count++) {
      const key = this.value(depth + 1);
      if ((typeof key !== "number" && typeof key !== "string") || map.has(key)) {
        throw new Error("CBOR key that is none, or twice the same");
      }
      map.set(key, this.value(depth + 1));
    }
    return map;
  }

  #simple(info: number): boolean | null {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    throw new Error("CBOR of an unknown kind");
  }

  #argument(info: number): number {
    const start = this.offset;
    if (info < 24) return info;
    if (info === 24) return this.#view.getUint8(this.#advance(1, start));
    if (info === 25) return this.#view.getUint16(this.#advance(2, start));
    if (info === 26) return this.#view.getUint32(this.#advance(4, start));
    // Eight bytes or no end at all: nothing here is that long.
    throw new Error("CBOR too large");
  }

  #advance(length: number, start: number): number {
    this.offset += length;
    return start;
  }

  #take(length: number): Uint8Array {
    const end = this.offset + length;
    if (end > this.#bytes.length) throw new Error("CBOR ends too early");
    const taken = this.#bytes.slice(this.offset, end);
    this.offset = end;
    return taken;
  }
}
