// Rows of our actors, their keys, and the actors and hosts we know. The only queries on those tables.
import { and, count, desc, eq, gte, inArray, isNull, sql } from "../db/drizzle.ts";
import { saveFact } from "../db/facts.ts";
import { placeholders, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import type { LocalActor, RemoteActor } from "./actor.ts";
import { readActor } from "./document.ts";
import type { NewKey } from "./keys.ts";
import {
  activities,
  actorKeys,
  actors,
  domainRules,
  expectedKeys,
  outbox,
  peers,
  remoteActors,
  securityEvents,
} from "./tables.ts";

let standingChanges = 0;

/** Grows whenever this process changes an actor of ours, a key or a domain rule: standingFacts.ts then reads them again. */
export function countStandingChanges(): number {
  return standingChanges;
}

export function insertActor(tx: Tx, actor: LocalActor): void {
  standingChanges += 1;
  tx.insert(actors).values(actor).run();
}

const actorById = prepareOnce((tx) =>
  tx
    .select()
    .from(actors)
    .where(eq(actors.id, sql.placeholder("id")))
    .prepare(),
);

export function loadActor(tx: Tx, id: string): LocalActor | undefined {
  return actorById(tx).get({ id });
}

const actorByHandle = prepareOnce((tx) =>
  tx
    .select()
    .from(actors)
    .where(eq(actors.handle, sql.placeholder("handle")))
    .prepare(),
);

export function loadActorByHandle(tx: Tx, handle: string): LocalActor | undefined {
  return actorByHandle(tx).get({ handle });
}

const allActors = prepareOnce((tx) => tx.select().from(actors).orderBy(sql`kind <> 'node'`, actors.name).prepare());

/** Every actor of this node, the instance actor first, then by name. */
export function listActors(tx: Tx): LocalActor[] {
  return allActors(tx).all();
}

/** Why nothing new begins at an actor: people decided that it closes. Null where it works. */
export function refuseRetired(tx: Tx, id: string): Refusal<"actor-retired"> | null {
  const actor = loadActor(tx, id);
  return actor && actor.retiredAt !== null ? { refused: "actor-retired", name: actor.name } : null;
}

/** The name of the fact that says since when the whole node closes (epoch ms): no actor is made any more. */
export const NODE_RETIRED_FACT = "retired-at";

export function updateActor(
  tx: Tx,
  id: string,
  change: Partial<Omit<typeof actors.$inferInsert, "id" | "handle" | "kind">>,
): void {
  standingChanges += 1;
  tx.update(actors).set(change).where(eq(actors.id, id)).run();
}

/** A key as stored. `sealedPrivateKey` opens only with the node's secret. */
export type StoredKey = NewKey & {
  readonly id: string;
  readonly actorId: string;
  readonly createdAt: number;
  readonly retiredAt: number | null;
};

export function insertKey(tx: Tx, key: StoredKey): void {
  standingChanges += 1;
  tx.insert(actorKeys).values(key).run();
}

const keysOfActor = prepareOnce((tx) =>
  tx
    .select()
    .from(actorKeys)
    .where(eq(actorKeys.actorId, sql.placeholder("actorId")))
    .orderBy(desc(actorKeys.createdAt), desc(actorKeys.id))
    .prepare(),
);

/** Every key the actor ever had, newest first: retired ones still verify old documents. */
export function loadKeys(tx: Tx, actorId: string): StoredKey[] {
  return keysOfActor(tx).all({ actorId });
}

const currentKey = prepareOnce((tx) =>
  tx
    .select({ id: actorKeys.id })
    .from(actorKeys)
    .where(
      and(
        eq(actorKeys.actorId, sql.placeholder("actorId")),
        eq(actorKeys.algorithm, sql.placeholder("algorithm")),
        isNull(actorKeys.retiredAt),
      ),
    )
    .orderBy(desc(actorKeys.createdAt), desc(actorKeys.id))
    .limit(1)
    .prepare(),
);

/** The id of the key the actor signs with now: asked each time, because the command line may rotate it meanwhile. */
export function findCurrentKeyId(tx: Tx, actorId: string, algorithm: StoredKey["algorithm"]): string | undefined {
  return currentKey(tx).get({ actorId, algorithm })?.id;
}

export function retireKey(tx: Tx, id: string, now: number): void {
  standingChanges += 1;
  tx.update(actorKeys)
    .set({ retiredAt: now })
    .where(and(eq(actorKeys.id, id), isNull(actorKeys.retiredAt)))
    .run();
}

/** The id of the key a peer still expects of our actor; null when it is the newest. PROTOCOL 6.5. */
export function loadExpectedKeyId(tx: Tx, actorId: string, peer: string): string | null {
  const those = and(eq(expectedKeys.actorId, actorId), eq(expectedKeys.peer, peer));
  return tx.select({ keyId: expectedKeys.keyId }).from(expectedKeys).where(those).get()?.keyId ?? null;
}

export function saveExpectedKey(tx: Tx, row: typeof expectedKeys.$inferInsert): void {
  tx.insert(expectedKeys)
    .values(row)
    .onConflictDoUpdate({ target: [expectedKeys.actorId, expectedKeys.peer], set: { keyId: row.keyId } })
    .run();
}

/** The peer knows our newest key by now. */
export function dropExpectedKey(tx: Tx, actorId: string, peer: string): void {
  tx.delete(expectedKeys)
    .where(and(eq(expectedKeys.actorId, actorId), eq(expectedKeys.peer, peer)))
    .run();
}

/** Receipts for what we still owe a peer will be signed with this key of theirs. */
export function replaceReceiptKey(tx: Tx, actorId: string, peer: string, receiptKey: string): void {
  tx.update(outbox)
    .set({ receiptKey })
    .where(
      and(
        eq(outbox.actorId, actorId),
        eq(outbox.recipient, peer),
        eq(outbox.lane, "order"),
        inArray(outbox.state, ["pending", "leased", "needs-human"]),
      ),
    )
    .run();
}

const REMOTE_COLUMNS = placeholders(
  "id",
  "host",
  "inbox",
  "sharedInbox",
  "handle",
  "name",
  "isFiliera",
  "document",
  "fetchedAt",
);
const upsertRemoteActor = prepareOnce((tx) =>
  tx
    .insert(remoteActors)
    .values({ ...REMOTE_COLUMNS, goneAt: null })
    .onConflictDoUpdate({
      target: remoteActors.id,
      set: {
        host: sql`excluded.host`,
        inbox: sql`excluded.inbox`,
        sharedInbox: sql`excluded.shared_inbox`,
        handle: sql`excluded.handle`,
        name: sql`excluded.name`,
        isFiliera: sql`excluded.is_filiera`,
        document: sql`excluded.document`,
        fetchedAt: sql`excluded.fetched_at`,
        goneAt: null,
      },
    })
    .prepare(),
);

/** Keeps the newest copy of another node's actor. */
export function saveRemoteActor(tx: Tx, actor: RemoteActor): void {
  upsertRemoteActor(tx).run({
    id: actor.id,
    host: new URL(actor.id).host,
    inbox: actor.inbox,
    sharedInbox: actor.sharedInbox,
    handle: actor.handle,
    name: actor.name,
    isFiliera: actor.isFiliera,
    document: JSON.stringify(actor.document),
    fetchedAt: actor.fetchedAt,
  });
}

const remoteActorById = prepareOnce((tx) =>
  tx
    .select()
    .from(remoteActors)
    .where(eq(remoteActors.id, sql.placeholder("id")))
    .prepare(),
);

export function loadRemoteActor(tx: Tx, id: string): RemoteActor | undefined {
  const row = remoteActorById(tx).get({ id });
  return (row && readActor(JSON.parse(row.document), row.fetchedAt)) ?? undefined;
}

const filieraHost = prepareOnce((tx) =>
  tx
    .select({ id: remoteActors.id })
    .from(remoteActors)
    .where(and(eq(remoteActors.host, sql.placeholder("host")), eq(remoteActors.isFiliera, true)))
    .limit(1)
    .prepare(),
);

/** Whether a node of ours is known at that host. */
export function isFilieraHost(tx: Tx, host: string): boolean {
  return filieraHost(tx).get({ host }) !== undefined;
}

/** Makes the cached copy count as old, so that the next use fetches it again. */
export function expireRemoteActor(tx: Tx, id: string): void {
  tx.update(remoteActors).set({ fetchedAt: 0 }).where(eq(remoteActors.id, id)).run();
}

/** Since when its address says that it is no more; the first time counts until it is there again. */
export function markRemoteActorGone(tx: Tx, id: string, now: number): void {
  const goneAt = sql`coalesce(${remoteActors.goneAt}, ${now})`;
  tx.update(remoteActors).set({ goneAt }).where(eq(remoteActors.id, id)).run();
}

export function loadRemoteActorGoneAt(tx: Tx, id: string): number | null {
  return (
    tx.select({ goneAt: remoteActors.goneAt }).from(remoteActors).where(eq(remoteActors.id, id)).get()?.goneAt ?? null
  );
}

/** What we know of a host, for the health of partners and the outbox page. */
export type Peer = typeof peers.$inferSelect;

/** Every host we ever wrote to or heard of. */
export function listPeers(tx: Tx): Peer[] {
  return tx.select().from(peers).all();
}

/** The nodes that have written since then, proven, in a version of the protocol that we do not know. */
export function listHostsOfOtherVersions(tx: Tx, since: number): Set<string> {
  const those = and(eq(securityEvents.code, "other-version"), gte(securityEvents.at, since));
  const rows = tx.selectDistinct({ host: securityEvents.host }).from(securityEvents).where(those).all();
  return new Set(rows.map(({ host }) => host));
}

export function loadPeer(tx: Tx, host: string): Peer | undefined {
  return tx.select().from(peers).where(eq(peers.host, host)).get();
}

/** An activity we wrote, as its frozen JSON. */
export type WrittenActivity = typeof activities.$inferSelect;

export function loadActivity(tx: Tx, id: string): WrittenActivity | undefined {
  return tx.select().from(activities).where(eq(activities.id, id)).get();
}

/** Whether that actor is among those the activity was sent to. */
export function isRecipient(tx: Tx, activityId: string, actorUri: string): boolean {
  const row = tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.activityId, activityId), eq(outbox.recipient, actorUri)))
    .get();
  return row !== undefined;
}

