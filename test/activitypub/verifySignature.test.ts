import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import t from "tap";
import type { SignatureFacts } from "../../src/activitypub/signatureHeaders.ts";
import { readPublicKeyPem, verifySignature } from "../../src/activitypub/verifySignature.ts";
import { ED25519, RSA } from "./signedDelivery.ts";

const BASE = "(request-target): post /inbox\nhost: gas.test";
const factsOf = (algorithm: SignatureFacts["algorithm"], bytes: Buffer): { signature: SignatureFacts } => ({
  signature: { spec: "draft-cavage", algorithm, keyId: "https://p.test/p#main-key", base: BASE, bytes },
});
const signWith = (key: KeyObject, hash: string | null) => sign(hash, Buffer.from(BASE), key);
const pemOf = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();

t.test("a signature holds with the key that made it, as object or as PEM, and with no other", async (t) => {
  const pss = { key: RSA.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 };
  const made: [SignatureFacts["algorithm"], Buffer, KeyObject][] = [
    ["rsa-v1_5-sha256", signWith(RSA.privateKey, "sha256"), RSA.publicKey],
    ["of-key", signWith(RSA.privateKey, "sha256"), RSA.publicKey],
    ["rsa-v1_5-sha512", signWith(RSA.privateKey, "sha512"), RSA.publicKey],
    ["rsa-pss-sha512", sign("sha512", Buffer.from(BASE), pss), RSA.publicKey],
    ["ed25519", signWith(ED25519.privateKey, null), ED25519.publicKey],
    ["of-key", signWith(ED25519.privateKey, null), ED25519.publicKey],
  ];
  const strangers = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ed25519")];
  for (const [algorithm, bytes, key] of made) {
    t.ok(verifySignature(factsOf(algorithm, bytes), key), algorithm);
    t.ok(verifySignature(factsOf(algorithm, bytes), pemOf(key)), algorithm);
    for (const { publicKey } of strangers) t.notOk(verifySignature(factsOf(algorithm, bytes), publicKey), algorithm);
    const spoiled = Buffer.from(bytes);
    spoiled[9]! ^= 1;
    for (const other of [spoiled, bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(0)]) {
      t.notOk(verifySignature(factsOf(algorithm, other), key), algorithm);
    }
  }
});

t.test("B5 a key that is too weak, too heavy or of another kind verifies nothing", async (t) => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
  t.notOk(verifySignature(factsOf("of-key", signWith(weak.privateKey, "sha256")), weak.publicKey));
  const small = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 });
  t.notOk(verifySignature(factsOf("of-key", signWith(small.privateKey, "sha256")), small.publicKey));
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  t.notOk(verifySignature(factsOf("of-key", signWith(ec.privateKey, "sha256")), ec.publicKey));
  // e = 1 makes every signature its own message; a modulus of 16,384 bits makes verifying slow.
  for (const [bits, e] of [
    [512, 65537],
    [2048, 1],
    [2047, 65537],
    [4104, 65537],
    [16_384, 65537],
  ] as const) {
    const key = rsaKey(bits, e);
    t.notOk(verifySignature(factsOf("of-key", randomBytes(Math.ceil(bits / 8))), key), `${bits} bits, e = ${e}`);
    t.equal(readPublicKeyPem(pemOf(key)), null, `${bits} bits, e = ${e}`);
  }
  const hmac = createHmac("sha256", pemOf(RSA.publicKey)).update(BASE).digest();
  t.notOk(verifySignature(factsOf("of-key", hmac), RSA.publicKey), "HMAC by the public key");
  t.notOk(verifySignature(factsOf("of-key", hmac), createSecretKey(Buffer.from(pemOf(RSA.publicKey)))));
  t.notOk(verifySignature(factsOf("of-key", signWith(RSA.privateKey, "sha256")), RSA.privateKey), "a private key");
});

t.test("only a public key is read from PEM", async (t) => {
  t.ok(readPublicKeyPem(pemOf(RSA.publicKey))?.equals(RSA.publicKey));
  t.ok(readPublicKeyPem(`\n${pemOf(ED25519.publicKey)}`)?.equals(ED25519.publicKey));
  t.ok(readPublicKeyPem(RSA.publicKey.export({ type: "pkcs1", format: "pem" }).toString())?.equals(RSA.publicKey));
  const privatePem = RSA.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const broken = pemOf(RSA.publicKey).replace("MII", "!!!");
  for (const pem of ["", "x", privatePem, broken, `${pemOf(RSA.publicKey)}${" ".repeat(5_000)}`]) {
    t.equal(readPublicKeyPem(pem), null, pem.slice(0, 40));
    t.notOk(verifySignature(factsOf("of-key", signWith(RSA.privateKey, "sha256")), pem));
  }
});

// A public key of this size that nobody holds the private half of.
function rsaKey(bits: number, e: number): KeyObject {
  const n = randomBytes(Math.ceil(bits / 8));
  n[0] = bits % 8 === 0 ? n[0]! | 0x80 : 0x40 | (n[0]! & 0x3f);
  n[n.length - 1]! |= 1;
  const exponent = Buffer.from(e.toString(16).padStart(6, "0"), "hex");
  return createPublicKey({
    key: {
      kty: "RSA",
      n: n.toString("base64url"),
      e: exponent.subarray(exponent.findIndex((byte) => byte > 0)).toString("base64url"),
    },
    format: "jwk",
  });
}
