// Signatures that stay with a document: FEP-8b32 proofs (eddsa-jcs-2022) and the receipt header. Synchronous, so that
// an activity is proven and frozen inside the transaction of its cause. PROTOCOL 6.3.5, 6.5, 6.6.
import assert from "node:assert/strict";
import { createHash, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import { decodeBase58, encodeBase58 } from "byte-encodings/base58";
import { canonicalize } from "./jcs.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

const PROOF_MEMBERS = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"] as const;
const WHOLE_SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
// 64 bytes take at most 88 base58 digits; base58 decoding is quadratic, so a longer text is not even tried.
const LONGEST_BASE58 = 88;
const ED25519_MULTICODEC = Buffer.from([0xed, 0x01]);

/** What a receiver says with its signature about an order message it holds. PROTOCOL 6.6. */
export type ReceiptWord = "stored" | "stale" | "conflict" | "refused";

/**
 * Lower-case hex SHA-256 of the JCS form of an activity, with `@context` and `proof`, without `signature`: the name by
 * which both sides know its content (PROTOCOL 6.3.5).
 */
export function digestOf(activity: JsonObject): string {
  const { signature: _, ...signed } = activity;
  return hash("sha256", canonicalize(signed), "hex");
}

/**
 * The document with an `eddsa-jcs-2022` proof of exactly six members (PROTOCOL 6.5). `createdAtMs` is epoch ms, cut to
 * the second. Throws when the document is already signed or the key is not Ed25519.
 */
export function addProof(
  document: JsonObject,
  key: { readonly keyId: string; readonly privateKey: KeyObject },
  createdAtMs: number,
): JsonObject {
  assert(document.proof === undefined && document.signature === undefined, "the document is signed already");
  assert.equal(key.privateKey.asymmetricKeyType, "ed25519");
  const config = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: `${new Date(createdAtMs).toISOString().slice(0, 19)}Z`,
    verificationMethod: key.keyId,
    proofPurpose: "assertionMethod",
  };
  const proofValue = encodeMultibase(sign(null, proofInput(document, config), key.privateKey));
  return { ...document, proof: { ...config, proofValue } };
}

/**
 * Whether the document carries exactly one `eddsa-jcs-2022` proof of exactly six members made with this Ed25519 key
 * (`z6Mk…`). Nothing is fetched and no clock is read: the caller compares `verificationMethod` with the pinned keyId.
 */
export function verifyProof(document: JsonObject, publicKeyMultibase: string): boolean {
  const publicKey = readPublicKeyMultibase(publicKeyMultibase);
  const { proof } = document;
  if (publicKey === null || !isProof(proof)) return false;
  const { proofValue, ...config } = proof;
  const signature = decodeMultibase(proofValue);
  if (signature?.length !== 64) return false;
  return verify(null, proofInput(document, config), publicKey, signature);
}

/** `publicKeyMultibase` (base58btc Multikey) of an Ed25519 key, public or private. */
export function writePublicKeyMultibase(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const { x } = publicKey.export({ format: "jwk" });
  assert(publicKey.asymmetricKeyType === "ed25519" && x !== undefined, "only Ed25519 keys are written as Multikey");
  return encodeMultibase(Buffer.concat([ED25519_MULTICODEC, Buffer.from(x, "base64url")]));
}

/** The Ed25519 public key behind a `publicKeyMultibase`, or null when it is anything else. */
export function readPublicKeyMultibase(multibase: string): KeyObject | null {
  const bytes = decodeMultibase(multibase);
  if (bytes?.length !== 34 || !ED25519_MULTICODEC.equals(bytes.subarray(0, 2))) return null;
  const x = Buffer.from(bytes.subarray(2)).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

/** The value of the `Filiera-Receipt` header: `<word> <digest> <z…>`, signed with the receiver's key. PROTOCOL 6.6. */
export function writeReceipt(word: ReceiptWord, digest: string, privateKey: KeyObject): string {
  const said = `${word} ${digest}`;
  return `${said} ${encodeMultibase(sign(null, Buffer.from(said), privateKey))}`;
}

/**
 * What a `Filiera-Receipt` header says about the message with this digest, or null when it is malformed, about another
 * message, or not signed by the key (`z6Mk…`, pinned in the pact).
 */
export function readReceipt(header: string, digest: string, publicKeyMultibase: string): ReceiptWord | null {
  const match = /^(stored|stale|conflict|refused) ([0-9a-f]{64}) (z[1-9A-Za-z]{1,88})$/.exec(header);
  const publicKey = readPublicKeyMultibase(publicKeyMultibase);
  if (match === null || publicKey === null || match[2] !== digest) return null;
  const signature = decodeMultibase(match[3]!);
  if (signature?.length !== 64) return null;
  return verify(null, Buffer.from(`${match[1]} ${match[2]}`), publicKey, signature) ? (match[1] as ReceiptWord) : null;
}

// SHA-256(JCS(config with the document's @context)) ‖ SHA-256(JCS(document without proof and signature)).
function proofInput(document: JsonObject, config: JsonObject): Buffer {
  const { proof: _proof, signature: _signature, ...unsigned } = document;
  const context = document["@context"];
  const configured = context === undefined ? config : { ...config, "@context": context };
  const digest = (value: Json) => createHash("sha256").update(canonicalize(value)).digest();
  return Buffer.concat([digest(configured), digest(unsigned)]);
}

// The type lets `proofValue` be read as text; every other member is covered by the signature whatever it holds.
function isProof(proof: Json | undefined): proof is { readonly [member: string]: string } & { proofValue: string } {
  return (
    isJsonObject(proof) &&
    Object.keys(proof).length === PROOF_MEMBERS.length &&
    PROOF_MEMBERS.every((member) => Object.hasOwn(proof, member) && typeof proof[member] === "string") &&
    proof.type === "DataIntegrityProof" &&
    proof.cryptosuite === "eddsa-jcs-2022" &&
    proof.proofPurpose === "assertionMethod" &&
    WHOLE_SECONDS.test(proof.created as string)
  );
}

function encodeMultibase(bytes: Uint8Array): string {
  return `z${encodeBase58(bytes)}`;
}

function decodeMultibase(text: string): Uint8Array | null {
  if (!text.startsWith("z") || text.length > LONGEST_BASE58 + 1) return null;
  try {
    return decodeBase58(text.slice(1));
  } catch {
    return null;
  }
}
