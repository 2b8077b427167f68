// Reads ActivityPub documents of other nodes: typed as such, named by the URL they came from, owned by their own origin.
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { Answer, Fetcher, FetchFailure, Signer } from "./guardedFetch.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { shortenKeyNames } from "./keyNames.ts";

/** Bytes to JSON under the limits of the inbound gate (depth, nodes, duplicate keys), or why not. */
export type ReadJson = (bytes: Buffer) => JsonObject | Refusal;

export type DocumentOptions = {
  readonly parse: ReadJson;
  readonly sign?: Signer;
  readonly maxBytes?: number;
  readonly withinMs?: number;
  /** The ETag of the copy we hold; the same document is then a failure with status 304. */
  readonly ifNoneMatch?: string;
  /** Lets redirects lead to another origin: only for addresses a person typed, never for an id somebody claimed. */
  readonly acrossOrigins?: boolean;
  /** Demands that also `url` is on the document's origin, as for the partners of orders (SAFETY test B31). */
  readonly forTrade?: boolean;
};

export type FoundDocument = {
  readonly ok: true;
  readonly document: JsonObject;
  /** The final URL, which is also the document's id. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** What is wrong with a document, or with the answer it came in. */
type DocumentFault =
  | "status"
  | "media-type"
  | "unreadable"
  | "id-mismatch"
  | "foreign-origin"
  | "foreign-owner"
  | "not-a-collection";

export type NoDocument = {
  readonly ok: false;
  readonly failure: FetchFailure | DocumentFault;
  readonly detail: string;
  readonly url: string;
  /** The HTTP status, where an answer came at all. */
  readonly status: number | null;
  /** Of an answer, for Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
  /** With "id-mismatch": the id the document gives itself, worth one more fetch where a person typed the first URL. */
  readonly claimedId: string | null;
};

/** What we ask for, in the two names it has (ActivityPub section 3.2). */
const ACTIVITY_ACCEPT =
  'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

const MEDIA_TYPES = new Set(["application/activity+json", "application/ld+json"]);

/**
 * Fetches the document with this id. It is believed only if it is served as ActivityPub, its `id` is the final URL, its
 * owners are on the same origin and, for an actor, its inbox and keys too (PROTOCOL section 3, FEP-fe34, SAFETY B30, B31,
 * B47). A lone key document proves nothing: fetch the actor instead.
 */
export async function fetchDocument(
  fetcher: Fetcher,
  iri: string,
  options: DocumentOptions,
): Promise<FoundDocument | NoDocument> {
  const { sign, maxBytes, withinMs, ifNoneMatch } = options;
  const answer = await fetcher.get(iri, {
    accept: ACTIVITY_ACCEPT,
    ...(sign && { sign }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(withinMs !== undefined && { withinMs }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  });
  if (!answer.ok) return { ...answer, status: null, headers: {}, claimedId: null };
  if (!options.acrossOrigins && !sameOrigin(answer.url, iri)) return blame(answer, "foreign-origin", "redirected");
  return readDocument(answer, options);
}

function readDocument(answer: Answer, options: DocumentOptions): FoundDocument | NoDocument {
  if (answer.status !== 200) return blame(answer, "status", String(answer.status));
  const mediaType = readMediaType(answer.headers);
  if (!MEDIA_TYPES.has(mediaType)) return blame(answer, "media-type", mediaType);
  const parsed = options.parse(answer.body);
  if (isRefusal(parsed)) return blame(answer, "unreadable", parsed.refused);
  const document = shortenKeyNames(parsed);
  const { id } = document;
  if (typeof id !== "string" || !isNameOf(id, answer.url)) {
    return { ...blame(answer, "id-mismatch", String(id)), claimedId: typeof id === "string" ? id : null };
  }
  const foreign = findForeignPart(document, answer.url, options.forTrade ?? false);
  if (foreign !== null) return blame(answer, "foreign-owner", foreign);
  return { ok: true, document, url: answer.url, headers: answer.headers };
}

/** The media type without parameters, lower case; "" where there is none. */
export function readMediaType(headers: Readonly<Record<string, string>>): string {
  return (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
}

/** Whether two URLs have one scheme, host and port. False where either is none. */
export function sameOrigin(one: string, other: string): boolean {
  const origin = URL.parse(one)?.origin;
  return origin !== undefined && origin !== "null" && origin === URL.parse(other)?.origin;
}

/**
 * The first property of a document that belongs to another origin, or null. Owners (`attributedTo`, `actor`, `owner`)
 * must be of the document's origin; so must an actor's inbox, collections and keys, and its key must name it as owner.
 */
export function findForeignPart(document: JsonObject, url: string, forTrade: boolean): string | null {
  const own = (value: Json | undefined) => iris(value).every((iri) => sameOrigin(iri, url));
  for (const name of ["attributedTo", "actor", "owner", "controller"]) if (!own(document[name])) return name;
  if (forTrade && !own(document.url)) return "url";
  if (document.inbox === undefined) return null;
  if (typeof document.inbox !== "string") return "inbox";
  for (const name of ["inbox", "outbox", "followers", "following"]) if (!own(document[name])) return name;
  const endpoints = document.endpoints;
  if (isJsonObject(endpoints) && !own(endpoints.sharedInbox)) return "endpoints.sharedInbox";
  for (const key of [...list(document.publicKey), ...list(document.assertionMethod)]) {
    if (!own(key)) return "publicKey.id";
    if (!isJsonObject(key)) continue;
    for (const name of ["owner", "controller"]) {
      if (key[name] !== undefined && key[name] !== document.id) return `publicKey.${name}`;
    }
  }
  return null;
}

/** A value that JSON-LD lets be absent, single or many, as a list. */
export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The IRI of a reference: itself, the `id` of an object, the `href` of a Link; null where there is none. */
export function iriOf(value: Json | undefined): string | null {
  if (typeof value === "string") return value;
  if (!isJsonObject(value)) return null;
  const iri = value.id ?? value.href;
  return typeof iri === "string" ? iri : null;
}

// What has no IRI cannot be shown to be ours: it reads as "", which has no origin.
function iris(value: Json | undefined): string[] {
  return list(value).map((item) => iriOf(item) ?? "");
}

// One spelling only, or one actor would have two ids; "https://host" for "https://host/" is common, and harmless.
function isNameOf(id: string, url: string): boolean {
  return id === url || (`${id}/` === url && new URL(url).pathname === "/");
}

function blame(answer: Answer, failure: DocumentFault, detail: string): NoDocument {
  const { url, status, headers } = answer;
  const printable = detail.slice(0, 200).replace(/[^\x20-\x7e]/g, "?");
  return { ok: false, failure, detail: printable, url, status, headers, claimedId: null };
}
