// Rows of what was said about orders, both sides' words with their bytes, and of how far each partner was read. The only
// queries on those tables. Nothing of a thread is ever changed or deleted.
import type { Recipient } from "../../activitypub/outbox.ts";
import { remoteActors } from "../../activitypub/tables.ts";
import { and, asc, count, desc, eq, gt, inArray, isNull, sql } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Db, Tx } from "../../db/transact.ts";
import { loadPinnedKey } from "../pacts/pactStore.ts";
import { pacts, threadMessages, threadReadings } from "../tables.ts";
import type { MessageFacts } from "./threadRules.ts";

/** A proven message as kept: what the rules need, the raw bytes, the key that proves it. `at` is epoch ms. */
export type KeptThreadMessage = MessageFacts & {
  readonly id: number;
  readonly actorId: string;
  readonly thread: string;
  readonly peer: string;
  /** "out": our actor said it. */
  readonly direction: "in" | "out";
  readonly bytes: Buffer;
  /** Ed25519, as multibase. */
  readonly provenBy: string;
  readonly at: number;
};

/** Keeps a message for ever. A second one under the same name or number is a bug: `judge` comes first. */
export function keepThreadMessage(tx: Tx, message: Omit<KeptThreadMessage, "id">): void {
  tx.insert(threadMessages).values(message).run();
}

/** Everything said on a thread of our actor's, in the order in which it came and went. */
export function listThreadMessages(tx: Tx, actorId: string, thread: string): KeptThreadMessage[] {
  return tx
    .select()
    .from(threadMessages)
    .where(and(eq(threadMessages.actorId, actorId), eq(threadMessages.thread, thread)))
    .orderBy(asc(threadMessages.id))
    .all();
}

const factsOfThread = prepareOnce((tx) => {
  const { bytes: _, ...columns } = COLUMNS;
  return tx
    .select(columns)
    .from(threadMessages)
    .where(and(eq(threadMessages.actorId, asked("actorId")), eq(threadMessages.thread, asked("thread"))))
    .orderBy(asc(threadMessages.id))
    .prepare();
});

/** As `listThreadMessages`, without the bytes: what `judge` looks at, and with whom the thread is. */
export function listThreadFacts(tx: Tx, actorId: string, thread: string) {
  return factsOfThread(tx).all({ actorId, thread });
}

/** With whom our actor speaks on a thread; undefined where it knows none of that name. */
export function findThreadPeer(tx: Tx, actorId: string, thread: string): string | undefined {
  const those = and(eq(threadMessages.actorId, actorId), eq(threadMessages.thread, thread));
  return tx.select({ peer: threadMessages.peer }).from(threadMessages).where(those).limit(1).get()?.peer;
}

/** The Reject of that Offer, if its seller said one. */
export function loadRejectionOf(
  tx: Tx,
  actorId: string,
  thread: string,
  offerIri: string,
): KeptThreadMessage | undefined {
  const isIt = and(eq(threadMessages.kind, "rejected"), eq(threadMessages.subject, offerIri));
  return tx
    .select()
    .from(threadMessages)
    .where(and(eq(threadMessages.actorId, actorId), eq(threadMessages.thread, thread), isIt))
    .get();
}

const messageOfName = prepareOnce((tx) =>
  tx
    .select()
    .from(threadMessages)
    .where(and(eq(threadMessages.actorId, asked("actorId")), eq(threadMessages.activityIri, asked("activityIri"))))
    .prepare(),
);

/** The message of that name, as our actor said or heard it. */
export function loadThreadMessage(tx: Tx, actorId: string, activityIri: string): KeptThreadMessage | undefined {
  return messageOfName(tx).get({ actorId, activityIri });
}

const COLUMNS = {
  id: threadMessages.id,
  actorId: threadMessages.actorId,
  thread: threadMessages.thread,
  activityIri: threadMessages.activityIri,
  peer: threadMessages.peer,
  direction: threadMessages.direction,
  kind: threadMessages.kind,
  subject: threadMessages.subject,
  epoch: threadMessages.epoch,
  number: threadMessages.number,
  sequence: threadMessages.sequence,
  agreementIri: threadMessages.agreementIri,
  status: threadMessages.status,
  digest: threadMessages.digest,
  bytes: threadMessages.bytes,
  provenBy: threadMessages.provenBy,
  at: threadMessages.at,
};

/**
 * Makes the question whether an IRI names a message of an order, an Agreement, a delivery note or a message about a pact held here: for
 * the gate, which is strict then. It is asked of each activity that arrives, outside of a transaction: one statement, one read.
 */
