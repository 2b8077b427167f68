// What arrives and makes us read a source again, at once: digests, announcements, new descriptions, farewells, who joined and left.
// What a letter says is believed only as "come and look", except where it takes something away. PROTOCOL 4, 5 and 9.
import { readId, readIris, readMember, readObject, readType } from "../../activitypub/activityShape.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { isOnOriginOf, readAnnouncement, readStub } from "../../catalogs/announced/announced.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { DAILY_BUDGET, isSpent, leftOf } from "./budget.ts";
import { MOST_CYCLES } from "./readActivities.ts";
import { NOTHING_DUE, type Source } from "./source.ts";
import { addLinks, countLinks, listKnownCycles, loadSource, removeLinks, saveKnownCycle, saveSource } from "./store.ts";

/** Rules for what arrives from sources. `wake` is called when something is to be read or taken out; it must not write. */
export function readingInboxRules(wake: (isTreeChanged: boolean) => void): InboxRule[] {
  const channel = "social" as const;
  const rule = (types: string[], receive: typeof takeStub, objectTypes?: (string | null)[]): InboxRule => ({
    ...{ channel, types, ...(objectTypes ? { objectTypes } : {}) },
    // What a group or a seller of this node does about the same letter is its own matter.
    isWitness: true,
    receive: (tx, arrival) => {
      const source = loadSource(tx, arrival.sender.id);
      if (!source || source.isGone) return "not-mine";
      const outcome = receive(tx, source, arrival);
      if (outcome === "applied") wake(receive === takeMember || receive === takeDelete || receive === takeDescription);
      return outcome;
    },
  });
  return [
    rule(["Update"], takeStub, ["Collection", "OrderedCollection"]),
    rule(["Create", "Update"], takeNote, ["Note"]),
    rule(["Create", "Update"], takeEvent, ["Event"]),
    rule(["Update"], takeDescription),
    rule(["Delete"], takeDelete),
    rule(["Add", "Remove"], takeMember),
  ];
}

/** The stub of its catalog or of one of its cycles: something changed there. */
function takeStub(tx: Tx, source: Source, { activity, receivedAt }: Arrival): Outcome {
  const stub = readObject(activity);
  if (!stub || readId(readMember(stub, "attributedTo")) !== source.uri) return "not-mine";
  if (readId(stub) === source.catalogIri && source.catalogDueAt !== null)
    return due(tx, source, { catalogDueAt: receivedAt }, receivedAt);
  if (readId(stub) === source.statisticsIri && source.statisticsDueAt !== null)
    return due(tx, source, { statisticsDueAt: receivedAt }, receivedAt);
  const cycle = readStub(stub);
  return cycle && isOnOriginOf(cycle.cycleIri, source.uri)
    ? wantCycle(tx, source, cycle.cycleIri, cycle.sequence, receivedAt)
    : "not-mine";
}

function takeNote(tx: Tx, source: Source, { activity, receivedAt }: Arrival): Outcome {
  const note = readObject(activity);
  const read = note && readAnnouncement(note, source.uri);
  if (!read || isRefusal(read)) return "not-mine";
  return wantCycle(tx, source, read.cycleIri, null, receivedAt);
}

function wantCycle(tx: Tx, source: Source, iri: string, sequence: number | null, now: number): Outcome {
  if (source.cyclesDueAt === null) return "not-mine";
  const known = listKnownCycles(tx, source.uri);
  const held = known.find((one) => one.iri === iri);
  if (
    held ? sequence !== null && held.state !== "wanted" && held.sequence >= sequence : known.length >= 2 * MOST_CYCLES
  )
    return "not-mine";
  const state = held?.state === "open" ? "open" : "wanted";
  saveKnownCycle(tx, { sourceUri: source.uri, iri, state, sequence: held?.sequence ?? 0, dueAt: now });
  return due(tx, source, { cyclesDueAt: now }, now);
}

