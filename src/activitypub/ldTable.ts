// What a foreign `@context` may say. We read plain JSON and fetch nothing, so a context can only make other readers see
// something else than we do: that is refused. Other vocabularies may be declared freely. SAFETY section 4, step 5.
import type { Refusal } from "../kernel/refusal.ts";
import { isOtherVersion, isPublished } from "./context.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import type { Profile } from "./profile.ts";

// Terms of the inline maps so far, by name, and what they stand for.
type Declared = Map<string, string>;

export type LinkedDataRefusal = Refusal<
  "context-unknown" | "other-version" | "context-redefines" | "keyword-forbidden" | "key-not-plain" | "number-not-whole"
>;

const AS = "https://www.w3.org/ns/activitystreams";
const SEC = "https://w3id.org/security#";

// Terms of the ActivityStreams context, each `as:` + its own name.
const AS_TERMS = (
  "Accept Activity IntransitiveActivity Add Announce Application Arrive Article Audio Block Collection " +
  "CollectionPage Relationship Create Delete Dislike Document Event Follow Flag Group Ignore Image Invite Join " +
  "Leave Like Link Mention Note Object Offer OrderedCollection OrderedCollectionPage Organization Page Person " +
  "Place Profile Question Reject Remove Service TentativeAccept TentativeReject Tombstone Undo Update Video " +
  "View Listen Read Move Travel IsFollowing IsFollowedBy IsContact IsMember subject relationship actor " +
  "attributedTo attachment bcc bto cc context current first generator icon image inReplyTo items instrument " +
  "last location next object oneOf anyOf closed origin accuracy prev preview replies result audience partOf " +
  "tag target to url altitude content name duration endTime height href hreflang latitude longitude mediaType " +
  "published radius rel startIndex startTime summary totalItems units updated width describes formerType " +
  "deleted outbox following followers streams preferredUsername endpoints uploadMedia proxyUrl liked " +
  "oauthAuthorizationEndpoint oauthTokenEndpoint provideClientKey signClientKey sharedInbox Public source " +
  "likes shares alsoKnownAs"
).split(" ");
// Terms of the security contexts, each `sec:` + its own name.
const SEC_TERMS = (
  "publicKey publicKeyPem publicKeyMultibase publicKeyBase58 owner controller signature signatureValue proof " +
  "proofValue proofPurpose cryptosuite verificationMethod assertionMethod DataIntegrityProof Multikey"
).split(" ");

const TERM_IRIS = new Map<string, string>([
  ...AS_TERMS.map((term): [string, string] => [term, `${AS}#${term}`]),
  ...SEC_TERMS.map((term): [string, string] => [term, SEC + term]),
  ["id", "@id"],
  ["type", "@type"],
  ["orderedItems", `${AS}#items`],
  ["contentMap", `${AS}#content`],
  ["nameMap", `${AS}#name`],
  ["summaryMap", `${AS}#summary`],
  ["inbox", "http://www.w3.org/ns/ldp#inbox"],
  ["creator", "http://purl.org/dc/terms/creator"],
  ["created", "http://purl.org/dc/terms/created"],
  ["as", `${AS}#`],
  ["sec", SEC],
  ["ldp", "http://www.w3.org/ns/ldp#"],
]);
const IRIS = new Set(TERM_IRIS.values());
// Mobilizon declares `location` as schema.org's: the same place under another name.
const MAY_BE_REDEFINED = new Set(["location"]);

const PLAIN_KEYWORDS = new Set(["@context", "@id", "@type", "@value", "@language"]);
const DEFINITION_KEYWORDS = new Set(["@id", "@type", "@container", "@language", "@prefix"]);
const CONTAINERS = new Set<Json>(["@list", "@set", "@language"]);

/** Whether an activity, the HTTP signature aside, means the same to a plain JSON reader as to a JSON-LD processor. */
export function checkLinkedData(activity: JsonObject, profile: Profile): LinkedDataRefusal | null {
  return profile === "strict" ? checkStrict(activity) : checkLenient(activity);
}

// Deep-equal to a published context, no other keyword, no compact IRI as key, no fraction: quantities are decimal strings.
function checkStrict(activity: JsonObject): LinkedDataRefusal | null {
  const context = activity["@context"];
  if (!isPublished(context)) return { refused: isOtherVersion(context) ? "other-version" : "context-unknown" };
  const { "@context": _, ...members } = activity;
  return checkStrictValue(members);
}

function checkStrictValue(value: Json): LinkedDataRefusal | null {
  if (typeof value === "number" && !Number.isInteger(value)) return { refused: "number-not-whole" };
  if (typeof value !== "object" || value === null) return null;
  for (const key of Array.isArray(value) ? [] : Object.keys(value)) {
    if (key.startsWith("@")) return { refused: "keyword-forbidden", key };
    if (key.includes(":")) return { refused: "key-not-plain", key };
  }
  for (const member of Object.values(value)) {
    const refusal = checkStrictValue(member);
    if (refusal !== null) return refusal;
  }
  return null;
}

