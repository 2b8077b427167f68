// Deliveries as a careful sender makes them, for the tests of the gate to spoil one thing at a time.
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Delivery, GateSettings } from "../../src/activitypub/gate.ts";

export const NOW = Date.parse("2026-11-22T18:30:00Z");
export const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ED25519 = generateKeyPairSync("ed25519");

export const SETTINGS: GateSettings = {
  origin: "https://gas.test",
  findInbox: (path) =>
    new Map([
      ["/banco/inbox", "https://gas.test/users/banco"],
      ["/inbox", null],
    ] as const).get(path as never),
  isBlocked: (host) => host === "evil.test" || host.endsWith(".evil.test"),
  allowPrivate: false,
};

export const FOLLOW = {
  "@context": "https://www.w3.org/ns/activitystreams",
  id: "https://p.test/p/follows/1",
  type: "Follow",
  actor: "https://p.test/p",
  object: "https://gas.test/users/banco",
};

/** What to do otherwise than a careful sender would; `null` leaves a header out, an array sends it several times. */
export type Changes = {
  readonly spec?: "rfc9421" | "draft-cavage";
  readonly origin?: string;
  readonly path?: string;
  readonly keyId?: string;
  readonly key?: KeyObject;
  readonly hash?: string | null;
  readonly algorithm?: string | null;
  readonly covered?: readonly string[];
  readonly signedAt?: number;
  readonly parameters?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
};

/** A signed POST of this body (JSON, text or bytes) to the inbox of the GAS at NOW. */
export function deliver(content: unknown, changes: Changes = {}): Delivery {
  const body = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
  const path = changes.path ?? "/banco/inbox";
  const sha256 = createHash("sha256").update(body).digest("base64");
  const date = new Date(changes.signedAt ?? NOW).toUTCString();
  const isCavage = changes.spec !== "rfc9421";
  const headers: Record<string, string | readonly string[] | null> = {
    host: new URL(changes.origin ?? SETTINGS.origin).host,
    date,
    "content-type": "application/activity+json",
    ...(isCavage ? { digest: `SHA-256=${sha256}` } : { "content-digest": `sha-256=:${sha256}:` }),
  };
  Object.assign(headers, isCavage ? signCavage(headers, path, changes) : signRfc9421(headers, path, changes));
  Object.assign(headers, changes.headers);
  const rawHeaders = Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().flatMap((value) => [name, value]),
  );
  return { method: "POST", path, rawHeaders, body, now: NOW };
}

type Sent = Record<string, string | readonly string[] | null>;

function signCavage(headers: Sent, path: string, changes: Changes): Sent {
  const covered = changes.covered ?? ["(request-target)", "host", "date", "digest"];
  const base = covered
    .map((name) => `${name}: ${name === "(request-target)" ? `post ${path}` : headers[name]}`)
    .join("\n");
  const algorithm = changes.algorithm === null ? "" : `algorithm="${changes.algorithm ?? "rsa-sha256"}",`;
  const keyId = changes.keyId ?? "https://p.test/p#main-key";
  const signature = signText(base, changes);
  return {
    signature: `keyId="${keyId}",${algorithm}headers="${covered.join(" ")}",signature="${signature}"${changes.parameters ?? ""}`,
  };
}

function signRfc9421(headers: Sent, path: string, changes: Changes): Sent {
  const covered = changes.covered ?? ["@method", "@target-uri", "content-digest"];
  const derived: Record<string, string> = {
    "@method": "POST",
    "@target-uri": (changes.origin ?? SETTINGS.origin) + path,
    "@authority": new URL(changes.origin ?? SETTINGS.origin).host,
    "@path": path,
  };
  const created = Math.floor((changes.signedAt ?? NOW) / 1000);
  const algorithm = changes.algorithm === null ? "" : `;alg="${changes.algorithm ?? "rsa-v1_5-sha256"}"`;
  const keyId = changes.keyId ?? "https://p.test/p#main-key";
  const input = `(${covered.map((name) => `"${name}"`).join(" ")})${changes.parameters ?? `;created=${created}`};keyid="${keyId}"${algorithm}`;
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
  const signature = signText([...lines, `"@signature-params": ${input}`].join("\n"), changes);
  return { "signature-input": `sig1=${input}`, signature: `sig1=:${signature}:` };
}

function signText(base: string, { key = RSA.privateKey, hash = "sha256" }: Changes): string {
  return sign(key.asymmetricKeyType === "ed25519" ? null : hash, Buffer.from(base), key).toString("base64");
}