export function knowOrderObjects({ raw }: Db): (iri: string) => boolean {
  const known = raw
    .prepare<{ iri: string }, number>(
      `SELECT EXISTS (SELECT 1 FROM pact_messages WHERE activity_iri = @iri) OR EXISTS
         (SELECT 1 FROM thread_messages WHERE activity_iri = @iri) OR EXISTS (SELECT 1 FROM thread_messages WHERE subject = @iri)`,
    )
    .pluck();
  return (iri) => known.get({ iri }) === 1;
}

const buyersOfPacts = prepareOnce((tx) =>
  tx
    .selectDistinct({ buyer: pacts.buyer })
    .from(pacts)
    .where(
      and(eq(pacts.actorId, asked("actorId")), eq(pacts.peer, asked("peer")), inArray(pacts.state, ["live", "ended"])),
    )
    .prepare(),
);

/** Which side our actor has ever been with that peer, by the pacts that were in force. SAFETY I13. */
export function sidesWith(tx: Tx, actorId: string, peer: string): ("buyer" | "seller")[] {
  const rows = buyersOfPacts(tx).all({ actorId, peer });
  return rows.map(({ buyer }) => (buyer === actorId ? "buyer" : "seller"));
}

/** The peer's own inbox, with the key whose receipts count; undefined for who never had a pact with our actor. */
export function recipientOf(tx: Tx, actorId: string, peer: string): Recipient | undefined {
  const row = tx
    .select({ inbox: sql<string>`coalesce(${remoteActors.inbox}, ${pacts.inbox})` })
    .from(pacts)
    .leftJoin(remoteActors, eq(remoteActors.id, pacts.peer))
    .where(and(eq(pacts.actorId, actorId), eq(pacts.peer, peer)))
    .orderBy(desc(pacts.updatedAt))
    .get();
  const key = loadPinnedKey(tx, actorId, peer);
  return row && { inbox: row.inbox, actorUri: peer, ...(key ? { receiptKey: key.multibase } : {}) };
}

/** Whether our actor has ever spoken with the peer about an order, or had a pact with it: it may read its own threads. */
export function isAcquainted(tx: Tx, actorId: string, peer: string): boolean {
  return sidesWith(tx, actorId, peer).length > 0 || countThreads(tx, actorId, peer) > 0;
}

/** How many threads our actor has with the peer. */
export function countThreads(tx: Tx, actorId: string, peer: string): number {
  const those = and(eq(threadMessages.actorId, actorId), eq(threadMessages.peer, peer));
  return (
    tx
      .select({ total: sql<number>`count(DISTINCT ${threadMessages.thread})` })
      .from(threadMessages)
      .where(those)
      .get()?.total ?? 0
  );
}

/** Which messages of a peer to list: after that one (by name) or all, since that time, of one thread or of all. */
export type ThreadWindow = {
  readonly actorId: string;
  readonly peer: string;
  readonly thread: string | null;
  /** Epoch ms, inclusive; null for all. */
  readonly sinceAt: number | null;
  readonly after: string | null;
  readonly limit: number;
};

/** A message as the list tells it; `row`: its number in its table. */
type Listed = Pick<KeptThreadMessage, "thread" | "activityIri" | "bytes" | "at"> & { readonly row: number };

/**
 * Messages of threads with one peer, of its orders and its pacts, oldest first, words about pacts before those about orders
 * of the same millisecond; undefined when there is no message of the name `after`. Of key notices only our own: a key that
 * was lost comes back to nobody.
 */
export function listPeerMessages(tx: Tx, window: ThreadWindow): Listed[] | undefined {
  const { actorId, peer, thread, sinceAt, after, limit } = window;
  const last = after === null ? null : placeOf(tx, actorId, peer, after);
  if (last === undefined) return undefined;
  // Of the same millisecond as the last one told, all that was kept after it, and of orders all where that was of a pact.
  const pactRow = last?.ofPact ? last.row : Number.MAX_SAFE_INTEGER;
  const orderRow = last && !last.ofPact ? last.row : -1;
  const ofPacts = tx.all<Listed>(sql`
    SELECT m.iri AS thread, m.activity_iri AS activityIri, m.bytes, m.at, m.rowid AS row
    FROM pacts p JOIN pact_messages m ON m.actor_id = p.actor_id AND m.iri = p.iri
    WHERE p.actor_id = ${actorId} AND p.peer = ${peer} AND (${thread} IS NULL OR m.iri = ${thread})
      AND (m.kind NOT IN ('notice', 'notice-answer') OR m.kind = 'notice' AND m.sender = p.actor_id)
      AND (${sinceAt} IS NULL OR m.at >= ${sinceAt})
      AND (${last?.at ?? null} IS NULL OR (m.at, m.rowid) > (${last?.at ?? 0}, ${pactRow}))
    ORDER BY m.at, m.rowid LIMIT ${limit}`);
  const ofOrders = tx.all<Listed>(sql`
    SELECT thread, activity_iri AS activityIri, bytes, at, id AS row
    FROM thread_messages
    WHERE actor_id = ${actorId} AND peer = ${peer} AND (${thread} IS NULL OR thread = ${thread})
      AND (${sinceAt} IS NULL OR at >= ${sinceAt})
      AND (${last?.at ?? null} IS NULL OR (at, id) > (${last?.at ?? 0}, ${orderRow}))
    ORDER BY at, id LIMIT ${limit}`);
  return [...ofPacts, ...ofOrders].sort((one, other) => one.at - other.at).slice(0, limit);
}

