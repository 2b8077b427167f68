// Reads the one HTTP signature of a delivery, RFC 9421 or draft-cavage-12, checks everything but the cryptography, and
// builds the text that was signed. SAFETY section 4, step 6; PROTOCOL section 13.
import { hash } from "node:crypto";
import type { Refusal } from "../kernel/refusal.ts";
import { MAX_CLOCK_SKEW_MS, MAX_SIGNATURE_BYTES } from "./gateLimits.ts";

/** What `verifySignature` needs: the signed text (ASCII) and the signature over it. */
export type SignatureFacts = {
  readonly spec: "rfc9421" | "draft-cavage";
  /** `of-key`: the sender named none, or `hs2019`; the key's own type decides. */
  readonly algorithm: "rsa-v1_5-sha256" | "rsa-v1_5-sha512" | "rsa-pss-sha512" | "ed25519" | "of-key";
  readonly keyId: string;
  readonly base: string;
  readonly bytes: Buffer;
};

export type SignatureRefusal = Refusal<
  "not-signed" | "signature-unreadable" | "signature-covers-too-little" | "signature-stale" | "digest-wrong"
>;

/** A request as its signer must have meant it. `origin` is ours; header names are lower-case, values in order of arrival. */
export type SignedRequest = {
  readonly method: string;
  readonly path: string;
  readonly origin: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  readonly now: number;
};

const CAVAGE_ALGORITHMS: ReadonlyMap<string, SignatureFacts["algorithm"]> = new Map([
  ["rsa-sha256", "rsa-v1_5-sha256"],
  ["rsa-sha512", "rsa-v1_5-sha512"],
  ["ed25519", "ed25519"],
  ["hs2019", "of-key"],
]);
const RFC9421_ALGORITHMS: ReadonlySet<unknown> = new Set([
  "rsa-v1_5-sha256",
  "rsa-v1_5-sha512",
  "rsa-pss-sha512",
  "ed25519",
]);
const PARAMETERS = new Set(["created", "expires", "keyid", "alg", "nonce", "tag"]);
const unreadable: SignatureRefusal = { refused: "signature-unreadable" };

/**
 * The signature's facts, or why it counts for nothing. One signature, one key, no parameter twice; it covers method, path,
 * host, date (within an hour of `now`, epoch ms) and a SHA-256 or SHA-512 digest, which is recomputed over the raw bytes.
 */
export function readSignature(request: SignedRequest): SignatureFacts | SignatureRefusal {
  const signature = request.headers.get("signature");
  const input = request.headers.get("signature-input");
  if (signature === undefined) return { refused: "not-signed" };
  const isTooLong = [...signature, ...(input ?? [])].some((value) => value.length > MAX_SIGNATURE_BYTES);
  if (signature.length !== 1 || (input !== undefined && input.length !== 1) || isTooLong) return unreadable;
  return input === undefined ? readCavage(request, signature[0]!) : readRfc9421(request, input[0]!, signature[0]!);
}

function readCavage(request: SignedRequest, header: string): SignatureFacts | SignatureRefusal {
  const parameters = readCavageParameters(header);
  if (parameters === null) return unreadable;
  const keyId = parameters.get("keyId");
  const bytes = readBase64(parameters.get("signature"));
  const algorithm = CAVAGE_ALGORITHMS.get(parameters.get("algorithm") ?? "hs2019");
  const names = (parameters.get("headers") ?? "").split(" ");
  if (keyId === undefined || bytes === null || algorithm === undefined) return unreadable;
  if (new Set(names).size !== names.length) return unreadable;
  const needed = ["(request-target)", "host", "date", ...(hasBody(request) ? ["digest"] : [])];
  if (needed.some((name) => !names.includes(name))) {
    return { refused: "signature-covers-too-little" };
  }
  const lines: string[] = [];
  for (const name of names) {
    const value = readCavageValue(request, name, parameters);
    if (value === null) return unreadable;
    lines.push(`${name}: ${value}`);
  }
  const created = parameters.get("created");
  const expires = parameters.get("expires");
  const isStale =
    !isFresh(readHttpDate(readHeader(request, "date")), request.now) ||
    (created !== undefined && !isFresh(readSeconds(created), request.now)) ||
    (expires !== undefined && !(readSeconds(expires) >= request.now));
  if (isStale) return { refused: "signature-stale" };
  const digest = /^(sha-256|sha-512)=([A-Za-z0-9+/]+={0,2})$/i.exec(readHeader(request, "digest") ?? "");
  if (hasBody(request) && (digest === null || !isDigest(digest[1]!, digest[2]!, request.body))) {
    return { refused: "digest-wrong" };
  }
  return { spec: "draft-cavage", algorithm, keyId, base: lines.join("\n"), bytes };
}

// A GET has nothing to digest; everything else is a delivery.
function hasBody(request: SignedRequest): boolean {
  return request.method !== "GET";
}

// name="value" or name=123, separated by commas; no name twice. Null when anything else is there.
function readCavageParameters(header: string): Map<string, string> | null {
  const parameters = new Map<string, string>();
  for (const pair of header.split(",")) {
    const match = /^[ \t]*([A-Za-z]+)=(?:"([\x20\x21\x23-\x7e]*)"|(\d{1,12}))[ \t]*$/.exec(pair);
    if (match === null || parameters.has(match[1]!)) return null;
    parameters.set(match[1]!, match[2] ?? match[3]!);
  }
  return parameters;
}

function readCavageValue(request: SignedRequest, name: string, parameters: Map<string, string>): string | null {
  if (name === "(request-target)") return `${request.method.toLowerCase()} ${request.path}`;
  if (name === "(created)") return parameters.get("created") ?? null;
  if (name === "(expires)") return parameters.get("expires") ?? null;
  return readHeader(request, name);
}

