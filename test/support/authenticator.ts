import { encode } from "jose/base64url";

/** What the server asks a browser to create or to get; the members that matter. */
export interface PublicKeyOptions {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  user?: { id: string };
}

/** A credential as a browser serializes it. */
export interface SerializedCredential {
  id: string;
  rawId: string;
  type: string;
  response: {
    clientDataJSON: string;
    attestationObject?: string;
    authenticatorData?: string;
    signature?: string;
    userHandle?: string;
  };
}

/** What goes otherwise than it should. */
export interface Deviation {
  origin?: string;
  type?: string;
  challenge?: string;
  crossOrigin?: boolean;
  rpId?: string;
  /** Flags of the authenticator data. */
  flags?: number;
  signCount?: number;
  userHandle?: string;
  /** Format of the attestation. */
  fmt?: string;
}

/** The signature algorithms it knows: their COSE numbers and how WebCrypto makes their keys. */
const ALGORITHMS = {
  ES256: {
    cose: -7,
    generate: { name: "ECDSA", namedCurve: "P-256" },
    sign: { name: "ECDSA", hash: "SHA-256" },
  },
  EdDSA: { cose: -8, generate: { name: "Ed25519" }, sign: { name: "Ed25519" } },
  RS256: {
    cose: -257,
    generate: {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    sign: { name: "RSASSA-PKCS1-v1_5" },
  },
} as const;

/** A passkey provider and the browser around it, in software (WebAuthn Level 3): one credential, on WebCrypto alone. */
export class SoftwareAuthenticator {
  readonly #algorithm: (typeof ALGORITHMS)[keyof typeof ALGORITHMS];
  readonly #origin: string;
  #keys: CryptoKeyPair | undefined;
  #userHandle: string | undefined;
  /** base64url. */
  readonly id: string = encode(crypto.getRandomValues(new Uint8Array(32)));
  signCount = 0;

  /** @param origin Of the page it believes to be on. */
  constructor(origin: string, algorithm: keyof typeof ALGORITHMS = "ES256") {
    this.#origin = origin;
    this.#algorithm = ALGORITHMS[algorithm];
  }

  /** `navigator.credentials.create()`. */
  async create(options: PublicKeyOptions, deviation: Deviation = {}): Promise<SerializedCredential> {
    const generated = await crypto.subtle.generateKey(this.#algorithm.generate, true, ["sign", "verify"]);
    this.#keys = generated as CryptoKeyPair;
    this.#userHandle = options.user!.id;
    const clientDataJSON = this.#clientData("webauthn.create", options, deviation);
    const id = fromBase64url(this.id);
    const authData = join(
      await this.#head(options.rp!.id, 0x45, deviation),
      new Uint8Array(16),
      [id.length >> 8, id.length & 255],
      id,
      await this.#coseKey(),
    );
    const attestation = new Map<string, unknown>([
      ["fmt", deviation.fmt ?? "none"],
      ["attStmt", new Map()],
      ["authData", authData],
    ]);
    return this.#credential({ clientDataJSON, attestationObject: encode(cbor(attestation)) });
  }

  /** `navigator.credentials.get()`. */
  async get(options: PublicKeyOptions, deviation: Deviation = {}): Promise<SerializedCredential> {
    this.signCount++;
    const clientDataJSON = this.#clientData("webauthn.get", options, deviation);
    const authenticatorData = await this.#head(options.rpId!, 0x05, deviation);
    const hash = await crypto.subtle.digest("SHA-256", fromBase64url(clientDataJSON));
    const signed = join(authenticatorData, new Uint8Array(hash));
    const raw = await crypto.subtle.sign(this.#algorithm.sign, this.#keys!.privateKey, signed);
    const signature = this.#algorithm.cose === -7 ? der(new Uint8Array(raw)) : new Uint8Array(raw);
    return this.#credential({
      clientDataJSON,
      authenticatorData: encode(authenticatorData),
      signature: encode(signature),
      userHandle: deviation.userHandle ?? this.#userHandle!,
    });
  }

  #credential(response: SerializedCredential["response"]): SerializedCredential {
    return { id: this.id, rawId: this.id, type: "public-key", response };
  }

  #clientData(type: string, { challenge }: PublicKeyOptions, deviation: Deviation): string {
    const { crossOrigin = false, origin = this.#origin } = deviation;
    const data = { type, challenge, origin, crossOrigin };
    const all = { ...data, type: deviation.type ?? type, challenge: deviation.challenge ?? challenge };
    return encode(new TextEncoder().encode(JSON.stringify(all)));
  }

  async #head(rpId: string, flags: number, deviation: Deviation): Promise<Uint8Array> {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(deviation.rpId ?? rpId));
    const counter = new DataView(new ArrayBuffer(4));
    counter.setUint32(0, deviation.signCount ?? this.signCount);
    return join(new Uint8Array(hash), [deviation.flags ?? flags], new Uint8Array(counter.buffer));
  }

  async #coseKey(): Promise<Uint8Array> {
    const jwk = (await crypto.subtle.exportKey("jwk", this.#keys!.publicKey)) as JsonWebKey;
    const number = (name: "x" | "y" | "n" | "e") => fromBase64url(jwk[name]!);
    const key = new Map<number, unknown>([[3, this.#algorithm.cose]]);
    if (jwk.kty === "EC") key.set(1, 2).set(-1, 1).set(-2, number("x")).set(-3, number("y"));
    if (jwk.kty === "OKP") key.set(1, 1).set(-1, 6).set(-2, number("x"));
    if (jwk.kty === "RSA") key.set(1, 3).set(-1, number("n")).set(-2, number("e"));
    return cbor(key);
  }
}

/** CBOR (RFC 8949) of numbers, texts, bytes and maps. */
function cbor(value: unknown): Uint8Array {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const bytes = new TextEncoder().encode(value);
    return join(head(3, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return join(head(2, value.length), value);
  const entries = [...(value as Map<unknown, unknown>)];
  return join(head(5, entries.length), ...entries.flat().map(cbor));
}

function head(major: number, argument: number): Uint8Array {
  const type = major << 5;
  if (argument < 24) return new Uint8Array([type | argument]);
  if (argument < 256) return new Uint8Array([type | 24, argument]);
  return new Uint8Array([type | 25, argument >> 8, argument & 255]);
}

/** The DER form of an ECDSA signature. */
function der(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const padded = digits[0]! > 127 ? join([0], digits) : digits;
    return join([0x02, padded.length], padded);
  };
  const numbers = join(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return join([0x30, numbers.length], numbers);
}

function join(...parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...Array.from(part)]));
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