/** A meeting it has told of, changed or called off: its own list is asked, whatever the letter says. */
function takeEvent(tx: Tx, source: Source, { activity, receivedAt }: Arrival): Outcome {
  const event = readObject(activity);
  const isIts = event !== null && readId(readMember(event, "attributedTo")) === source.uri;
  if (!isIts || source.eventsDueAt === null) return "not-mine";
  return due(tx, source, { eventsDueAt: receivedAt }, receivedAt);
}

/** A new description: its own origin is asked. Where it says "list me no more", that holds from this moment. */
function takeDescription(tx: Tx, source: Source, { activity, receivedAt }: Arrival): Outcome {
  if (readId(readMember(activity, "object")) !== source.uri) return "not-mine";
  return due(tx, { ...source, ...hideAsSaid(source, readObject(activity)) }, { actorDueAt: receivedAt }, receivedAt);
}

function hideAsSaid(source: Source, said: JsonObject | null): Partial<Source> {
  const saysNo = (name: string) => said !== null && readMember(said, name) === false;
  const isDiscoverable = source.isDiscoverable && !saysNo("discoverable");
  const isIndexable = source.isIndexable && isDiscoverable && !saysNo("indexable");
  const isLess = isDiscoverable !== source.isDiscoverable || isIndexable !== source.isIndexable;
  return isLess ? { isDiscoverable, isIndexable, isDropDue: true } : {};
}

/** The actor itself is no more, or something it had announced. */
function takeDelete(tx: Tx, source: Source, { activity, receivedAt }: Arrival): Outcome {
  const object = readId(readMember(activity, "object"));
  if (object === source.uri) {
    saveSource(tx, { ...source, ...NOTHING_DUE, isGone: true, isDropDue: true, entries: 0 });
    return "applied";
  }
  const { cyclesDueAt, eventsDueAt } = source;
  if (object === null || !isOnOriginOf(object, source.uri) || (cyclesDueAt ?? eventsDueAt) === null) return "not-mine";
  for (const cycle of listKnownCycles(tx, source.uri))
    if (cycle.state === "open") saveKnownCycle(tx, { ...cycle, dueAt: receivedAt });
  const again = (at: number | null) => (at === null ? null : receivedAt);
  const dues = { cyclesDueAt: again(cyclesDueAt), eventsDueAt: again(eventsDueAt) };
  return due(tx, { ...source, cyclesEtag: null }, dues, receivedAt);
}

/** A network that is one of our sources took somebody in or out of its own list of members. */
function takeMember(tx: Tx, source: Source, { activity, receivedAt }: Arrival): Outcome {
  if (source.membersIri === null || readId(readMember(activity, "target")) !== source.membersIri) return "not-mine";
  const members = readIris(readMember(activity, "object")).filter((iri) => iri.length <= 2048 && URL.canParse(iri));
  const [member] = members;
  if (member === undefined || members.length > 1) return "not-mine";
  const isIn = readType(activity) === "Add";
  // One letter at a time a list grows no longer than one that is walked.
  if (isIn && countLinks(tx, source.uri) >= DAILY_BUDGET.items) return "not-mine";
  if (isIn) addLinks(tx, source.uri, [member]);
  else removeLinks(tx, source.uri, [member]);
  // Its own document says it too, one way or the other, and it may have been read before it did.
  const about = loadSource(tx, member);
  if (about && !about.isGone) saveSource(tx, { ...about, actorDueAt: receivedAt });
  return due(tx, { ...source, membersEtag: null }, {}, receivedAt);
}

/** A letter shows that its node is up: what failed before is tried again, unless the day is spent. */
function due(tx: Tx, source: Source, dues: Partial<Source>, now: number): Outcome {
  const retryAt = isSpent(leftOf(source.spent, now)) ? source.retryAt : Math.min(source.retryAt, now);
  saveSource(tx, { ...source, ...dues, retryAt });
  return "applied";
}
