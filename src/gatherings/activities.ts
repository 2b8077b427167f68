// What an actor says about its gatherings, and what it answers to who wants to join one from elsewhere. PROTOCOL.md section 10, FEP-8a8e.
import { createHash } from "node:crypto";
import { readId, readMember } from "../activitypub/activityShape.ts";
import { actorUrls } from "../activitypub/actor.ts";
import { DOCUMENT } from "../activitypub/context.ts";
import type { InboxRule, Outcome } from "../activitypub/inbox.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { loadActivity, loadActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { pictureUrl } from "../catalogs/pictures/addresses.ts";
import type { Tx } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { formatInstant } from "../kernel/time.ts";
import { formats } from "../web/format.ts";
import { type Language, words } from "../web/words.ts";
import { type Voice, writeContent, writeSummary } from "./announcement.ts";
import type { Gathering } from "./gathering.ts";
import { loadGathering } from "./store.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** The addresses of an actor's gatherings. */
export function eventUrls(actorId: string, id = "") {
  const { events } = actorUrls(actorId);
  return { events, event: `${events}/${id}`, book: `${events}/${id}/book` };
}

/** The sentences and formats of one language. */
export function voiceOf(language: Language): Voice {
  const { date, time } = formats(language);
  return { say: words(language), date, time };
}

/** The Event, as it stands in its activities and in the collection. */
function writeEvent(gathering: Gathering): JsonObject {
  const { actorId, id, name, startsAt, endsAt, state, publishedAt, createdAt, updatedAt, sequence } = gathering;
  const { event, book } = eventUrls(actorId, id);
  const tagUrl = `${new URL(actorId).origin}/tags/gas`;
  const contentMap: JsonObject = {
    it: writeContent(gathering, voiceOf("it"), event, tagUrl),
    en: writeContent(gathering, voiceOf("en"), event, tagUrl),
  };
  const isOn = state === "published";
  return {
    type: "Event",
    id: event,
    url: event,
    attributedTo: actorId,
    actor: actorId,
    organizers: { type: "Collection", totalItems: 1, items: [actorId] },
    name,
    summary: writeSummary(gathering, voiceOf("it")),
    content: contentMap.it ?? "",
    contentMap,
    published: formatInstant(publishedAt ?? createdAt),
    ...(sequence > 1 ? { updated: formatInstant(updatedAt) } : {}),
    startTime: formatInstant(startsAt),
    endTime: formatInstant(endsAt),
    timezone: "Europe/Rome",
    eventStatus: isOn ? "EventScheduled" : "EventCancelled",
    status: isOn ? "CONFIRMED" : "CANCELLED",
    joinMode: "external",
    externalParticipationUrl: gathering.takesBookings ? book : event,
    location: writePlace(gathering, event),
    ...(gathering.picture === null ? {} : { attachment: [writePicture(gathering, gathering.picture)] }),
    tag: [{ type: "Hashtag", name: "#GAS", href: tagUrl }],
    ...addresses(actorId),
    ...(gathering.audience === "officials" ? { "filiera:audience": "officials" } : {}),
  };
}

/** Coordinates are numbers with decimals here: an Event carries no proof, and calendars elsewhere read nothing else. */
function writePlace(gathering: Gathering, event: string): JsonObject {
  const { venue, street, comune, latitude, longitude } = gathering;
  const address = {
    ...(street === "" ? {} : { streetAddress: street }),
    ...(comune === "" ? {} : { addressLocality: comune }),
    addressCountry: "IT",
  };
  return {
    type: "Place",
    id: `${event}#place`,
    // Where nothing else is said, one connects.
    name: venue || comune || "Online",
    ...(latitude === null || longitude === null ? {} : { latitude, longitude }),
    ...(street === "" && comune === "" ? {} : { address: { type: "PostalAddress", ...address } }),
  };
}

function writePicture({ actorId, pictureAlt }: Gathering, hash: string): JsonObject {
  const url = `${new URL(actorId).origin}${pictureUrl(hash)}`;
  return { type: "Image", mediaType: "image/jpeg", url, name: pictureAlt ?? "" };
}

/** The Event as served at its own address; once removed, its tombstone. */
export function writeEventDocument(gathering: Gathering): JsonObject {
  const object = gathering.removedAt === null ? writeEvent(gathering) : writeTombstone(gathering);
  return { "@context": DOCUMENT, ...object };
}

/** What is told when a gathering becomes known. */
export function writePublication(gathering: Gathering): JsonObject {
  return envelope("Create", gathering, writeEvent(gathering));
}

/** What is told of a change, a cancellation among them; null where nobody elsewhere would see a difference. */
export function writeChange(before: Gathering, after: Gathering): JsonObject | null {
  if (after.removedAt !== null) return envelope("Delete", after, writeTombstone(after));
  const said = JSON.stringify(writeEvent({ ...before, sequence: 1 }));
  if (said === JSON.stringify(writeEvent({ ...after, sequence: 1 }))) return null;
  return envelope("Update", after, writeEvent(after));
}

