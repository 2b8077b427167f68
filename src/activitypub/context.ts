// The JSON-LD contexts of Filiera, as released: PROTOCOL section 12. Immutable: a new term is a new map.
import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const SEC = "https://w3id.org/security";
const DI = `${SEC}/data-integrity/v1`;
const lit = (prefix: string, terms: string): [string, Json][] => terms.split(" ").map((k) => [k, `${prefix}:${k}`]);
const ref = (prefix: string, terms: string): [string, Json][] =>
  terms.split(" ").map((k) => [k, { "@id": `${prefix}:${k}`, "@type": "@id" }]);

const FILIERA = "https://w3id.org/filiera#";

/** The version of the protocol that this node writes. A change of what order messages say is a new version, with a new map. */
export const VERSION = 1;

/** Every term of ours, for order, catalog and actor documents. Its JCS SHA-256 is fixed by the protocol. */
export const MAP: JsonObject = {
  filiera: FILIERA,
  vf: "https://w3id.org/valueflows/ont/vf#",
  schema: "http://schema.org/",
  om2: "http://www.ontology-of-units-of-measure.org/resource/om-2/",
  toot: "http://joinmastodon.org/ns#",
  ev: "https://w3id.org/fep/8a8e/",
  ...Object.fromEntries([
    ...lit(
      "vf",
      "Proposal Intent Agreement Commitment purpose unitBased action publishes reciprocal stipulates " +
        "stipulatesReciprocal resourceQuantity availableQuantity minimumQuantity",
    ),
    ...ref("vf", "satisfies fulfills resourceConformsTo resourceClassifiedAs"),
    ...lit("om2", "hasUnit hasNumericalValue"),
    ...lit("as", "Hashtag manuallyApprovesFollowers"),
    ...lit(
      "schema",
      "address PostalAddress streetAddress postalCode addressLocality addressRegion addressCountry sku " +
        "price minPrice priceCurrency referenceQuantity",
    ),
    ...ref("schema", "memberOf"),
    ...lit(
      "filiera",
      "role season controlBody variableWeight cycleStatus deliveries threshold collected missing " +
        "groupsCount freezeTime transportRule allocationRule orderStatus epoch revision sequence objectDigest answerBy " +
        "reasonCode fulfilments charges pactStatus terms priceDelta deliveryCost leadDays referents keys",
    ),
    ...ref(
      "filiera",
      "catalog cycles members hosts orderThreads certification basedOn collectsFor supersedes " +
        "catalogSubset keyId keyOwner",
    ),
    ...lit(
      "ev",
      "organizers timezone joinMode externalParticipationUrl EventScheduled EventCancelled EventPostponed " +
        "EventRescheduled",
    ),
    ...ref("ev", "upcomingEvents"),
    ...lit("toot", "discoverable indexable"),
  ]),
  unitPrice: "schema:priceSpecification",
  minOrder: "schema:eligibleTransactionVolume",
  vatIncluded: "schema:valueAddedTaxIncluded",
  publicKeyMultibase: `${SEC}#publicKeyMultibase`,
  eventStatus: { "@id": "ev:eventStatus", "@type": "@vocab" },
  status: "http://www.w3.org/2002/12/cal/ical#status",
  PropertyValue: "http://schema.org#PropertyValue",
  value: "http://schema.org#value",
  webfinger: "https://purl.archive.org/socialweb/webfinger#webfinger",
  implements: { "@id": "https://w3id.org/fep/844e/implements", "@type": "@id", "@container": "@list" },
};

/** `@context` of order-channel messages, pacts, catalogs and cycles. */
export const DOCUMENT: Json[] = [AS, DI, MAP];

/** `@context` of what people read: Note, Article, Event. */
export const HUMAN: Json[] = [AS, DI, { Hashtag: "as:Hashtag" }];

/** `@context` of actor documents. */
export const ACTOR: Json[] = [AS, `${SEC}/v1`, DI, "https://www.w3.org/ns/did/v1", `${SEC}/multikey/v1`, MAP];

/** Every context that order messages ever had, one per version from 1 on: what was published is read for ever. PROTOCOL section 12. */
export const PUBLISHED: Json[][] = [DOCUMENT];

/** The versions this node reads, as it says them to others. */
export const READS: readonly number[] = PUBLISHED.map((_, i) => i + 1);

/** Whether it is a context of one of the versions this node reads. */
export function isPublished(context: Json | undefined): boolean {
  return PUBLISHED.some((published) => isDeepStrictEqual(context, published));
}

/** Whether it is a context of ours in a version that this node does not know (yet). */
export function isOtherVersion(context: Json | undefined): boolean {
  if (!Array.isArray(context) || isPublished(context)) return false;
  return context[0] === AS && context.some((entry) => isJsonObject(entry) && entry.filiera === FILIERA);
}

/** The name of a version in the actor documents of nodes that read it (FEP-844e). */
export function profileOf(version: number): string {
  return `${FILIERA}profile-${version}`;
}

/** The version that a name is of, or null. */
export function versionOf(profile: string): number | null {
  const [, number] = /^https:\/\/w3id\.org\/filiera#profile-([1-9]\d{0,2})$/.exec(profile) ?? [];
  return number === undefined ? null : Number(number);
}
