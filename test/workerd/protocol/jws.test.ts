import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { verifyJws } from "../../../src/protocol/jws.ts";
import { InvalidTokenError } from "../../../src/protocol/oauth-error.ts";
import type { Jwk, KeySource } from "../../../src/protocol/server.ts";
import { seededRandom } from "../../support/random.ts";
import { base64url } from "../../support/sessions.ts";

const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const CLAIMS = { iss: "https://tenant.example/", sub: "mira", name: "Weiß \ud83d\ude00" };
/** Mutations per algorithm in the everyday run. */
const MUTATIONS = 120;

interface Signer {
  alg: string;
  privateKey: CryptoKey;
  jwk: Jwk;
}

const signers = new Map<string, Signer>();
const signerOf = (alg: string): Signer => signers.get(alg)!;

async function newSigner(alg: string, kid = `key-${alg}`): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } as Jwk };
}

beforeAll(async () => {
  // One RSA key serves all six: making one takes the longest.
  const rsa = await newSigner("RS256");
  const rsaPrivate = await exportJWK(rsa.privateKey);
  for (const alg of ALGORITHMS) {
    signers.set(
      alg,
      /^[RP]S/.test(alg)
        ? {
            alg,
            privateKey: (await importJWK(rsaPrivate, alg)) as CryptoKey,
            jwk: { ...rsa.jwk, kid: `key-${alg}` },
          }
        : await newSigner(alg),
    );
  }
});

function sign(
  { alg, privateKey, jwk }: Signer,
  header: object = {},
  claims: object = CLAIMS,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg, kid: jwk.kid!, ...header })
    .sign(privateKey);
}

/** A key source that counts its questions. */
function keySource(known: readonly Jwk[], newer: readonly Jwk[] = known): KeySource & { asked: boolean[] } {
  const asked: boolean[] = [];
  return Object.assign(
    (refetch: boolean) => {
      asked.push(refetch);
      return Promise.resolve(refetch ? newer : known);
    },
    { asked },
  );
}

const isAccepted = (token: string, keys: readonly Jwk[]): Promise<boolean> =>
  verifyJws(token, keySource(keys)).then(
    () => true,
    (error: unknown) => {
      expect(error).toBeInstanceOf(InvalidTokenError);
      expect((error as Error).message).not.toContain(
        token.length > 30 ? token.slice(0, 30) : "no token of ours",
      );
      return false;
    },
  );

