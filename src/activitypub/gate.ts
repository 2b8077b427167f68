// The inbound gate: one pure function that decides whether a delivery may be read at all. It runs before anything is
// fetched, stored or interpreted, and fetches nothing itself. SAFETY section 4, steps 1 to 6; PROTOCOL section 13.
import type { Refusal } from "../kernel/refusal.ts";
import { readIris, readObject, readType } from "./activityShape.ts";
import { MAX_BODY_BYTES, MAX_HEADER_BYTES } from "./gateLimits.ts";
import { readOrigin } from "./iri.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { readJson } from "./jsonScan.ts";
import { checkLinkedData } from "./ldTable.ts";
import { type Profile, pickProfile } from "./profile.ts";
import { digestOf } from "./proof.ts";
import { readSignature, type SignatureFacts } from "./signatureHeaders.ts";

/** A delivery as it came in: `path` is the raw request target, `rawHeaders` Node's flat list of names and values. */
export type Delivery = {
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** When it came, epoch ms. */
  readonly now: number;
};

export type GateSettings = {
  /** Ours, as `https://host`. */
  readonly origin: string;
  /** The inbox at exactly this path: its actor's IRI, `null` for the shared inbox, `undefined` where there is none. */
  readonly findInbox: (path: string) => string | null | undefined;
  /** Whether this host (lower-case ASCII) or a domain above it is blocked. */
  readonly isBlocked: (host: string) => boolean;
  /** Admits http senders on loopback: for local districts and tests only. */
  readonly allowPrivate: boolean;
  /** Whether an IRI names an order message, agreement, pact or delivery note we hold. Decides bare IRIs (profile.ts). */
  readonly isOrderObject?: (iri: string) => boolean;
};

/** A delivery that may be read once `verifySignature` has accepted the key of `actor` named by `keyId`. */
export type Pass = {
  readonly activity: JsonObject;
  readonly id: string;
  /** The actor's IRI, also where the body embeds the actor. Claimed until the signature is verified and the key its own. */
  readonly actor: string;
  /** The type by its short name; of several, the first. */
  readonly type: string;
  readonly profile: Profile;
  readonly keyId: string;
  readonly signature: SignatureFacts;
  /** `digestOf(activity)`: the content hash of PROTOCOL 6.3.5. */
  readonly digest: string;
};

/**
 * `date` is to be sent as the `Date` header, so that a sender whose clock is wrong can see it. `toProve`: written in a version of the
 * protocol that this node does not know; it is told so, and people hear of it, once the signature holds. Nothing else of it is read.
 */
export type GateRefusal = Refusal & { readonly status: number; readonly date?: string; readonly toProve?: Pass };

/** A pass, or a refusal with its HTTP status: 404, 421, 415, 413, 431, 400, 403 or 401, checked in this order. */
export function inspectDelivery(delivery: Delivery, settings: GateSettings): { readonly pass: Pass } | GateRefusal {
  const receiver = delivery.method === "POST" ? settings.findInbox(delivery.path) : undefined;
  if (receiver === undefined) return { refused: "no-such-inbox", status: 404 };
  const headers = indexHeaders(delivery.rawHeaders);
  const unfit = checkEnvelope(delivery, headers, settings.origin);
  if (unfit !== null) return unfit;
  const read = readJson(delivery.body);
  if ("refused" in read) return { ...read, status: 400 };
  const activity = read.json;
  if (!isJsonObject(activity)) return { refused: "not-an-object", status: 400 };
  const profile = pickProfile(activity, settings.isOrderObject ?? (() => false));
  const names = readNames(activity, profile, settings);
  if ("refused" in names) return names;
  const { id, actor, type, origin } = names;
  if (settings.isBlocked(new URL(origin).hostname)) return { refused: "blocked", status: 403 };
  const refusal =
    checkLinkedData(activity, profile) ??
    checkOwnSignatures(activity, profile, origin, settings.allowPrivate) ??
    (profile === "strict" ? checkAddress(activity, receiver) : null);
  const isOtherVersion = refusal?.refused === "other-version";
  if (refusal !== null && !isOtherVersion) return { ...refusal, status: 400 };
  const signature = readSignature({ ...delivery, origin: settings.origin, headers });
  if ("refused" in signature) return unsigned(signature, delivery.now);
  if (readOrigin(signature.keyId, settings.allowPrivate) !== origin) {
    return unsigned({ refused: "key-of-another" }, delivery.now);
  }
  const { keyId } = signature;
  const pass = { activity, id, actor, type, profile, keyId, signature, digest: digestOf(activity) };
  return isOtherVersion ? { ...refusal, status: 400, toProve: pass } : { pass };
}

// What is wrong before the body is looked into: host, media type, encoding, size.
function checkEnvelope(delivery: Delivery, headers: Headers, origin: string): GateRefusal | null {
  const host = headers.get("host");
  if (host?.length !== 1 || !isOurHost(host[0]!, origin)) return { refused: "not-our-host", status: 421 };
  if (!isActivityMedia(headers.get("content-type")) || headers.has("content-encoding")) {
    return { refused: "media-type", status: 415 };
  }
  if (delivery.body.length > MAX_BODY_BYTES) return { refused: "body-too-long", status: 413 };
  // Each header line also costs a colon, a space and a line end.
  const headerBytes = delivery.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  return headerBytes > MAX_HEADER_BYTES ? { refused: "headers-too-long", status: 431 } : null;
}

