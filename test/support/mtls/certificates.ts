import "reflect-metadata";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A private key and its certificate, both as PEM. */
export interface KeyPair {
  key: string;
  cert: string;
}

/** An authority that was made for one run of tests, and what it issues. */
export interface CertificateAuthority {
  /** Its own certificate, as PEM. */
  ca: string;
  /**
   * Issues a certificate.
   *
   * @param subject distinguished name, such as `CN=a client`
   * @param host the DNS name of a server; left out, it is a client's
   */
  issue(subject: string, host?: string): Promise<KeyPair>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 24 * 60 * 60 * 1000;

/** A new authority, whose certificates are good for a day. */
export async function certificateAuthority(name: string): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    ...common(),
    name,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    ca: root.toString("pem"),
    async issue(subject, host) {
      const own = await generateKeys();
      const certificate = await X509CertificateGenerator.create({
        ...common(),
        subject,
        issuer: root.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          ...(host ? [new SubjectAlternativeNameExtension([{ type: "dns", value: host }])] : []),
        ],
      });
      return { cert: certificate.toString("pem"), key: await pemOf(own.privateKey) };
    },
  };
}

/** A client's certificate that no authority has signed: whoever trusts it has to know it. */
export async function selfSignedCertificate(name: string): Promise<KeyPair> {
  const keys = await generateKeys();
  const extensions = [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)];
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common(),
    name,
    keys,
    extensions,
  });
  return { cert: certificate.toString("pem"), key: await pemOf(keys.privateKey) };
}

function common() {
  const now = Date.now();
  return {
    signingAlgorithm: algorithm,
    notBefore: new Date(now - day),
    notAfter: new Date(now + day),
  };
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function pemOf(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), PemConverter.PrivateKeyTag);
}
