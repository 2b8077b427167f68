// Rows of pacts as values: threads, revisions, halves, the signed messages behind them, pinned keys; and what catalogs,
// sales and orders ask of them. The only queries on those tables.
import assert from "node:assert/strict";
import type { Recipient } from "../../activitypub/outbox.ts";
import { refuseRetired } from "../../activitypub/store.ts";
import { remoteActors } from "../../activitypub/tables.ts";
import { and, asc, count, desc, eq, gt, isNull, lte, sql } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { followerInboxes } from "../store.ts";
import { pactHalves, pactMessages, pactRevisions, pacts, pinnedKeys } from "../tables.ts";
import {
  isOpenForOrders,
  type Pact,
  type PactState,
  type Party,
  revisionInForce,
  stateOf,
  withdrawalAt,
} from "./pact.ts";
import type { Terms } from "./terms.ts";

/** A pact as one of our actors holds it. Times are epoch ms; `resumeAt` ends our own suspension, null where nothing does. */
export type HeldPact = {
  readonly actorId: string;
  readonly peer: string;
  readonly party: Party;
  readonly state: PactState;
  readonly pact: Pact;
  readonly inbox: string;
  readonly resumeAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Whether the peer has a pact in force with our actor, suspended or not: it may read what is for partners. PROTOCOL 3. */
export function isPartner(tx: Tx, actorId: string, peer: string): boolean {
  return findLive(tx, actorId, peer) !== undefined;
}

/** The terms in force between our actor and the peer, suspended or not; null without a pact. */
export function termsFor(tx: Tx, actorId: string, peer: string): Terms | null {
  const held = findPact(tx, actorId, peer);
  return (held && revisionInForce(held.pact)?.terms) ?? null;
}

/** The pact in force with the peer. Were there two, both nodes name the same one. */
export function findPact(tx: Tx, actorId: string, peer: string): HeldPact | undefined {
  const row = findLive(tx, actorId, peer);
  return row && assemble(tx, row);
}

/** Why a new order with this peer cannot be now, by its `reasonCode` of PROTOCOL 6.6; null when it can. */
export function refuseNewOrder(tx: Tx, actorId: string, peer: string): "no-pact" | "pact-suspended" | null {
  const held = findPact(tx, actorId, peer);
  // Who closes ends its pacts: what would begin now could not be brought to its end.
  if (!held || refuseRetired(tx, actorId)) return "no-pact";
  return isOpenForOrders(held.pact) ? null : "pact-suspended";
}

/**
 * Where tidings of what an actor sells go: to `everyone` who follows it or buys from it by a pact, each node once, through
 * the shared inbox that its actor names; to `partners` at their own inboxes, so that nobody else at their node hears.
 */
export function listAudience(tx: Tx, sellerId: string, audience: "everyone" | "partners"): Recipient[] {
  const buyers = buyerInboxes(tx, sellerId);
  if (audience === "partners") return buyers.map(({ inbox, actorUri }) => ({ inbox, actorUri }));
  const partners = buyers.map(({ inbox, sharedInbox, actorUri }): Recipient => {
    return sharedInbox === null ? { inbox, actorUri } : { inbox: sharedInbox, actorUri: null };
  });
  return [...new Map([...partners, ...followerInboxes(tx, sellerId)].map((one) => [one.inbox, one])).values()];
}

const inboxesOfBuyers = prepareOnce((tx) =>
  tx
    .selectDistinct({
      actorUri: pacts.peer,
      inbox: sql<string>`coalesce(${remoteActors.inbox}, ${pacts.inbox})`,
      sharedInbox: remoteActors.sharedInbox,
    })
    .from(pacts)
    .leftJoin(remoteActors, eq(remoteActors.id, pacts.peer))
    .where(and(eq(pacts.actorId, asked("sellerId")), eq(pacts.seller, asked("sellerId")), eq(pacts.state, "live")))
    .orderBy(asc(pacts.peer))
    .prepare(),
);

/** The inboxes of whoever has a pact in force to buy from the actor, as their documents name them now. */
function buyerInboxes(tx: Tx, sellerId: string): { actorUri: string; inbox: string; sharedInbox: string | null }[] {
  return inboxesOfBuyers(tx).all({ sellerId });
}

/** A pinned key of a partner. */
export type PinnedKey = typeof pinnedKeys.$inferSelect;

/** The one key of this partner that counts now; it also serves threads that outlive a suspended or ended pact. */
export function loadPinnedKey(tx: Tx, actorId: string, peer: string): PinnedKey | undefined {
  return tx
    .select()
    .from(pinnedKeys)
    .where(and(eq(pinnedKeys.actorId, actorId), eq(pinnedKeys.peer, peer), isNull(pinnedKeys.retiredAt)))
    .get();
}

/** Every key ever pinned for this partner, the newest first: old ones verify old documents. */
export function listPinnedKeys(tx: Tx, actorId: string, peer: string): PinnedKey[] {
  return tx
    .select()
    .from(pinnedKeys)
    .where(and(eq(pinnedKeys.actorId, actorId), eq(pinnedKeys.peer, peer)))
    .orderBy(sql`${pinnedKeys.retiredAt} IS NOT NULL`, desc(pinnedKeys.pinnedAt))
    .all();
}

/** Pins a key and retires the one before it. The same key again changes nothing. */
export function savePinnedKey(tx: Tx, key: Omit<PinnedKey, "retiredAt">): void {
  const current = loadPinnedKey(tx, key.actorId, key.peer);
  if (current?.keyId === key.keyId && current.multibase === key.multibase) return;
  tx.update(pinnedKeys)
    .set({ retiredAt: key.pinnedAt })
    .where(and(eq(pinnedKeys.actorId, key.actorId), eq(pinnedKeys.peer, key.peer), isNull(pinnedKeys.retiredAt)))
    .run();
  tx.insert(pinnedKeys)
    .values({ ...key, retiredAt: null })
    .run();
}

export function loadPact(tx: Tx, actorId: string, iri: string): HeldPact | undefined {
  const row = tx
    .select()
    .from(pacts)
    .where(and(eq(pacts.actorId, actorId), eq(pacts.iri, iri)))
    .get();
  return row && assemble(tx, row);
}

const pactsOfActor = prepareOnce((tx) =>
  tx
    .select()
    .from(pacts)
    .where(
      and(
        eq(pacts.actorId, sql.placeholder("actorId")),
        sql`(${sql.placeholder("peers")} IS NULL OR ${pacts.peer} IN (SELECT value FROM json_each(${sql.placeholder("peers")})))`,
      ),
    )
    .orderBy(sql`${pacts.state} <> 'proposed', ${pacts.state} <> 'live'`, desc(pacts.updatedAt), asc(pacts.iri))
    .limit(sql.placeholder("limit"))
    .prepare(),
);

/** An actor's pacts, what waits for a person first, then the newest change; `peers`: only those with these, if given. */
export function listPacts(tx: Tx, actorId: string, limit: number, peers: readonly string[] | null = null): HeldPact[] {
  return pactsOfActor(tx)
    .all({ actorId, limit, peers: peers && JSON.stringify(peers) })
    .map((row) => assemble(tx, row));
}

/** Every pact with the peer that is not over, of one actor. */
export function listOpenPacts(tx: Tx, actorId: string, peer: string): HeldPact[] {
  return tx
    .select()
    .from(pacts)
    .where(and(eq(pacts.actorId, actorId), eq(pacts.peer, peer), sql`${pacts.state} IN ('proposed', 'live')`))
    .orderBy(asc(pacts.iri))
    .all()
    .map((row) => assemble(tx, row));
}

/** One pact with each peer that knows a key of our actor's: in force, over with orders that may still run, or proposed. */
export function listAcquainted(tx: Tx, actorId: string): HeldPact[] {
  const rows = tx
    .select()
    .from(pacts)
    .where(and(eq(pacts.actorId, actorId), sql`${pacts.state} <> 'refused'`))
    .orderBy(sql`${pacts.state} <> 'live'`, desc(pacts.updatedAt), asc(pacts.iri))
    .all();
  const byPeer = new Map<string, PactRow>();
  for (const row of rows) if (!byPeer.has(row.peer)) byPeer.set(row.peer, row);
  return [...byPeer.values()].map((row) => assemble(tx, row));
}

/** How many pacts and proposals of an actor are not over. */
export function countOpenPacts(tx: Tx, actorId: string): number {
  const open = and(eq(pacts.actorId, actorId), sql`${pacts.state} IN ('proposed', 'live')`);
  return tx.select({ total: count() }).from(pacts).where(open).get()?.total ?? 0;
}

/** Every pact and proposal of an actor that is not over, whoever it is with. */
export function listAllOpen(tx: Tx, actorId: string): HeldPact[] {
  const open = and(eq(pacts.actorId, actorId), sql`${pacts.state} IN ('proposed', 'live')`);
  const rows = tx.select().from(pacts).where(open).orderBy(asc(pacts.iri)).all();
  return rows.map((row) => assemble(tx, row));
}

/** How many proposals of one host wait at this actor, unanswered. */
export function countProposals(tx: Tx, actorId: string, host: string): number {
  const those = and(eq(pacts.actorId, actorId), eq(pacts.host, host), eq(pacts.state, "proposed"));
  return tx.select({ total: count() }).from(pacts).where(those).get()?.total ?? 0;
}

const pactsPastEnd = prepareOnce((tx) =>
  tx
    .selectDistinct({ actorId: pacts.actorId, iri: pacts.iri })
    .from(pacts)
    .innerJoin(pactRevisions, and(eq(pactRevisions.actorId, pacts.actorId), eq(pactRevisions.iri, pacts.iri)))
    .where(and(eq(pacts.state, "live"), lte(pactRevisions.endsAt, asked("now"))))
    .prepare(),
);

/** Pacts in force whose agreed end has come. */
export function listPactsPastEnd(tx: Tx, now: number): HeldPact[] {
  return pactsPastEnd(tx)
    .all({ now })
    .map(({ actorId, iri }) => loadPact(tx, actorId, iri)!);
}

const proposedPacts = prepareOnce((tx) => tx.select().from(pacts).where(eq(pacts.state, "proposed")).prepare());

/** Proposals of ours that waited long enough for an answer. */
export function listProposalsToWithdraw(tx: Tx, now: number): HeldPact[] {
  return proposedPacts(tx)
    .all()
    .map((row) => assemble(tx, row))
    .filter(({ pact, party, createdAt }) => (withdrawalAt(pact, party, createdAt) ?? Infinity) <= now);
}

const pactsToResume = prepareOnce((tx) =>
  tx
    .select()
    .from(pacts)
    .where(and(lte(pacts.resumeAt, asked("now")), eq(pacts.state, "live")))
    .prepare(),
);

/** Pacts whose suspension by us ends now. */
export function listPactsToResume(tx: Tx, now: number): HeldPact[] {
  return pactsToResume(tx)
    .all({ now })
    .map((row) => assemble(tx, row));
}

const pactsChanged = prepareOnce((tx) => {
  const isSellers = and(eq(pacts.actorId, pacts.seller), eq(pacts.state, "live"));
  return tx
    .select({ sellerId: pacts.actorId, peer: pacts.peer })
    .from(pacts)
    .where(and(isSellers, gt(pacts.updatedAt, asked("after")), lte(pacts.updatedAt, asked("until"))))
    .prepare();
});

/** Pacts in force of sellers on this node that changed after one instant and until another (epoch ms). */
export function listPactsChanged(tx: Tx, after: number, until: number): { sellerId: string; peer: string }[] {
  return pactsChanged(tx).all({ after, until });
}

/** Writes a pact whole: its thread, every revision, both halves. */
export function savePact(tx: Tx, held: Omit<HeldPact, "state" | "party">): void {
  const { actorId, peer, pact, inbox, resumeAt, createdAt, updatedAt } = held;
  const { iri, buyer, seller, endedBy } = pact;
  const row = {
    peer,
    host: new URL(peer).host,
    inbox,
    buyer,
    seller,
    state: stateOf(pact),
    endedBy,
    resumeAt,
    updatedAt,
  };
  tx.insert(pacts)
    .values({ actorId, iri, createdAt, ...row })
    .onConflictDoUpdate({ target: [pacts.actorId, pacts.iri], set: row })
    .run();
  for (const { terms, keys, ...revision } of pact.revisions) {
    const values = { ...revision, terms: JSON.stringify(terms), keys: JSON.stringify(keys) };
    tx.insert(pactRevisions)
      .values({ actorId, iri, ...values })
      .onConflictDoUpdate({ target: [pactRevisions.actorId, pactRevisions.iri, pactRevisions.revision], set: values })
      .run();
  }
  for (const party of ["buyer", "seller"] as const) {
    const half = pact.halves[party];
    if (!half) continue;
    tx.insert(pactHalves)
      .values({ actorId, iri, party, ...half })
      .onConflictDoUpdate({ target: [pactHalves.actorId, pactHalves.iri, pactHalves.party], set: half })
      .run();
  }
}

/** A signed message about a pact, ours or theirs. */
export type KeptMessage = typeof pactMessages.$inferSelect;

/** Keeps the raw bytes of a message, for as long as the pact may be argued about. PROTOCOL 6.5. */
export function insertPactMessage(tx: Tx, message: typeof pactMessages.$inferInsert): void {
  tx.insert(pactMessages).values(message).run();
}

/** The messages of a thread in the order they came, with their bytes. */
export function listPactMessages(tx: Tx, actorId: string, iri: string): KeptMessage[] {
  return tx
    .select()
    .from(pactMessages)
    .where(and(eq(pactMessages.actorId, actorId), eq(pactMessages.iri, iri)))
    .orderBy(asc(pactMessages.at), asc(pactMessages.activityIri))
    .all();
}

export function loadPactMessage(tx: Tx, actorId: string, activityIri: string): KeptMessage | undefined {
  return tx
    .select()
    .from(pactMessages)
    .where(and(eq(pactMessages.actorId, actorId), eq(pactMessages.activityIri, activityIri)))
    .get();
}

type PactRow = typeof pacts.$inferSelect;

const liveWithPeer = prepareOnce((tx) =>
  tx
    .select()
    .from(pacts)
    .where(
      and(
        eq(pacts.actorId, sql.placeholder("actorId")),
        eq(pacts.peer, sql.placeholder("peer")),
        eq(pacts.state, "live"),
      ),
    )
    .orderBy(asc(pacts.iri))
    .prepare(),
);

function findLive(tx: Tx, actorId: string, peer: string): PactRow | undefined {
  return liveWithPeer(tx).get({ actorId, peer });
}

const revisionsOfPact = prepareOnce((tx) =>
  tx
    .select()
    .from(pactRevisions)
    .where(and(eq(pactRevisions.actorId, sql.placeholder("actorId")), eq(pactRevisions.iri, sql.placeholder("iri"))))
    .orderBy(asc(pactRevisions.revision))
    .prepare(),
);

const halvesOfPact = prepareOnce((tx) =>
  tx
    .select()
    .from(pactHalves)
    .where(and(eq(pactHalves.actorId, sql.placeholder("actorId")), eq(pactHalves.iri, sql.placeholder("iri"))))
    .prepare(),
);

function assemble(tx: Tx, row: PactRow): HeldPact {
  const { actorId, iri, peer, inbox, buyer, seller, state, endedBy, resumeAt, createdAt, updatedAt } = row;
  const revisions = revisionsOfPact(tx)
    .all({ actorId, iri })
    .map(({ actorId: _, iri: __, terms, keys, ...rest }) => ({
      ...rest,
      terms: JSON.parse(terms),
      keys: JSON.parse(keys),
    }));
  const halves: { buyer: Pact["halves"]["buyer"]; seller: Pact["halves"]["seller"] } = { buyer: null, seller: null };
  for (const { party, relationshipIri, epoch, sequence, status } of halvesOfPact(tx).all({ actorId, iri }))
    halves[party] = { relationshipIri, epoch, sequence, status };
  const pact: Pact = { iri, buyer, seller, revisions, halves, endedBy };
  assert.equal(state, stateOf(pact), "the state of a pact is what its messages say");
  const party = buyer === actorId ? "buyer" : "seller";
  return { actorId, peer, party, state, pact, inbox, resumeAt, createdAt, updatedAt };
}
