// A device that keeps passkeys, as the server sees it: makes and shows them by WebAuthn Level 3, honestly or with one thing wrong.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What is to be wrong. */
export type Wrong = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  /** Somebody touched it. */
  readonly isPresent?: boolean;
  /** Somebody was recognised: finger, face, PIN. */
  readonly isVerified?: boolean;
  readonly counter?: number;
  readonly owner?: string;
  /** Signs with another key. */
  readonly isForged?: boolean;
};

export type Authenticator = {
  readonly id: string;
  /** What `navigator.credentials.create` would give for these options, as JSON. */
  make(options: object, wrong?: Wrong): string;
  /** The same for `navigator.credentials.get`. */
  show(options: object, wrong?: Wrong): string;
};

type Asked = { challenge: string; rpId?: string; rp?: { id: string }; user?: { id: string } };

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A device with one passkey (ES256) and a counter that grows by one. */
export function openAuthenticator(origin: string): Authenticator {
  const [own, other] = [newKey(), newKey()];
  const id = randomBytes(16);
  const said = id.toString("base64url");
  const state = { owner: "", counter: 0 };
  const written = (response: object) => JSON.stringify({ id: said, rawId: said, type: "public-key", response });
  const next = (wrong: Wrong) => {
    state.counter += 1;
    return wrong.counter ?? state.counter;
  };
  return {
    id: said,
    make: (options, wrong = {}) => {
      const asked = options as Asked;
      state.owner = asked.user?.id ?? "";
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey(own.publicKey)]);
      const data = authenticatorData(asked, wrong, next(wrong), attested);
      const clientDataJSON = clientData("webauthn.create", origin, asked, wrong).toString("base64url");
      return written({ clientDataJSON, attestationObject: attestation(data).toString("base64url") });
    },
    show: (options, wrong = {}) => {
      const asked = options as Asked;
      const client = clientData("webauthn.get", origin, asked, wrong);
      const data = authenticatorData(asked, wrong, next(wrong), Buffer.alloc(0));
      const key = wrong.isForged ? other.privateKey : own.privateKey;
      return written({
        clientDataJSON: client.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: sign("sha256", Buffer.concat([data, sha256(client)]), key).toString("base64url"),
        userHandle: wrong.owner ?? state.owner,
      });
    },
  };
}

/** CollectedClientData (WebAuthn 5.8.1). */
function clientData(kind: string, origin: string, { challenge }: Asked, wrong: Wrong): Buffer {
  const { type = kind, crossOrigin = false } = wrong;
  const said = { type, challenge: wrong.challenge ?? challenge, origin: wrong.origin ?? origin, crossOrigin };
  return Buffer.from(JSON.stringify(said));
}

/** Authenticator data (WebAuthn 6.1): the host, flags, the counter, and for a new passkey its key. */
function authenticatorData(asked: Asked, wrong: Wrong, counter: number, attested: Buffer): Buffer {
  const head = Buffer.alloc(5);
  const present = wrong.isPresent === false ? 0 : 0x01;
  const verified = wrong.isVerified === false ? 0 : 0x04;
  head.writeUInt8(present | verified | (attested.length > 0 ? 0x40 : 0), 0);
  head.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(wrong.rpId ?? asked.rpId ?? asked.rp?.id ?? ""), head, attested]);
}

function sha256(data: Buffer | string): Buffer {
  return createHash("sha256").update(data).digest();
}

// As much of CBOR (RFC 8949) as an answer needs.
function attestation(data: Buffer): Buffer {
  const text = (word: string) => Buffer.concat([Buffer.from([0x60 + word.length]), Buffer.from(word)]);
  const bytes = Buffer.concat([Buffer.from([0x59, data.length >> 8, data.length & 0xff]), data]);
  const nothing = Buffer.from([0xa0]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text("fmt"),
    text("none"),
    text("attStmt"),
    nothing,
    text("authData"),
    bytes,
  ]);
}

/** COSE_Key of an ES256 key: kty 2, alg -7, crv 1, x, y (RFC 9053). */
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const point = (label: number, value: string) =>
    Buffer.concat([Buffer.from([label, 0x58, 32]), Buffer.from(value, "base64url")]);
  return Buffer.concat([Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]), point(0x21, x), point(0x22, y)]);
}
