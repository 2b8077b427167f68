// What a producer says about its cycles: the Note people read, and the activities that carry it. PROTOCOL.md section 5.
import { DOCUMENT, HUMAN } from "../activitypub/context.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { PUBLIC, writePicture } from "../catalogs/proposal.ts";
import { formatInstant } from "../kernel/time.ts";
import { formats } from "../web/format.ts";
import { type Language, words } from "../web/words.ts";
import { choosePictures, type Voice, writeContent } from "./announcement.ts";
import type { Cycle } from "./cycle.ts";
import { audienceOf, cycleUrls, writeCycleStub } from "./offer.ts";

const LD_JSON = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';
const PROPOSAL_LIST = "https://w3id.org/valueflows/ont/vf#ProposalList";

/** The sentences and formats of one language. */
export function voiceOf(language: Language): Voice {
  const { date, time, money } = formats(language);
  return { say: words(language), date, time, money: (cents) => money(cents) };
}

/** The announcement, as it stands in its activities. Stock ActivityStreams, so that any server shows it whole. */
function writeNote(cycle: Cycle): JsonObject {
  const { iri, note } = cycleUrls(cycle.actorId, cycle.id);
  const tagUrl = tagUrlOf(cycle.actorId);
  const attachment = choosePictures(cycle).map((picture) => writePicture(cycle.actorId, picture));
  const contentMap: JsonObject = {
    it: writeContent(cycle, voiceOf("it"), iri, tagUrl),
    en: writeContent(cycle, voiceOf("en"), iri, tagUrl),
  };
  return {
    type: "Note",
    id: note,
    url: iri,
    attributedTo: cycle.actorId,
    published: formatInstant(cycle.openedAt ?? cycle.createdAt),
    ...(cycle.sequence > 1 ? { updated: formatInstant(cycle.updatedAt) } : {}),
    content: contentMap.it ?? "",
    contentMap,
    endTime: formatInstant(cycle.closesAt),
    ...(attachment.length > 0 ? { attachment } : {}),
    tag: [
      { type: "Hashtag", name: "#GAS", href: tagUrl },
      { type: "Link", mediaType: LD_JSON, href: iri, rel: PROPOSAL_LIST },
    ],
    ...addresses(cycle),
  };
}

/** The announcement as served at its own IRI; once removed, its tombstone. */
export function writeNoteDocument(cycle: Cycle): JsonObject {
  return { "@context": HUMAN, ...(cycle.removedAt === null ? writeNote(cycle) : writeNoteTombstone(cycle)) };
}

/** The cycle's tombstone, served where the cycle was. */
export function writeCycleTombstone(cycle: Cycle): JsonObject {
  return {
    "@context": DOCUMENT,
    type: "Tombstone",
    id: cycleUrls(cycle.actorId, cycle.id).iri,
    attributedTo: cycle.actorId,
    formerType: "https://www.w3.org/ns/activitystreams#Collection",
    deleted: formatInstant(cycle.removedAt ?? cycle.updatedAt),
  };
}

/** The opening, told to everyone who may know. */
export function writeAnnouncement(cycle: Cycle): JsonObject {
  return envelope(HUMAN, "Create", cycle, writeNote(cycle));
}

/**
 * What is told of a change: the Note anew where its words changed, and the stub, after which the cycle is read again; of
 * a removal, the Note's tombstone alone.
 */
export function writeChanges(before: Cycle, after: Cycle): JsonObject[] {
  if (after.removedAt !== null) return [envelope(HUMAN, "Delete", after, writeNoteTombstone(after))];
  const isSaidAnew =
    JSON.stringify(writeNote({ ...before, sequence: 1 })) !== JSON.stringify(writeNote({ ...after, sequence: 1 }));
  return [
    ...(isSaidAnew ? [envelope(HUMAN, "Update", after, writeNote(after))] : []),
    envelope(DOCUMENT, "Update", after, writeCycleStub(after)),
  ];
}

/** What an open cycle is now, for a reader who may not have heard of it: the stub, after which it is read. */
export function writeReminder(cycle: Cycle): JsonObject {
  return envelope(DOCUMENT, "Update", cycle, writeCycleStub(cycle));
}

/** The producer's announced cycles as far as this reader may see them. */
export function writeCyclesCollection(actorId: string, cycles: readonly Cycle[]): JsonObject {
  return {
    "@context": DOCUMENT,
    type: "Collection",
    id: `${actorId}/cycles`,
    attributedTo: actorId,
    totalItems: cycles.length,
    items: cycles.map((cycle) => cycleUrls(actorId, cycle.id).iri),
  };
}

/** Where a hashtag leads: the page of this node's open offers. */
function tagUrlOf(actorId: string): string {
  return `${new URL(actorId).origin}/tags/gas`;
}

function writeNoteTombstone(cycle: Cycle): JsonObject {
  return {
    type: "Tombstone",
    id: cycleUrls(cycle.actorId, cycle.id).note,
    formerType: "https://www.w3.org/ns/activitystreams#Note",
    deleted: formatInstant(cycle.removedAt ?? cycle.updatedAt),
  };
}

function envelope(context: JsonObject["@context"], type: string, cycle: Cycle, object: JsonObject): JsonObject {
  return {
    "@context": context ?? null,
    type,
    id: mintIri({ id: cycle.actorId }, "activities"),
    actor: cycle.actorId,
    published: formatInstant(cycle.updatedAt),
    ...addresses(cycle),
    object,
  };
}

function addresses(cycle: Cycle): JsonObject {
  const { to, cc } = audienceOf(cycle);
  return { to, ...(cc.length > 0 ? { cc } : {}) };
}

/** Whether anybody may read what is said about the cycle. */
export function isPublic(cycle: Cycle): boolean {
  return audienceOf(cycle).to.includes(PUBLIC);
}