describe.each(ALGORITHMS)("a token signed with %s", (alg) => {
  it("is accepted, and its header and payload come back", async () => {
    const token = await sign(signerOf(alg), { typ: "JWT" });
    const { header, payload, hash } = await verifyJws(token, keySource([signerOf(alg).jwk]));
    expect(header).toEqual({ alg, kid: `key-${alg}`, typ: "JWT" });
    expect(payload).toEqual(CLAIMS);
    expect(hash).toBe(/S\d{3}$/.test(alg) ? `SHA-${alg.slice(-3)}` : "SHA-512");
  });

  it("is judged as jose judges it, whatever was changed in it; ours is only stricter about how bytes are spelled", async () => {
    const signer = signerOf(alg);
    const publicKey = await importJWK(signer.jwk as JWK, alg);
    const token = await sign(signer);
    const random = seededRandom(ALGORITHMS.indexOf(alg));
    const characters = [..."ABCXYZabcxyz0189-_.=+ "];
    let rejected = 0;
    for (let round = 0; round < MUTATIONS; round++) {
      const at = random.between(0, token.length + 1);
      const changed =
        token.slice(0, at) +
        Array.from({ length: random.between(0, 3) }, () => random.pick(characters)).join("") +
        token.slice(at + random.between(0, 3));
      const josesVerdict = await compactVerify(changed, publicKey).then(
        ({ payload }) => typeof JSON.parse(new TextDecoder().decode(payload)) === "object",
        () => false,
      );
      const ours = await isAccepted(changed, [signer.jwk]);
      const isCanonical = changed.split(".").every((part) => base64urlAgain(part) === part);
      expect(ours, changed).toBe(josesVerdict && isCanonical);
      if (!ours) rejected++;
    }
    expect(rejected).toBeGreaterThan(MUTATIONS / 2);
  });

  it("is refused with a signature of any other length", async () => {
    const token = await sign(signerOf(alg));
    const [header, payload, signature] = token.split(".");
    const bytes = Uint8Array.from(atob(signature!.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
      c.charCodeAt(0),
    );
    for (const length of [0, 1, bytes.length - 1, bytes.length + 1, bytes.length * 2]) {
      const other = new Uint8Array(length);
      other.set(bytes.subarray(0, length));
      expect(await isAccepted(`${header}.${payload}.${base64url(other)}`, [signerOf(alg).jwk])).toBe(false);
    }
  });

  it("is refused by another key of the same kind and kid", async () => {
    const kind = /^[RP]S/.test(alg) ? "RS256" : alg;
    const other = await newSigner(kind, `key-${alg}`);
    expect(await isAccepted(await sign(signerOf(alg)), [other.jwk])).toBe(false);
  });

  it("is refused by a key that is meant for something else", async () => {
    const { jwk } = signerOf(alg);
    const token = await sign(signerOf(alg));
    for (const member of [
      { use: "enc" },
      { key_ops: ["encrypt"] },
      { key_ops: [] },
      { alg: alg === "RS256" ? "RS384" : "RS256" },
      { kty: "oct", k: "AAAA" },
    ]) {
      expect(await isAccepted(token, [{ ...jwk, ...member } as Jwk]), JSON.stringify(member)).toBe(false);
    }
    for (const member of [{ use: "sig" }, { key_ops: ["verify"] }, { alg }, { x5c: ["a"], ext: true }]) {
      expect(await isAccepted(token, [{ ...jwk, ...member } as Jwk]), JSON.stringify(member)).toBe(true);
    }
  });
});

function base64urlAgain(part: string): string | undefined {
  try {
    return base64url(
      Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}

describe("a token is refused", () => {
  it.each([
    "none",
    "None",
    "NONE",
    "",
    "HS256",
    "HS512",
    "RS1",
    "RS2560",
    "rs256",
    "PS512 ",
    "ES256K",
    "dir",
    "RSA-OAEP",
    null,
    5,
    undefined,
  ])("with alg %j", async (alg) => {
    const [, payload, signature] = (await sign(signerOf("RS256"))).split(".");
    const header = base64url(JSON.stringify({ alg, kid: "key-RS256" }));
    for (const end of [signature, ""]) {
      const token = `${header}.${payload}.${end}`;
      expect(await isAccepted(token, [signerOf("RS256").jwk])).toBe(false);
    }
  });

  it("whose alg is HS256 with the public key as the secret", async () => {
    const { jwk } = signerOf("RS256");
    const secrets = [JSON.stringify(jwk), jwk.n!, await pemOf(jwk)];
    for (const secret of secrets) {
      const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(CLAIMS)))
        .setProtectedHeader({ alg: "HS256", kid: jwk.kid! })
        .sign(new TextEncoder().encode(secret));
      expect(await isAccepted(token, [jwk])).toBe(false);
    }
  });

  it.each([
    { crit: ["exp"] },
    { crit: [] },
    { crit: null },
    { b64: false },
    { b64: true },
    { crit: ["b64"], b64: true },
  ])("whose header demands an extension: %j", async (extension) => {
    const signer = signerOf("ES256");
    const header = base64url(JSON.stringify({ alg: "ES256", kid: signer.jwk.kid, ...extension }));
    const payload = base64url(JSON.stringify(CLAIMS));
    const signature = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      signer.privateKey,
      new TextEncoder().encode(`${header}.${payload}`),
    );
    const token = `${header}.${payload}.${base64url(new Uint8Array(signature))}`;
    expect(await isAccepted(token, [signer.jwk])).toBe(false);
  });

  it.each([
    "",
    ".",
    "..",
    "...",
    "a.b.c",
    "e30.e30.",
    "e30.e30.e30.e30",
    "bnVsbA.e30.AAAA",
    "W10.e30.AAAA",
    "e30.W10.AAAA",
    "\u0000",
    ".".repeat(10_000),
  ])("that is no token: %j", async (token) => {
    expect(await isAccepted(token, [signerOf("RS256").jwk])).toBe(false);
  });

  it.each(["[]", "null", '"text"', "5", "{", "", "\ud800"])(
    "whose payload is %j, though it is signed",
    async (payload) => {
      const signer = signerOf("ES256");
      const token = await new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: "ES256", kid: signer.jwk.kid! })
        .sign(signer.privateKey);
      expect(await isAccepted(token, [signer.jwk])).toBe(false);
    },
  );

  it("whose payload is no UTF-8, though it is signed", async () => {
    const signer = signerOf("ES256");
    const token = await new CompactSign(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))
      .setProtectedHeader({ alg: "ES256", kid: signer.jwk.kid! })
      .sign(signer.privateKey);
    expect(await isAccepted(token, [signer.jwk])).toBe(false);
  });

  it("that is signed with RSA of 1,024 bit", async () => {
    const { publicKey, privateKey } = (await crypto.subtle.generateKey(
      {
        name: "RSASSA-PKCS1-v1_5",
        hash: "SHA-256",
        modulusLength: 1024,
        publicExponent: Uint8Array.of(1, 0, 1),
      },
      true,
      ["sign", "verify"],
    )) as CryptoKeyPair;
    const jwk = { ...((await crypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey), kid: "weak" } as Jwk;
    delete jwk.alg;
    const signed = `${base64url('{"alg":"RS256","kid":"weak"}')}.${base64url("{}")}`;
    const bytes = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", privateKey, new TextEncoder().encode(signed));
    const token = `${signed}.${base64url(new Uint8Array(bytes))}`;
    expect(await isAccepted(token, [jwk])).toBe(false);
    const padded = base64url(new Uint8Array([...new Uint8Array(128), ...bytesOf(jwk.n!)]));
    expect(await isAccepted(token, [{ ...jwk, n: padded }]), "its modulus filled up with zeros").toBe(false);
  });

  it("by a key of another curve, though the kid is the same", async () => {
    const token = await sign(signerOf("ES256"), { kid: "same" });
    for (const alg of ["ES384", "ES512", "EdDSA", "RS256"]) {
      expect(await isAccepted(token, [{ ...signerOf(alg).jwk, kid: "same" }])).toBe(false);
    }
  });
});

