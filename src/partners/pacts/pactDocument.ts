// The JSON of a pact: the Relationship each side signs, and the messages around it. Strict and closed: what we cannot read
// whole we do not take. Pure. PROTOCOL section 7.
import { type Static, Type } from "typebox";
import { Check, Errors } from "typebox/schema";
import { DOCUMENT } from "../../activitypub/context.ts";
import type { Json, JsonObject } from "../../activitypub/json.ts";
import { formatDecimal, parseDecimal } from "../../kernel/decimal.ts";
import { formatEuros, parseEuros } from "../../kernel/money.ts";
import { formatInstant, parseInstant } from "../../kernel/time.ts";
import type { Half, Pact, PactKey, Revision } from "./pact.ts";
import { findBadTerm, TERMS_LIMITS, type Terms } from "./terms.ts";

const SOLIDARITY_PACT = "https://w3id.org/filiera#solidarityPact";

/** One side's Relationship as read: the thread, the parties, the terms, the keys, and its owner's half. */
export type ReadRelationship = Pick<Pact, "iri" | "buyer" | "seller"> &
  Pick<Revision, "revision" | "terms" | "keys" | "endsAt"> & { readonly owner: string; readonly half: Half };

/** The Relationship of one side. `owner` is the side whose half it is. */
export function writeRelationship(relationship: ReadRelationship): JsonObject {
  const { iri, buyer, seller, owner, revision, half, terms, keys, endsAt } = relationship;
  return {
    type: "Relationship",
    id: half.relationshipIri,
    attributedTo: owner,
    context: iri,
    ...(half.epoch > 1 ? { epoch: half.epoch } : {}),
    revision,
    sequence: half.sequence,
    pactStatus: half.status,
    subject: buyer,
    relationship: SOLIDARITY_PACT,
    object: seller,
    terms: writeTerms(terms),
    keys: keys.map(writeKey),
    ...(endsAt === null ? {} : { endTime: formatInstant(endsAt) }),
  };
}

const Iri = Type.String({ minLength: 1, maxLength: 2048 });
const Amount = Type.String({ pattern: "^(0|[1-9][0-9]{0,8})\\.[0-9]{2}$" });
const closed = { additionalProperties: false };
const KeyShape = Type.Object(
  { keyOwner: Iri, keyId: Iri, publicKeyMultibase: Type.String({ maxLength: 100 }) },
  closed,
);
const TermsShape = Type.Object(
  {
    catalogSubset: Type.Array(Iri, { minItems: 1, maxItems: TERMS_LIMITS.subset }),
    priceDelta: Type.String({ pattern: "^-?[0-9]{1,3}(\\.[0-9]{1,2})?$" }),
    minOrder: Type.Object({ minPrice: Amount, priceCurrency: Type.Literal("EUR") }, closed),
    deliveryCost: Type.Object({ price: Amount, priceCurrency: Type.Literal("EUR") }, closed),
    leadDays: Type.Integer({ minimum: 0, maximum: TERMS_LIMITS.leadDays }),
    referents: Type.Array(
      Type.Object({ name: Type.String({ maxLength: 100 }), url: Type.String({ maxLength: 400 }) }, closed),
      { maxItems: TERMS_LIMITS.referents },
    ),
  },
  closed,
);
const RelationshipShape = Type.Object(
  {
    type: Type.Literal("Relationship"),
    id: Iri,
    attributedTo: Iri,
    context: Iri,
    epoch: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    revision: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    sequence: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
    pactStatus: Type.Union([Type.Literal("active"), Type.Literal("suspended")]),
    subject: Iri,
    relationship: Type.Literal(SOLIDARITY_PACT),
    object: Iri,
    terms: TermsShape,
    keys: Type.Array(KeyShape, { minItems: 2, maxItems: 2 }),
    endTime: Type.Optional(Type.String({ maxLength: 40 })),
  },
  closed,
);

/** A Relationship whole and sound, or the name of the member that is not. `owner` is who signed the message around it. */
export function readRelationship(json: Json | undefined, owner: string): ReadRelationship | { readonly bad: string } {
  if (!Check(RelationshipShape, json))
    return { bad: Errors(RelationshipShape, json)[1][0]?.instancePath.slice(1, 60) || "object" };
  const { subject: buyer, object: seller, context: iri, epoch = 1, revision, sequence, pactStatus } = json;
  const parties = [buyer, seller];
  if (buyer === seller || !parties.includes(owner) || json.attributedTo !== owner) return { bad: "attributedTo" };
  if (!parties.every((party) => URL.canParse(party)) || !isOnOriginOf(json.id, [owner])) return { bad: "id" };
  if (!isOnOriginOf(iri, parties)) return { bad: "context" };
  const terms = readTerms(json.terms);
  const badTerm = terms ? findBadTerm(terms, seller) : "priceDelta";
  if (!terms || badTerm) return { bad: `terms/${badTerm}` };
  const keys = json.keys.map(({ keyOwner, keyId, publicKeyMultibase }) => ({
    owner: keyOwner,
    keyId,
    multibase: publicKeyMultibase,
  }));
  const areTheirs = keys.every((key) => isOnOriginOf(key.keyId, [key.owner]));
  if (
    new Set(keys.map((key) => key.owner)).size !== 2 ||
    !keys.every((key) => parties.includes(key.owner)) ||
    !areTheirs
  )
    return { bad: "keys" };
  const endsAt = json.endTime === undefined ? null : parseInstant(json.endTime);
  if (json.endTime !== undefined && endsAt === null) return { bad: "endTime" };
  const half = { relationshipIri: json.id, epoch, sequence, status: pactStatus };
  return { iri, buyer, seller, owner, revision, terms, keys, endsAt, half };
}