function readRfc9421(request: SignedRequest, inputHeader: string, signatureHeader: string) {
  const input = readInput(inputHeader);
  const signature = BYTES.exec(signatureHeader);
  const bytes = readBase64(signature?.[2]);
  if (input === null || bytes === null || input.label !== signature![1]) return unreadable;
  const { keyid, alg, created, expires } = input.parameters;
  if (typeof keyid !== "string" || (alg !== undefined && !RFC9421_ALGORITHMS.has(alg))) return unreadable;
  const { names } = input;
  const lines: string[] = [];
  for (const name of names) {
    const value = readComponent(request, name);
    if (value === null) return unreadable;
    lines.push(`"${name}": ${value}`);
  }
  if (!coversEnough(names, hasBody(request))) return { refused: "signature-covers-too-little" } as const;
  const isStale =
    !isFresh(secondsToMs(created), request.now) || (expires !== undefined && !(secondsToMs(expires) >= request.now));
  if (isStale) return { refused: "signature-stale" } as const;
  const digest = /^(sha-256|sha-512)=:([A-Za-z0-9+/]+={0,2}):$/.exec(readHeader(request, "content-digest") ?? "");
  if (hasBody(request) && (digest === null || !isDigest(digest[1]!, digest[2]!, request.body))) {
    return { refused: "digest-wrong" } as const;
  }
  // The member as it stands in the header: readInput takes only the canonical text.
  lines.push(`"@signature-params": ${inputHeader.slice(input.label.length + 1)}`);
  const algorithm = (alg ?? "of-key") as SignatureFacts["algorithm"];
  return { spec: "rfc9421", algorithm, keyId: keyid, base: lines.join("\n"), bytes } as const;
}

// A structured dictionary (RFC 8941) with one member, as far as RFC 9421 signatures go. What is signed is the canonical text,
// so no other spelling is read; component parameters and other types stand in no signature that the field makes.
const BYTES = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]+={0,2}):$/;
const INPUT =
  /^([a-z*][a-z0-9_.*-]*)=\(("[^"\\]+"(?: "[^"\\]+")*)\)((?:;[a-z]+=(?:"(?:[^"\\]|\\["\\])*"|-?\d{1,15}))*)$/;
const PARAMETER = /;([a-z]+)=(?:"((?:[^"\\]|\\["\\])*)"|(-?\d+))/g;
const PRINTABLE = /^[\x20-\x7e]*$/;

type Input = {
  readonly label: string;
  readonly names: readonly string[];
  readonly parameters: Readonly<Record<string, string | number>>;
};

/** The components and parameters of a Signature-Input header, no name twice; null for anything else. */
function readInput(header: string): Input | null {
  const match = PRINTABLE.test(header) ? INPUT.exec(header) : null;
  if (match === null) return null;
  const [, label, covered, rest] = match;
  const names = covered!.slice(1, -1).split('" "');
  if (new Set(names).size !== names.length) return null;
  const parameters: Record<string, string | number> = {};
  for (const [, name, text, digits] of rest!.matchAll(PARAMETER)) {
    if (!PARAMETERS.has(name!) || Object.hasOwn(parameters, name!)) return null;
    // 007 and -0 are spellings that another reader would sign otherwise.
    if (digits !== undefined && String(Number(digits)) !== digits) return null;
    parameters[name!] = text?.replace(/\\(.)/g, "$1") ?? Number(digits);
  }
  return { label: label!, names, parameters };
}

// Method, then path and host together or apart, then the bytes. `created` is a parameter and always covered.
function coversEnough(names: readonly string[], isDelivery: boolean): boolean {
  const covers = (...some: string[]) => some.some((name) => names.includes(name));
  return (
    covers("@method") &&
    covers("@target-uri", "@path") &&
    covers("@target-uri", "@authority", "host") &&
    (!isDelivery || covers("content-digest"))
  );
}

// The path of an inbox has no query, and @query and @request-target are read in two ways in the field: neither is taken.
function readComponent(request: SignedRequest, name: string): string | null {
  if (name === "@method") return request.method.toUpperCase();
  if (name === "@target-uri") return request.origin + request.path;
  if (name === "@authority") return request.origin.slice(request.origin.indexOf("//") + 2);
  if (name === "@scheme") return request.origin.slice(0, request.origin.indexOf(":"));
  if (name === "@path") return request.path;
  return readHeader(request, name);
}

// The value of a header that came exactly once, in printable ASCII; null otherwise. Names are lower-case tokens.
function readHeader(request: SignedRequest, name: string): string | null {
  const values = request.headers.get(name);
  const value = values?.length === 1 ? values[0]!.replace(/^[ \t]+|[ \t]+$/g, "") : null;
  return value !== null && /^[\x20-\x7e\t]*$/.test(value) ? value : null;
}

function isDigest(algorithm: string, base64: string, body: Buffer): boolean {
  return hash(algorithm.toLowerCase().replace("-", ""), body, "base64") === base64;
}

function readBase64(text: string | undefined): Buffer | null {
  const bytes = Buffer.from(text ?? "", "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? bytes : null;
}

// IMF-fixdate (RFC 9110 section 5.6.7) as epoch ms; NaN for anything else.
function readHttpDate(text: string | null): number {
  const at = Date.parse(text ?? "");
  return Number.isFinite(at) && new Date(at).toUTCString() === text ? at : Number.NaN;
}

function readSeconds(text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Number.NaN;
}

function secondsToMs(seconds: unknown): number {
  return Number.isInteger(seconds) ? (seconds as number) * 1000 : Number.NaN;
}

function isFresh(at: number, now: number): boolean {
  return Math.abs(now - at) <= MAX_CLOCK_SKEW_MS;
}
