// What producers tell us of their cycles, and how we read them at their origin. PROTOCOL.md section 5, SAFETY B12.
import { readId } from "../../activitypub/activityShape.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import type { ActorFailure } from "../../activitypub/senders.ts";
import { listActors } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { findPact } from "../../partners/pacts/pactStore.ts";
import { listFollowersHere } from "../../partners/store.ts";
import {
  type CopiedLine,
  type CycleCopy,
  isOnOriginOf,
  readAnnouncement,
  readCycle,
  readLine,
  readStub,
} from "./announced.ts";
import { type AnnouncedKey, listByCycle, listByNote, noticeCycle } from "./store.ts";

const MAX_PAGES = 20;
const MAX_LINES = 1000;

/** A document of this node as one of its actors may read it, without HTTP; null when it is not there for that reader. */
export type ReadOwnCycle = (iri: string, readerId: string) => JsonObject | null;

/** Rules for what arrives about cycles. `wake` is called when something is to be read; it must not write. */
export function announcedInboxRules(wake: () => void): InboxRule[] {
  const waking = (receive: (tx: Tx, arrival: Arrival) => Outcome) => (tx: Tx, arrival: Arrival) => {
    const outcome = receive(tx, arrival);
    if (outcome === "applied") wake();
    return outcome;
  };
  const channel = "social" as const;
  return [
    { channel, types: ["Create", "Update"], objectTypes: ["Note"], receive: waking(receiveNote) },
    { channel, types: ["Update"], objectTypes: ["Collection"], receive: waking(receiveStub) },
    { channel, types: ["Delete"], objectTypes: ["Tombstone", null], receive: waking(receiveDelete) },
  ];
}

function receiveNote(tx: Tx, arrival: Arrival): Outcome {
  const note = arrival.activity.object;
  const { sender, receivedAt } = arrival;
  const read = isJsonObject(note) ? readAnnouncement(note, sender.id) : null;
  if (read === null) return "not-mine";
  if (isRefusal(read)) return read;
  const readers = findReaders(tx, arrival);
  for (const actorId of readers)
    noticeCycle(tx, { actorId, producerId: sender.id, cycleIri: read.cycleIri }, read.noteIri, receivedAt);
  return readers.length > 0 ? "applied" : "not-mine";
}

function receiveStub(tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receivedAt } = arrival;
  const stub = isJsonObject(activity.object) ? readStub(activity.object) : null;
  if (!stub) return "not-mine";
  const { cycleIri, sequence } = stub;
  const owner = isJsonObject(activity.object) ? readId(activity.object.attributedTo) : null;
  if (owner !== sender.id || !isOnOriginOf(cycleIri, sender.id)) return { refused: "not-owner" };
  const held = new Map(listByCycle(tx, sender.id, cycleIri).map((copy) => [copy.actorId, copy]));
  // Told of a cycle whose announcement was lost: it is read all the same.
  const readers = new Set([...held.keys(), ...findReaders(tx, arrival)]);
  for (const actorId of readers) {
    const isNews = (held.get(actorId)?.sequence ?? 0) < sequence;
    if (isNews) noticeCycle(tx, { actorId, producerId: sender.id, cycleIri }, null, receivedAt);
  }
  return readers.size > 0 ? "applied" : "not-mine";
}

/** A removed announcement: the cycle itself is asked for, and what its origin answers counts. */
function receiveDelete(tx: Tx, { activity, sender, receivedAt }: Arrival): Outcome {
  const noteIri = readId(activity.object as Json);
  const copies = noteIri ? listByNote(tx, noteIri) : [];
  if (copies.length === 0) return "not-mine";
  const theirs = copies.filter(({ producerId }) => producerId === sender.id);
  if (theirs.length === 0) return { refused: "not-owner" };
  for (const { actorId, producerId, cycleIri } of theirs)
    noticeCycle(tx, { actorId, producerId, cycleIri }, null, receivedAt);
  return "applied";
}

/**
 * Whom of ours a notice is for. One activity is taken in once at a node, by whichever inbox it comes first: so every buyer of
 * the sender here hears of it, as does whoever the inbox is of. What each may see, the origin decides.
 */
function findReaders(tx: Tx, { receiver, sender }: Arrival): string[] {
  const groups = listActors(tx).filter(({ kind }) => kind === "gas");
  const buyers = groups.filter(({ id }) => findPact(tx, id, sender.id)?.party === "buyer").map(({ id }) => id);
  const followers = listFollowersHere(tx, sender.id).filter(
    (id) => groups.some((group) => group.id === id) && (!receiver || receiver.id === id),
  );
  return [...new Set([...buyers, ...followers])];
}

/** The cycle with its lines as its origin shows it to that reader, or why not. Never throws for what the world does. */
export async function readAnnounced(
  wire: Wire,
  key: AnnouncedKey,
  readOwn: ReadOwnCycle,
): Promise<CycleCopy | ActorFailure | Refusal> {
  const { actorId, producerId, cycleIri } = key;
  const isOwn = new URL(producerId).origin === wire.origin;
  const get = async (iri: string): Promise<{ document: JsonObject } | ActorFailure> => {
    if (!isOwn) return wire.fetchDocument(iri, actorId);
    const document = readOwn(iri, actorId);
    return document ? { document } : { failed: "gone", detail: "not there" };
  };
  const root = await get(cycleIri);
  if ("failed" in root) return root;
  if (root.document.type === "Tombstone") return { failed: "gone", detail: "a tombstone" };
  const cycle = readCycle(root.document, cycleIri, producerId);
  if (isRefusal(cycle)) return cycle;
  const lines = await readLines(root.document, producerId, get);
  return Array.isArray(lines) ? { ...cycle, lines } : lines;
}

type Get = (iri: string) => Promise<{ document: JsonObject } | ActorFailure>;

/** From the pages where there are some, else line by line; within limits that no honest cycle meets. */
async function readLines(cycle: JsonObject, producerId: string, get: Get): Promise<CopiedLine[] | ActorFailure> {
  const lines: CopiedLine[] = [];
  const take = (items: Json | undefined) => {
    for (const item of Array.isArray(items) ? items : []) {
      const line = readLine(item, producerId);
      if (line && lines.length < MAX_LINES) lines.push(line);
    }
  };
  take(cycle.items);
  let next: Json | undefined = lines.length > 0 ? undefined : cycle.first;
  for (let page = 0; page < MAX_PAGES && typeof next === "string" && isOnOriginOf(next, producerId); page++) {
    const found = await get(next);
    if ("failed" in found) return found;
    take(found.document.items);
    next = found.document.next;
  }
  if (lines.length > 0 || cycle.first !== undefined || !Array.isArray(cycle.items)) return lines;
  for (const iri of cycle.items.slice(0, MAX_PAGES)) {
    if (typeof iri !== "string" || !isOnOriginOf(iri, producerId)) continue;
    const found = await get(iri);
    if ("failed" in found) return found;
    take([found.document]);
  }
  return lines;
}