/** Whether two Relationships say the same but for whose half they are: an Accept must repeat what was offered. */
export function isSameAgreement(
  one: Pick<Revision, "revision" | "terms" | "keys" | "endsAt">,
  other: Pick<Revision, "revision" | "terms" | "keys" | "endsAt">,
): boolean {
  return gist(one) === gist(other);
}

/** What every message about a pact begins with. */
export type PactEnvelope = {
  readonly id: string;
  readonly actor: string;
  readonly to: string;
  readonly context: string;
};

export function writePactOffer(envelope: PactEnvelope, relationship: JsonObject): JsonObject {
  return { ...open("Offer", envelope), object: relationship };
}

/** `objectDigest` names exactly the Offer that is answered. PROTOCOL 6.3.5. */
export function writePactAccept(
  envelope: PactEnvelope,
  answer: { offerIri: string; objectDigest: string; result: JsonObject },
): JsonObject {
  const { offerIri, objectDigest, result } = answer;
  return { ...open("Accept", envelope), object: offerIri, objectDigest, result };
}

export function writePactReject(
  envelope: PactEnvelope,
  answer: { offerIri: string; objectDigest: string; reasonCode: string },
): JsonObject {
  const { offerIri, objectDigest, reasonCode } = answer;
  return { ...open("Reject", envelope), object: offerIri, objectDigest, reasonCode };
}

export function writePactUpdate(envelope: PactEnvelope, relationship: JsonObject): JsonObject {
  return { ...open("Update", envelope), object: relationship };
}

/** Ends a pact or withdraws its proposal. `objectDigest` keeps the gate strict where the Offer has not come yet. */
export function writePactUndo(envelope: PactEnvelope, undone: { iri: string; objectDigest: string }): JsonObject {
  return { ...open("Undo", envelope), object: undone.iri, objectDigest: undone.objectDigest };
}

/** Tells a partner of a new key; proven by the key it has pinned. PROTOCOL 6.5. */
export function writeKeyNotice(envelope: PactEnvelope, key: PactKey): JsonObject {
  return { ...open("Update", envelope), object: envelope.actor, keys: [writeKey(key)] };
}

/** Says that the new key of a notice is pinned. */
export function writeKeyNoticeAnswer(
  envelope: PactEnvelope,
  answer: { noticeIri: string; objectDigest: string },
): JsonObject {
  return { ...open("Accept", envelope), object: answer.noticeIri, objectDigest: answer.objectDigest };
}

/** The new key of a notice by its owner, or null when it is not one. */
export function readKeyNotice(json: JsonObject, owner: string): PactKey | null {
  const keys = json.keys;
  if (json.object !== owner || !Array.isArray(keys) || keys.length !== 1 || !Check(KeyShape, keys[0])) return null;
  const { keyOwner, keyId, publicKeyMultibase } = keys[0];
  if (keyOwner !== owner || !isOnOriginOf(keyId, [owner])) return null;
  return { owner, keyId, multibase: publicKeyMultibase };
}

function open(type: string, { id, actor, to, context }: PactEnvelope): JsonObject {
  return { "@context": DOCUMENT, type, id, actor, to: [to], context };
}

function writeTerms(terms: Terms): JsonObject {
  return {
    catalogSubset: [...terms.catalogSubset],
    priceDelta: formatDecimal(terms.priceDeltaHundredthsPercent, 2, 1),
    minOrder: { minPrice: formatEuros(terms.minOrderCents), priceCurrency: "EUR" },
    deliveryCost: { price: formatEuros(terms.deliveryCostCents), priceCurrency: "EUR" },
    leadDays: terms.leadDays,
    referents: terms.referents.map(({ name, email }) => ({ name, url: `mailto:${email}` })),
  };
}

function readTerms(json: Static<typeof TermsShape>): Terms | null {
  const delta = parseDecimal(json.priceDelta, 2);
  const minOrder = parseEuros(json.minOrder.minPrice);
  const delivery = parseEuros(json.deliveryCost.price);
  if (delta === null || minOrder === null || delivery === null) return null;
  return {
    catalogSubset: json.catalogSubset,
    priceDeltaHundredthsPercent: delta,
    minOrderCents: minOrder,
    deliveryCostCents: delivery,
    leadDays: json.leadDays,
    // Anything but a mailbox is caught by findBadTerm.
    referents: json.referents.map(({ name, url }) => ({ name, email: url.replace(/^mailto:/, "") })),
  };
}

function writeKey({ owner, keyId, multibase }: PactKey): JsonObject {
  return { keyOwner: owner, keyId, publicKeyMultibase: multibase };
}

function gist({ revision, terms, keys, endsAt }: Pick<Revision, "revision" | "terms" | "keys" | "endsAt">): string {
  const { catalogSubset, referents, ...numbers } = terms;
  const people = referents.map(({ name, email }) => [name, email]);
  const sortedKeys = keys.map(({ owner, keyId, multibase }) => [owner, keyId, multibase]).sort();
  return JSON.stringify([revision, endsAt, catalogSubset, people, Object.entries(numbers).sort(), sortedKeys]);
}

function isOnOriginOf(iri: string, owners: readonly string[]): boolean {
  return URL.canParse(iri) && owners.some((owner) => new URL(iri).origin === new URL(owner).origin);
}
