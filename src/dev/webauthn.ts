import { decode, encode } from "jose/base64url";
import { type CborValue, readCbor } from "./cbor.ts";
import { coseKey, type PasskeyPublicKey, verifySignature } from "./cose-key.ts";
import { sha256, sha256Base64url } from "./encoding.ts";
import { isLoopback } from "./loopback.ts";

/** Bits of the flags in authenticator data (WebAuthn §6.1). */
const USER_PRESENT = 0x01;
const HAS_CREDENTIAL = 0x40;

/** What a ceremony must have been for. */
export interface Ceremony {
  type: "webauthn.create" | "webauthn.get";
  /** Hash of the challenge, as text, that was given out. */
  challengeHash: string;
  /** The relying party's id: the host name of the app. */
  rpId: string;
}

/** A new credential (WebAuthn §7.1). */
export interface NewCredential {
  /** base64url. */
  id: string;
  publicKey: PasskeyPublicKey;
  signCount: number;
}

/** The credential of an `authn_response`, as text that cannot be trusted yet. */
export interface CredentialResponse {
  id: string;
  clientDataJSON: string;
  attestationObject: string | undefined;
  authenticatorData: string | undefined;
  signature: string | undefined;
  userHandle: string | undefined;
}

/**
 * Takes a credential apart.
 *
 * @throws {Error} When it is none.
 */
export function credentialResponse(credential: Record<string, unknown>): CredentialResponse {
  const { id, rawId, type, response } = credential;
  if (typeof response !== "object" || response === null) throw new Error("No response");
  const members = response as Record<string, unknown>;
  const text = (name: string) => (typeof members[name] === "string" ? members[name] : undefined);
  const clientDataJSON = text("clientDataJSON");
  if (typeof id !== "string" || clientDataJSON === undefined || type !== "public-key") {
    throw new Error("Not a credential");
  }
  if (rawId !== undefined && rawId !== id) throw new Error("Two ids");
  return {
    id,
    clientDataJSON,
    attestationObject: text("attestationObject"),
    authenticatorData: text("authenticatorData"),
    signature: text("signature"),
    userHandle: text("userHandle"),
  };
}

/**
 * Checks the registration of a credential (WebAuthn §7.1). Attestation must be `none`: which device it was is of no
 * interest here.
 *
 * @throws {Error} When anything is wrong.
 */
export async function verifyRegistration(
  credential: CredentialResponse,
  ceremony: Ceremony,
): Promise<NewCredential> {
  await checkClientData(credential.clientDataJSON, ceremony);
  const attestation = mapOf(readCbor(decode(credential.attestationObject ?? "")).value);
  if (attestation.get("fmt") !== "none") throw new Error("Attestation of another kind than none");
  const data = attestation.get("authData");
  if (!(data instanceof Uint8Array)) throw new Error("No authenticator data");
  const { flags, signCount } = await checkAuthenticatorData(data, ceremony);
  if ((flags & HAS_CREDENTIAL) === 0) throw new Error("No credential");
  // After 37 bytes of the head come 16 of the AAGUID, the id with its length, and the key.
  const length = viewOf(data).getUint16(53);
  const id = encode(data.slice(55, 55 + length));
  if (id !== credential.id) throw new Error("Two ids");
  return { id, signCount, publicKey: coseKey(mapOf(readCbor(data, 55 + length).value)) };
}

/**
 * Checks an assertion (WebAuthn §7.2).
 *
 * @returns The new signature counter.
 * @throws {Error} When anything is wrong.
 */
export async function verifyAssertion(
  credential: CredentialResponse,
  ceremony: Ceremony,
  known: { publicKey: PasskeyPublicKey; signCount: number },
): Promise<number> {
  await checkClientData(credential.clientDataJSON, ceremony);
  const data = decode(credential.authenticatorData ?? "");
  const { signCount } = await checkAuthenticatorData(data, ceremony);
  const clientData = decode(credential.clientDataJSON);
  const clientDataHash = new Uint8Array(await crypto.subtle.digest("SHA-256", clientData as BufferSource));
  const signed = new Uint8Array([...data, ...clientDataHash]);
  const signature = new Uint8Array(decode(credential.signature ?? ""));
  if (!(await verifySignature(known.publicKey, signature, signed))) throw new Error("A wrong signature");
  // A counter that does not move on is the sign of a copy (§6.1.1); many authenticators have none and say 0.
  const counts = signCount > 0 || known.signCount > 0;
  if (counts && signCount <= known.signCount) throw new Error("The counter did not move on");
  return signCount;
}

async function checkClientData(clientDataJSON: string, ceremony: Ceremony): Promise<void> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(decode(clientDataJSON));
  const { type, challenge, origin, crossOrigin } = JSON.parse(text);
  if (type !== ceremony.type) throw new Error("Another ceremony");
  if (typeof challenge !== "string" || (await sha256Base64url(challenge)) !== ceremony.challengeHash) {
    throw new Error("Another challenge");
  }
  const { hostname } = new URL(origin);
  const ours = hostname === ceremony.rpId || hostname.endsWith(`.${ceremony.rpId}`);
  if (!ours || !isLoopback(hostname) || crossOrigin === true) throw new Error("Another origin");
}

async function checkAuthenticatorData(data: Uint8Array, { rpId }: Ceremony) {
  if (data.length < 37) throw new Error("Authenticator data too short");
  if (encode(data.slice(0, 32)) !== encode(await sha256(rpId))) throw new Error("Another relying party");
  const flags = data[32]!;
  if ((flags & USER_PRESENT) === 0) throw new Error("Nobody was present");
  return { flags, signCount: viewOf(data).getUint32(33) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function mapOf(value: CborValue) {
  if (value instanceof Map) return value;
  throw new Error("Not a map");
}
