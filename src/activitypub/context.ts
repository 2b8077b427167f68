// The JSON-LD contexts of Filiera, as released: PROTOCOL section 12. Immutable: a new term is a new map.
import type { Json, JsonObject } from "./json.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const SEC = "https://w3id.org/security";
const DI = `${SEC}/data-integrity/v1`;
const lit = (prefix: string, terms: string): [string, Json][] => terms.split(" ").map((k) => [k, `${prefix}:${k}`]);
const ref = (prefix: string, terms: string): [string, Json][] =>
  terms.split(" ").map((k) => [k, { "@id": `${prefix}:${k}`, "@type": "@id" }]);

/** Every term of ours, for order, catalog and actor documents. Its JCS SHA-256 is fixed by the protocol. */
export const MAP: JsonObject = {
  filiera: "https://w3id.org/filiera#",
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