describe("the key of a token", () => {
  it("is the one its kid names, and nothing is fetched again", async () => {
    const keys = keySource(["RS256", "RS384", "ES256"].map((alg) => signerOf(alg).jwk));
    await verifyJws(await sign(signerOf("ES256")), keys);
    expect(keys.asked).toEqual([false]);
  });

  it("is fetched again exactly once where no known key fits, and the token is accepted if that brought it", async () => {
    const { jwk } = signerOf("ES256");
    const rotated = keySource([signerOf("RS256").jwk], [jwk]);
    await verifyJws(await sign(signerOf("ES256")), rotated);
    expect(rotated.asked).toEqual([false, true]);
    const missing = keySource([signerOf("RS256").jwk]);
    await expect(verifyJws(await sign(signerOf("ES256")), missing)).rejects.toThrow(InvalidTokenError);
    expect(missing.asked).toEqual([false, true]);
  });

  it("is never asked for by a token that would be refused anyway", async () => {
    const [, payload, signature] = (await sign(signerOf("ES256"))).split(".");
    for (const header of [{ alg: "none" }, { alg: "HS256" }, { alg: "ES256", crit: ["x"] }]) {
      const keys = keySource([]);
      const token = `${base64url(JSON.stringify(header))}.${payload}.${signature}`;
      await expect(verifyJws(token, keys)).rejects.toThrow(InvalidTokenError);
      expect(keys.asked).toEqual([]);
    }
  });

  it("may go without a kid: the only key, or any of several", async () => {
    const signer = signerOf("ES256");
    const others = await Promise.all([newSigner("ES256"), newSigner("ES256")]);
    const token = await sign(signer, { kid: undefined });
    expect(await isAccepted(token, [signer.jwk])).toBe(true);
    expect(await isAccepted(token, [others[0]!.jwk, others[1]!.jwk, signer.jwk])).toBe(true);
    expect(await isAccepted(token, [others[0]!.jwk, others[1]!.jwk])).toBe(false);
    const { kid: _, ...bare } = signer.jwk;
    expect(await isAccepted(token, [bare as Jwk])).toBe(true);
  });

  it("is looked for among at most five, so that nobody is kept busy", async () => {
    const signer = signerOf("ES256");
    const other = (await newSigner("ES256")).jwk;
    const token = await sign(signer, { kid: undefined });
    expect(await isAccepted(token, [...Array(4).fill(other), signer.jwk])).toBe(true);
    expect(await isAccepted(token, [...Array(5).fill(other), signer.jwk])).toBe(false);
  });

  it("must have the kid a token names, even where it is the only one", async () => {
    const token = await sign(signerOf("ES256"), { kid: "other" });
    expect(await isAccepted(token, [signerOf("ES256").jwk])).toBe(false);
  });

  it("may stand among keys that are nonsense", async () => {
    const signer = signerOf("ES256");
    const nonsense = [
      {},
      { kty: "EC" },
      { kty: "EC", crv: "P-256", kid: signer.jwk.kid },
      { kty: "EC", crv: "P-256", kid: signer.jwk.kid, x: "AAAA", y: "AAAA" },
      { kty: "EC", crv: "P-256", kid: signer.jwk.kid, x: 5, y: {}, key_ops: 7 },
      { kty: "EC", crv: "P-256", kid: signer.jwk.kid, key_ops: "verify", use: 5 },
      { ...signer.jwk, key_ops: null },
    ] as unknown as Jwk[];
    expect(await isAccepted(await sign(signer), [...nonsense.slice(0, 6), signer.jwk])).toBe(true);
    expect(await isAccepted(await sign(signer), nonsense.slice(0, 6))).toBe(false);
  });

  it("is imported once and still belongs to its own algorithm", async () => {
    const { jwk } = signerOf("RS256");
    const shared = { ...jwk, kid: "shared" };
    for (const alg of ["RS256", "PS256", "RS512", "RS256", "PS256"]) {
      expect(await isAccepted(await sign(signerOf(alg), { kid: "shared" }), [shared])).toBe(true);
    }
  });
});

function bytesOf(encoded: string): Uint8Array {
  return Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

async function pemOf(jwk: Jwk): Promise<string> {
  const key = (await importJWK({ ...jwk, ext: true } as JWK, "RS256")) as CryptoKey;
  const der = (await crypto.subtle.exportKey("spki", key)) as ArrayBuffer;
  const body = btoa(String.fromCharCode(...new Uint8Array(der))).replace(/.{64}/g, "$&\n");
  return `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`;
}
