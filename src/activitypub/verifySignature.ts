// The cryptographic check of an HTTP signature the gate has read: synchronous, on node:crypto. docs/adr/0004.
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { SignatureFacts } from "./signatureHeaders.ts";

/**
 * Whether this key made the signature. Keys: RSA of 2,048 to 4,096 bits with e = 65537, or Ed25519, as KeyObject (keep it:
 * reading PEM costs as much as verifying) or SPKI PEM. The named algorithm must fit the key; `of-key` means PKCS#1 v1.5
 * with SHA-256 for RSA, as all of the fediverse signs. False for any key or signature that does not fit; never throws.
 */
export function verifySignature(pass: { readonly signature: SignatureFacts }, publicKey: KeyObject | string): boolean {
  const { algorithm, base, bytes } = pass.signature;
  const key = typeof publicKey === "string" ? readPublicKeyPem(publicKey) : publicKey;
  if (key === null || key.type !== "public") return false;
  const text = Buffer.from(base, "latin1");
  if (key.asymmetricKeyType === "ed25519") {
    return (algorithm === "ed25519" || algorithm === "of-key") && bytes.length === 64 && verify(null, text, key, bytes);
  }
  if (bytes.length !== strongRsaBytes(key)) return false;
  switch (algorithm) {
    case "rsa-v1_5-sha256":
    case "of-key":
      return verify("sha256", text, key, bytes);
    case "rsa-v1_5-sha512":
      return verify("sha512", text, key, bytes);
    case "rsa-pss-sha512":
      return verify("sha512", text, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }, bytes);
    default:
      return false;
  }
}

/** The key in an SPKI PEM (`publicKeyPem` of an actor), or null when it is not one a signature may be checked with. */
export function readPublicKeyPem(pem: string): KeyObject | null {
  // createPublicKey would also take a private key or a certificate.
  if (pem.length > 4096 || !/^\s*-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return null;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" || strongRsaBytes(key) !== null ? key : null;
  } catch {
    return null;
  }
}

// Asking OpenSSL for the details of a key costs as much as a tenth of verifying with it: once for each key.
const knownBytes = new WeakMap<KeyObject, number | null>();

/** The bytes of a signature by this RSA key, or null when the key is not one we trust. */
function strongRsaBytes(key: KeyObject): number | null {
  const known = knownBytes.get(key);
  if (known !== undefined) return known;
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  const isStrong =
    key.asymmetricKeyType === "rsa" && modulusLength >= 2048 && modulusLength <= 4096 && publicExponent === 65537n;
  const bytes = isStrong ? Math.ceil(modulusLength / 8) : null;
  knownBytes.set(key, bytes);
  return bytes;
}