/** A page of the actor's public activities, newest first. */
export function listPublicActivities(tx: Tx, actorId: string, limit: number, offset: number): WrittenActivity[] {
  return tx
    .select()
    .from(activities)
    .where(and(eq(activities.actorId, actorId), eq(activities.isPublic, true)))
    .orderBy(desc(activities.createdAt), desc(activities.id))
    .limit(limit)
    .offset(offset)
    .all();
}

export function countPublicActivities(tx: Tx, actorId: string): number {
  const isPublic = and(eq(activities.actorId, actorId), eq(activities.isPublic, true));
  return tx.select({ total: count() }).from(activities).where(isPublic).get()?.total ?? 0;
}

/** What was said of an object since a time is shown to nobody any more but who was sent it: its author has withdrawn it. */
export function unlistActivities(tx: Tx, actorId: string, { objectIri, since }: { objectIri: string; since: number }) {
  const its = and(eq(activities.actorId, actorId), eq(activities.isPublic, true), gte(activities.createdAt, since));
  const said = sql`${activities.type} IN ('Create', 'Update') AND json_extract(${activities.json}, '$.object.id') = ${objectIri}`;
  tx.update(activities).set({ isPublic: false }).where(and(its, said)).run();
}

/** A blocked or, in allowlist mode, an allowed domain. */
export type DomainRule = typeof domainRules.$inferSelect;

