// Keys of our actors: made once, sealed at rest with the node's secret, opened only to sign, never logged.
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { writePublicKeyMultibase } from "./proof.ts";

/** A fresh pair, its public half in the form its document shows. */
export type NewKey = {
  readonly algorithm: "rsa" | "ed25519";
  readonly publicKey: string;
  readonly sealedPrivateKey: Buffer;
};

/** Makes an RSA-2048 key for HTTP signatures; 4096 bits would sign seven times slower for nothing here. */
export function makeRsaKey(secret: Buffer): NewKey {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 0x10001 });
  return {
    algorithm: "rsa",
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    sealedPrivateKey: sealKey(secret, privateKey),
  };
}

/** Makes an Ed25519 key for proofs (FEP-521a). */
export function makeEd25519Key(secret: Buffer): NewKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    algorithm: "ed25519",
    publicKey: writePublicKeyMultibase(publicKey),
    sealedPrivateKey: sealKey(secret, privateKey),
  };
}

/** AES-256-GCM under a key derived from the node's secret: nonce, tag, ciphertext. */
function sealKey(secret: Buffer, privateKey: KeyObject): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(secret), nonce);
  const body = Buffer.concat([cipher.update(privateKey.export({ type: "pkcs8", format: "der" })), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Opens what sealKey closed. Throws when the node's secret is not the one that sealed it. */
export function openKey(secret: Buffer, sealed: Buffer): KeyObject {
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(secret), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(12, 28));
  const der = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  return createPrivateKey({ key: der, type: "pkcs8", format: "der" });
}

function sealingKey(secret: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "filiera actor keys", 32));
}