function checkLenient(activity: JsonObject): LinkedDataRefusal | null {
  const context = activity["@context"];
  // Without any @context the media type says ActivityStreams (AS2 section 2.1.3).
  if (context !== undefined && !(Array.isArray(context) ? context : [context]).some(isActivityStreams)) {
    return { refused: "context-unknown" };
  }
  const alias = ["@id", "@type"].find((keyword) => Object.hasOwn(activity, keyword));
  if (alias !== undefined) return { refused: "keyword-forbidden", key: alias };
  const prefixed = Object.keys(activity).find((key) => key.includes(":"));
  if (prefixed !== undefined) return { refused: "key-not-plain", key: prefixed };
  return checkLenientValue(activity, new Map());
}

function isActivityStreams(entry: Json): boolean {
  return entry === AS || entry === `${AS}#` || entry === AS.replace("https:", "http:");
}

function checkLenientValue(value: Json, outer: Declared): LinkedDataRefusal | null {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) return firstRefusal(value, (item) => checkLenientValue(item, outer));
  for (const key of Object.keys(value)) {
    if (!key.startsWith("@")) continue;
    const isTwice = (key === "@id" || key === "@type") && Object.hasOwn(value, key.slice(1));
    if (!PLAIN_KEYWORDS.has(key) || isTwice) return { refused: "keyword-forbidden", key };
  }
  const { "@context": context } = value;
  const declared = context === undefined ? outer : new Map(outer);
  const refusal = context === undefined ? null : checkContext(context, declared);
  return (
    refusal ??
    firstRefusal(Object.keys(value), (key) => (key === "@context" ? null : checkLenientValue(value[key]!, declared)))
  );
}

// An array of URLs and inline maps. URLs are never fetched: what they declare beyond the known words is not read. Adds the
// maps' own terms to `declared`, one map after the other as a JSON-LD processor does.
function checkContext(context: Json, declared: Declared): LinkedDataRefusal | null {
  return firstRefusal(Array.isArray(context) ? context : [context], (entry) => {
    if (typeof entry === "string") return null;
    if (!isJsonObject(entry)) return { refused: "context-unknown" };
    for (const [term, definition] of Object.entries(entry)) {
      const iri = isJsonObject(definition) ? definition["@id"] : definition;
      if (typeof iri === "string") declared.set(term, iri);
    }
    return firstRefusal(Object.entries(entry), ([term, definition]) => checkTerm(term, definition, declared));
  });
}

function checkTerm(term: string, definition: Json, declared: Declared): LinkedDataRefusal | null {
  if (term === "@language" || term === "@version") return isJsonObject(definition) ? forbidden(term) : null;
  if (term.startsWith("@") || term.includes(":")) return forbidden(term);
  const keyword = isJsonObject(definition) ? findForbiddenKeyword(definition) : undefined;
  if (keyword !== undefined) return forbidden(keyword);
  const isTyped = isJsonObject(definition) && definition["@id"] === undefined;
  const iri = isTyped ? term : isJsonObject(definition) ? definition["@id"] : definition;
  if (typeof iri !== "string") return { refused: "context-redefines", term };
  const expanded = expand(iri, declared);
  const known = TERM_IRIS.get(term);
  if (known !== undefined) {
    return isTyped || known === expanded || MAY_BE_REDEFINED.has(term) ? null : { refused: "context-redefines", term };
  }
  return expanded.startsWith("@") || IRIS.has(expanded) ? { refused: "context-redefines", term } : null;
}

function findForbiddenKeyword(definition: JsonObject): string | undefined {
  const { "@container": container } = definition;
  const containers = container === undefined ? [] : Array.isArray(container) ? container : [container];
  if (containers.some((kind) => !CONTAINERS.has(kind))) return "@container";
  return Object.keys(definition).find((key) => !DEFINITION_KEYWORDS.has(key));
}

// Prefixes may stand on other terms of the same context; four steps are more than anyone needs.
function expand(iri: string, declared: Declared): string {
  let expanded = iri;
  for (let step = 0; step < 4; step++) {
    const colon = expanded.indexOf(":");
    const prefix = colon === -1 ? expanded : expanded.slice(0, colon);
    if (colon !== -1 && expanded.startsWith("//", colon + 1)) return expanded;
    const base = TERM_IRIS.get(prefix) ?? declared.get(prefix);
    if (base === undefined || base === expanded) return expanded;
    expanded = colon === -1 ? base : base + expanded.slice(colon + 1);
  }
  return expanded;
}

function forbidden(key: string): LinkedDataRefusal {
  return { refused: "keyword-forbidden", key };
}

function firstRefusal<T>(
  values: readonly T[],
  check: (value: T) => LinkedDataRefusal | null,
): LinkedDataRefusal | null {
  for (const value of values) {
    const refusal = check(value);
    if (refusal !== null) return refusal;
  }
  return null;
}