type Headers = ReadonlyMap<string, readonly string[]>;

function indexHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [rawHeaders[i + 1]!]);
    else values.push(rawHeaders[i + 1]!);
  }
  return headers;
}

function isOurHost(host: string, origin: string): boolean {
  const url = new URL(origin);
  const written = host.trim().toLowerCase();
  return written === url.host || (url.port === "" && written === `${url.host}:${url.protocol === "https:" ? 443 : 80}`);
}

function isActivityMedia(values: readonly string[] | undefined): boolean {
  if (values?.length !== 1) return false;
  const [media, ...parameters] = values[0]!.toLowerCase().split(";");
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(parameter)?.[1]);
  return (
    /^\s*application\/(activity|ld)\+json\s*$/.test(media!) &&
    charset.every((set) => set === undefined || set === "utf-8")
  );
}

type Names = { readonly id: string; readonly actor: string; readonly type: string; readonly origin: string };

// Who says what under which name: one of each, the id and the actor on one origin that is not ours.
function readNames(activity: JsonObject, profile: Profile, settings: GateSettings): Names | GateRefusal {
  const { id } = activity;
  const type = readActivityType(activity, profile);
  const actor = readActor(activity.actor, profile);
  const origin = readOrigin(actor, settings.allowPrivate);
  if (typeof id !== "string" || readOrigin(id, settings.allowPrivate) === null) return { refused: "id", status: 400 };
  if (type === null) return { refused: "type", status: 400 };
  if (actor === null || origin === null) return { refused: "actor", status: 400 };
  if (readOrigin(id, settings.allowPrivate) !== origin || origin === settings.origin) {
    return { refused: "id-of-another", status: 400 };
  }
  const isAttributed = ["Create", "Update"].includes(type) ? attributions(activity) : [activity.attributedTo];
  const isOwn = isAttributed.every((value) => value === undefined || value === null || readIris(value).includes(actor));
  return isOwn ? { id, actor, type, origin } : { refused: "attributed-to-another", status: 400 };
}

function attributions(activity: JsonObject): (Json | undefined)[] {
  return [activity.attributedTo, readObject(activity)?.attributedTo];
}

// Strict: the short name and nothing else. Lenient: of several types (at most eight) the first, in any spelling.
function readActivityType(activity: JsonObject, profile: Profile): string | null {
  const { type } = activity;
  const types = Array.isArray(type) ? type : [type];
  const areNames = types.length <= 8 && types.every((one) => typeof one === "string" && /^[\w:/.#-]{1,200}$/.test(one));
  const name = areNames ? readType(activity) : null;
  return profile === "lenient" || type === name ? name : null;
}

// onepage.pub embeds its actor's id, type and name. Key material in it would be an invitation to trust it: refused.
function readActor(actor: Json | undefined, profile: Profile): string | null {
  if (typeof actor === "string") return actor;
  if (profile === "strict" || !isJsonObject(actor) || typeof actor.id !== "string") return null;
  const carriesKeys = ["publicKey", "assertionMethod", "authentication", "verificationMethod", "owner"];
  return carriesKeys.some((member) => Object.hasOwn(actor, member)) ? null : actor.id;
}

// The document's own signatures: of the actor's origin, or none. They are not trusted for that; another's are misleading.
function checkOwnSignatures(
  activity: JsonObject,
  profile: Profile,
  origin: string,
  allowPrivate: boolean,
): Refusal | null {
  const { signature, proof } = activity;
  if (profile === "strict") {
    const isOne = isJsonObject(proof) && readOrigin(proof.verificationMethod, allowPrivate) === origin;
    return signature === undefined && isOne ? null : { refused: signature === undefined ? "proof" : "signature" };
  }
  const isOwn = (value: Json, member: string) =>
    isJsonObject(value) && readOrigin(value[member], allowPrivate) === origin;
  if (signature !== undefined && !isOwn(signature, "creator")) return { refused: "signature" };
  const proofs = proof === undefined ? [] : Array.isArray(proof) ? proof : [proof];
  return proofs.every((one) => isOwn(one, "verificationMethod")) ? null : { refused: "proof" };
}

// Order messages go to one actor's own inbox and to nobody else.
function checkAddress(activity: JsonObject, receiver: string | null): Refusal | null {
  const { to } = activity;
  const isAlone = Array.isArray(to) && to.length === 1 && to[0] === receiver;
  const isCopied = ["cc", "bto", "bcc", "audience"].some((member) => activity[member] !== undefined);
  return isAlone && !isCopied ? null : { refused: "not-addressed" };
}

function unsigned(refusal: Refusal, now: number): GateRefusal {
  return { ...refusal, status: 401, date: new Date(now).toUTCString() };
}