/** A page holds no more of them than this, nor more bytes: a reader takes 5,000 values and 1 MiB (SAFETY 4), an Event has some 55. */
export const EVENTS_PER_PAGE = 50;
const PAGE_BYTES = 512 * 1024;
const START = "start";

/** Where a page of gatherings goes on: behind this one, the soonest first. */
export type EventCursor = Pick<Gathering, "startsAt" | "id">;

/**
 * The actor's gatherings as others read them: whole where they fit on one page, else the address of the first. `gatherings`: the soonest,
 * one more than a page holds where there are more; `totalItems`: how many there are.
 */
export function writeEventsCollection(
  actorId: string,
  gatherings: readonly Gathering[],
  totalItems: number,
): JsonObject {
  const { events } = eventUrls(actorId);
  const orderedItems = fillPage(gatherings);
  const items: JsonObject = orderedItems.length < totalItems ? { first: pageIri(events, START) } : { orderedItems };
  return { "@context": DOCUMENT, type: "OrderedCollection", id: events, attributedTo: actorId, totalItems, ...items };
}

/** One page of them, that begins where `after` of its address says. `gatherings` as above: of what fits no more the next page begins. */
export function writeEventsPage(actorId: string, gatherings: readonly Gathering[], after: string): JsonObject {
  const { events } = eventUrls(actorId);
  const orderedItems = fillPage(gatherings);
  const last = orderedItems.length < gatherings.length ? gatherings[orderedItems.length - 1] : undefined;
  return {
    "@context": DOCUMENT,
    type: "OrderedCollectionPage",
    id: pageIri(events, after),
    partOf: events,
    attributedTo: actorId,
    ...(last ? { next: pageIri(events, `${last.startsAt}.${last.id}`) } : {}),
    orderedItems,
  };
}

/** Where the page of that address begins; null: at the soonest; undefined: there is no such page. */
export function readEventCursor(after: string): EventCursor | null | undefined {
  if (after === START) return null;
  const [, startsAt, id = ""] = /^(\d{1,15})\.([a-z2-7]{26})$/.exec(after) ?? [];
  return startsAt === undefined ? undefined : { startsAt: Number(startsAt), id };
}

const pageIri = (events: string, after: string) => `${events}?after=${after}`;

/** As many as a page holds; one at least, however long. */
function fillPage(gatherings: readonly Gathering[]): JsonObject[] {
  const page: JsonObject[] = [];
  let bytes = 0;
  for (const event of gatherings.slice(0, EVENTS_PER_PAGE).map(writeEvent)) {
    bytes += Buffer.byteLength(JSON.stringify(event));
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push(event);
  }
  return page;
}

/** `formerType` as Gancio reads it: the bare word. */
function writeTombstone({ actorId, id, removedAt, updatedAt }: Gathering): JsonObject {
  const deleted = formatInstant(removedAt ?? updatedAt);
  return { type: "Tombstone", id: eventUrls(actorId, id).event, formerType: "Event", deleted };
}

function envelope(type: string, gathering: Gathering, object: JsonObject): JsonObject {
  const { actorId, updatedAt } = gathering;
  return {
    "@context": DOCUMENT,
    type,
    id: mintIri({ id: actorId }, "activities"),
    actor: actorId,
    published: formatInstant(updatedAt),
    ...addresses(actorId),
    object,
  };
}

function addresses(actorId: string): JsonObject {
  return { to: [PUBLIC], cc: [`${actorId}/followers`] };
}

/** Who wants to come from another server is told that one books on our page: a Join is answered, once, and changes nothing. */
export function gatheringsInboxRules(wire: Wire): InboxRule[] {
  return [{ channel: "social", types: ["Join"], receive: (tx, arrival) => answerJoin(wire, tx, arrival) }];
}

function answerJoin(
  wire: Wire,
  tx: Tx,
  { activity, sender, receivedAt: now }: Parameters<InboxRule["receive"]>[1],
): Outcome {
  const event = readId(readMember(activity, "object"));
  const join = readId(activity);
  const [, actorId = "", id = ""] = /^(.+)\/events\/([a-z2-7]{26})$/.exec(event ?? "") ?? [];
  const actor = actorId === "" ? undefined : loadActor(tx, actorId);
  const gathering = actor && loadGathering(tx, actor.id, id);
  if (!actor || !gathering || gathering.publishedAt === null || join === null) return "not-mine";
  // One answer for a sender and an event, under an address made of both: who asks a thousand times hears it once.
  const name = createHash("sha256").update(`${sender.id}\n${event}`).digest().subarray(0, 16);
  const ignoreIri = `${actor.id}/activities/${encodeId(name)}`;
  if (gathering.removedAt !== null || loadActivity(tx, ignoreIri)) return { refused: "stale" };
  const object = { type: "Join", id: join, actor: sender.id, object: event };
  const ignore = { "@context": DOCUMENT, type: "Ignore", id: ignoreIri, actor: actor.id, to: [sender.id], object };
  const recipients = [{ inbox: sender.inbox, actorUri: sender.id }];
  wire.post(tx, {
    ...{ from: actor, activity: ignore, lane: "social", thread: null, isPublic: false, isProven: false },
    ...{ recipients, now },
  });
  return "applied";
}
