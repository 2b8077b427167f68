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

/** The actor's gatherings, whole, as others read them. */
export function writeEventsCollection(actorId: string, gatherings: readonly Gathering[]): JsonObject {
  return {
    "@context": DOCUMENT,
    type: "OrderedCollection",
    id: eventUrls(actorId).events,
    attributedTo: actorId,
    totalItems: gatherings.length,
    orderedItems: gatherings.map(writeEvent),
  };
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