type Place = { readonly at: number; readonly row: number; readonly ofPact: boolean };

function placeOf(tx: Tx, actorId: string, peer: string, activityIri: string): Place | undefined {
  const kept = loadThreadMessage(tx, actorId, activityIri);
  if (kept) return kept.peer === peer ? { at: kept.at, ofPact: false, row: kept.id } : undefined;
  const [place] = tx.all<{ at: number; row: number }>(sql`
    SELECT m.at, m.rowid AS row FROM pact_messages m JOIN pacts p ON p.actor_id = m.actor_id AND p.iri = m.iri
    WHERE m.actor_id = ${actorId} AND m.activity_iri = ${activityIri} AND p.peer = ${peer}`);
  return place && { ...place, ofPact: true };
}

/** How far a partner was read. */
export type ThreadReading = typeof threadReadings.$inferSelect;

const readingOfPeer = prepareOnce((tx) =>
  tx
    .select()
    .from(threadReadings)
    .where(and(eq(threadReadings.actorId, asked("actorId")), eq(threadReadings.peer, asked("peer"))))
    .prepare(),
);

export function loadReading(tx: Tx, actorId: string, peer: string): ThreadReading | undefined {
  return readingOfPeer(tx).get({ actorId, peer });
}

export function saveReading(tx: Tx, reading: ThreadReading): void {
  const { actorId: _, peer: __, ...set } = reading;
  tx.insert(threadReadings)
    .values(reading)
    .onConflictDoUpdate({ target: [threadReadings.actorId, threadReadings.peer], set })
    .run();
}

const forgottenPeers = prepareOnce((tx) => {
  const its = eq(threadReadings.actorId, asked("actorId"));
  return tx
    .select({ peer: threadReadings.peer })
    .from(threadReadings)
    .where(and(its, eq(threadReadings.epoch, 0), isNull(threadReadings.readAt)))
    .orderBy(asc(threadReadings.triedAt))
    .prepare();
});

/** Who wrote to our actor after a restore as if they had a pact, and was never asked since; longest waiting first. */
export function listForgotten(tx: Tx, actorId: string): string[] {
  return forgottenPeers(tx)
    .all({ actorId })
    .map(({ peer }) => peer);
}

const pactPeers = prepareOnce((tx) =>
  tx
    .selectDistinct({ peer: pacts.peer })
    .from(pacts)
    .where(and(eq(pacts.actorId, asked("actorId")), inArray(pacts.state, ["live", "ended"])))
    .prepare(),
);
const messagesByPeer = prepareOnce((tx) =>
  tx
    .select({ peer: threadMessages.peer, messages: count() })
    .from(threadMessages)
    .where(eq(threadMessages.actorId, asked("actorId")))
    .groupBy(threadMessages.peer)
    .prepare(),
);

/** Everybody with whom our actor ever had a pact in force or spoke about an order, with how many messages are kept. */
export function listThreadPeers(tx: Tx, actorId: string): { peer: string; messages: number }[] {
  const partners = pactPeers(tx).all({ actorId });
  const spoken = messagesByPeer(tx).all({ actorId });
  const counts = new Map([
    ...partners.map(({ peer }) => [peer, 0] as const),
    ...spoken.map((row) => [row.peer, row.messages] as const),
  ]);
  return [...counts].map(([peer, messages]) => ({ peer, messages })).sort((a, b) => (a.peer < b.peer ? -1 : 1));
}

/** Messages of all actors after that row, in order: to look at every one without holding all. */
export function listMessagesAfter(tx: Tx, id: number, limit: number): KeptThreadMessage[] {
  return tx
    .select()
    .from(threadMessages)
    .where(gt(threadMessages.id, id))
    .orderBy(asc(threadMessages.id))
    .limit(limit)
    .all();
}

/** Whether the triggers stand that keep what was said from being changed. */
export function isThreadSealed(tx: Tx): boolean {
  const names = tx.all<{ name: string }>(
    sql`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'thread_messages'`,
  );
  return ["thread_messages_unchanged", "thread_messages_kept"].every((one) => names.some(({ name }) => name === one));
}
