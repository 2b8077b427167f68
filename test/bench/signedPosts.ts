// Signed deliveries as whole HTTP requests, made before the clock starts.
import { createHash, type KeyObject, sign } from "node:crypto";

export type Sender = {
  /** Origin of the receiver: signed as target, sent as host. */
  readonly origin: string;
  readonly path: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
};

/** The Follow with this number; each has an id of its own. */
export function writeFollow(number: number, actor: string, object: string): Buffer {
  const follow = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${actor}/follows/${number}`,
    type: "Follow",
    actor,
    object,
    to: [object],
  };
  return Buffer.from(JSON.stringify(follow));
}

/** POSTs of these bodies with RFC 9421 signatures of now, made in the thread pool. */
export function signPosts(bodies: readonly Buffer[], sender: Sender): Promise<Buffer[]> {
  return Promise.all(bodies.map((body) => signPost(body, sender)));
}

async function signPost(body: Buffer, { origin, path, keyId, privateKey }: Sender): Promise<Buffer> {
  const digest = `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  const parameters = writeParameters(keyId);
  const base = writeSignatureBase(origin + path, digest, parameters);
  const signature = await new Promise<Buffer>((resolve, reject) => {
    sign("sha256", Buffer.from(base), privateKey, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${new URL(origin).host}`,
    "content-type: application/activity+json",
    `content-length: ${body.length}`,
    `content-digest: ${digest}`,
    `signature-input: sig1=${parameters}`,
    `signature: sig1=:${signature.toString("base64")}:`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}

function writeParameters(keyId: string): string {
  const created = Math.floor(Date.now() / 1000);
  const covered = '("@method" "@target-uri" "@authority" "content-digest")';
  return `${covered};created=${created};keyid="${keyId}";alg="rsa-v1_5-sha256"`;
}

/** What is signed, RFC 9421 section 2.5. */
export function writeSignatureBase(target: string, digest: string, parameters: string): string {
  return [
    '"@method": POST',
    `"@target-uri": ${target}`,
    `"@authority": ${new URL(target).host}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ].join("\n");
}