export function listDomainRules(tx: Tx): DomainRule[] {
  return tx.select().from(domainRules).orderBy(domainRules.domain).all();
}

/** The name of the fact that switches allowlist mode on ("on"): only listed domains may speak with us. */
export const ALLOWLIST_FACT = "allowlist";

export function saveAllowlistMode(tx: Tx, isOn: boolean): void {
  standingChanges += 1;
  saveFact(tx, ALLOWLIST_FACT, isOn ? "on" : "off");
}

export function saveDomainRule(tx: Tx, rule: DomainRule): void {
  standingChanges += 1;
  tx.insert(domainRules)
    .values(rule)
    .onConflictDoUpdate({ target: domainRules.domain, set: { rule: rule.rule, reason: rule.reason } })
    .run();
}

/** False when there was no such rule. */
export function removeDomainRule(tx: Tx, domain: string): boolean {
  standingChanges += 1;
  return tx.delete(domainRules).where(eq(domainRules.domain, domain)).run().changes > 0;
}

const insertSecurityEvent = prepareOnce((tx) =>
  tx
    .insert(securityEvents)
    .values(placeholders("at", "code", "host", "detail"))
    .prepare(),
);

/** Records that something was refused. What the other side claimed is cut, and what a terminal would obey is spelt out. */
export function recordSecurityEvent(tx: Tx, event: { at: number; code: string; host: string; detail: string }): void {
  insertSecurityEvent(tx).run({ ...event, host: quote(event.host), detail: quote(event.detail) });
}

const EVENT_TEXT_MAX = 255;

function quote(claimed: string): string {
  const spelt = claimed
    .slice(0, EVENT_TEXT_MAX)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u${one.codePointAt(0)!.toString(16).padStart(4, "0")}`);
  return spelt.slice(0, EVENT_TEXT_MAX);
}

/** What was refused since a time, counted by its code, with the last host of each; the newest first. */
export function countSecurityEvents(tx: Tx, since: number, limit: number) {
  const lastAt = sql<number>`max(${securityEvents.at})`;
  // Beside max(), SQLite takes the host from the newest row.
  return tx
    .select({ code: securityEvents.code, total: count(), lastAt, host: securityEvents.host })
    .from(securityEvents)
    .where(gte(securityEvents.at, since))
    .groupBy(securityEvents.code)
    .orderBy(desc(lastAt))
    .limit(limit)
    .all();
}

/** The newest refusals, for the administrator. */
export function listSecurityEvents(tx: Tx, limit: number): (typeof securityEvents.$inferSelect)[] {
  return tx.select().from(securityEvents).orderBy(desc(securityEvents.id)).limit(limit).all();
}
