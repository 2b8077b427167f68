// What is owed, as people see it: what waits, what fails, what nobody but a person can decide; and what they do about it.
import { and, asc, count, desc, eq, gte, inArray, lt, lte, max, min, ne, sql } from "../db/drizzle.ts";
import { keptMs } from "../db/periods.ts";
import type { Tx } from "../db/transact.ts";
import { TELL_AFTER } from "./delivery.ts";
import { activities, outbox, peers } from "./tables.ts";

/** One letter to one inbox as a person sees it. Times are epoch ms. */
export type OwedLetter = {
  readonly id: number;
  readonly activityId: string;
  readonly type: string;
  readonly host: string;
  readonly recipient: string | null;
  readonly lane: "order" | "social";
  readonly state: "pending" | "leased" | "delivered" | "needs-human" | "abandoned";
  readonly attempts: number;
  readonly nextAt: number;
  readonly firstFailedAt: number | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
};

/** The parts of an outbox page. `verify`: only a person can decide; `failing`: has failed for more than an hour. */
export type OutboxPart = "verify" | "failing" | "waiting" | "delivered" | "abandoned";

const COLUMNS = {
  id: outbox.id,
  activityId: outbox.activityId,
  type: activities.type,
  host: outbox.host,
  recipient: outbox.recipient,
  lane: outbox.lane,
  state: outbox.state,
  attempts: outbox.attempts,
  nextAt: sql<number>`max(${outbox.nextAt}, coalesce(${peers.nextAt}, 0))`,
  firstFailedAt: outbox.firstFailedAt,
  lastStatus: outbox.lastStatus,
  lastError: outbox.lastError,
  createdAt: outbox.createdAt,
  finishedAt: outbox.finishedAt,
};

/** A part of an actor's outbox: what waits oldest first, what is over newest first. `recipients`: only what goes to these; null all. */
export function listOutbox(
  tx: Tx,
  actorId: string,
  part: OutboxPart,
  now: number,
  limit: number,
  recipients: readonly string[] | null = null,
): OwedLetter[] {
  const isOver = part === "delivered" || part === "abandoned";
  const inOrder = isOver ? desc(outbox.id) : asc(outbox.id);
  // First which, from an index alone, then all of them: the other way round SQLite joins the whole queue.
  const those = and(eq(outbox.actorId, actorId), isPart(part, now), isFor(recipients));
  const ids = tx.select({ id: outbox.id }).from(outbox).where(those).orderBy(inOrder).limit(limit);
  return tx
    .select(COLUMNS)
    .from(outbox)
    .innerJoin(activities, eq(activities.id, outbox.activityId))
    .leftJoin(peers, eq(peers.host, outbox.host))
    .where(inArray(outbox.id, ids))
    .orderBy(inOrder)
    .all();
}

/** How many letters of an actor are in each part; `recipients` as in `listOutbox`. */
export function countOutbox(
  tx: Tx,
  actorId: string,
  part: OutboxPart,
  now: number,
  recipients: readonly string[] | null = null,
): number {
  const those = and(eq(outbox.actorId, actorId), isPart(part, now), isFor(recipients));
  return tx.select({ total: count() }).from(outbox).where(those).get()?.total ?? 0;
}

/** How the letter that carries an activity of ours stands; undefined where it went to nobody, or was forgotten since it arrived. */
export function findLetter(tx: Tx, actorId: string, activityId: string): OwedLetter | undefined {
  return tx
    .select(COLUMNS)
    .from(outbox)
    .innerJoin(activities, eq(activities.id, outbox.activityId))
    .leftJoin(peers, eq(peers.host, outbox.host))
    .where(and(eq(outbox.activityId, activityId), eq(outbox.actorId, actorId)))
    .limit(1)
    .get();
}

/** The letters of one thread that wait for a person's decision, the oldest first. */
export function listUndecided(tx: Tx, actorId: string, thread: string): OwedLetter[] {
  return tx
    .select(COLUMNS)
    .from(outbox)
    .innerJoin(activities, eq(activities.id, outbox.activityId))
    .leftJoin(peers, eq(peers.host, outbox.host))
    .where(and(eq(outbox.actorId, actorId), isSettled("needs-human"), eq(outbox.thread, thread)))
    .orderBy(asc(outbox.id))
    .limit(20)
    .all();
}

/** What an actor wrote since then that has not arrived, host by host. */
export function listUnreached(tx: Tx, actorId: string, since: number, limit: number): OwedLetter[] {
  return tx
    .select(COLUMNS)
    .from(outbox)
    .innerJoin(activities, eq(activities.id, outbox.activityId))
    .leftJoin(peers, eq(peers.host, outbox.host))
    .where(and(eq(outbox.actorId, actorId), gte(outbox.createdAt, since), ne(outbox.state, "delivered")))
    .orderBy(asc(outbox.host), asc(outbox.id))
    .limit(limit)
    .all();
}

/** How many letters an actor wrote since then, and how many of them arrived. */
export function countSince(
  tx: Tx,
  actorId: string,
  since: number,
): { readonly total: number; readonly arrived: number } {
  const row = tx
    .select({ total: count(), arrived: sql<number>`coalesce(sum(${outbox.state} = 'delivered'), 0)` })
    .from(outbox)
    .where(and(eq(outbox.actorId, actorId), gte(outbox.createdAt, since)))
    .get();
  return { total: row?.total ?? 0, arrived: row?.arrived ?? 0 };
}

/** How many letters of an actor are still being tried, of both lanes and of the order lane. */
export function countOnTheirWay(tx: Tx, actorId: string): { readonly all: number; readonly orders: number } {
  const row = tx
    .select({ all: count(), orders: sql<number>`coalesce(sum(${outbox.lane} = 'order'), 0)` })
    .from(outbox)
    .where(and(eq(outbox.actorId, actorId), isWaiting()))
    .get();
  return { all: row?.all ?? 0, orders: row?.orders ?? 0 };
}

/** What one host is still owed by an actor. `oldestAt` is when the oldest of it was written. */
export function loadBacklog(tx: Tx, actorId: string, host: string) {
  const those = and(eq(outbox.actorId, actorId), eq(outbox.host, host), isWaiting());
  const verify = and(eq(outbox.actorId, actorId), eq(outbox.host, host), eq(outbox.state, "needs-human"));
  const row = tx
    .select({ waiting: count(), oldestAt: min(outbox.createdAt), nextAt: max(outbox.nextAt) })
    .from(outbox)
    .where(those)
    .get();
  const toVerify = tx.select({ total: count() }).from(outbox).where(verify).get()?.total ?? 0;
  return { waiting: row?.waiting ?? 0, oldestAt: row?.oldestAt ?? null, nextAt: row?.nextAt ?? null, toVerify };
}

/** What each host is still owed by all our actors together; hosts that are owed nothing are left out. */
export function listBacklogs(tx: Tx): { host: string; waiting: number; toVerify: number; nextAt: number | null }[] {
  const waits = sql`${outbox.state} IN ('pending', 'leased')`;
  return tx
    .select({
      host: outbox.host,
      waiting: sql<number>`sum(${waits})`,
      toVerify: sql<number>`sum(${outbox.state} = 'needs-human')`,
      nextAt: sql<number | null>`max(CASE WHEN ${waits} THEN ${outbox.nextAt} END)`,
    })
    .from(outbox)
    .where(inArray(outbox.state, ["pending", "leased", "needs-human"]))
    .groupBy(outbox.host)
    .all();
}

/** Makes one letter due now. False when it is not waiting any more. */
export function retryLetter(tx: Tx, actorId: string, id: number, now: number): boolean {
  const those = and(eq(outbox.actorId, actorId), eq(outbox.id, id), canBeRetried());
  return makeDue(tx, those, now) > 0;
}

/** Makes everything an actor owes due now; only one host's, if given. Returns how many letters. */
export function retryAll(tx: Tx, actorId: string, now: number, host?: string): number {
  const ofHost = host === undefined ? undefined : eq(outbox.host, host);
  return makeDue(tx, and(eq(outbox.actorId, actorId), ofHost, canBeRetried()), now);
}

/** Holds what an actor owes a host until a time; what is written later waits behind it in its thread. */
export function holdHost(tx: Tx, actorId: string, host: string, until: number): number {
  const those = and(eq(outbox.actorId, actorId), eq(outbox.host, host), eq(outbox.state, "pending"));
  return tx.update(outbox).set({ nextAt: until }).where(those).run().changes;
}

/** Gives a letter up for good, with the reason a person gave. False when it is not waiting any more. */
export function abandonLetter(tx: Tx, actorId: string, id: number, reason: string, now: number): boolean {
  const those = and(eq(outbox.actorId, actorId), eq(outbox.id, id), canBeRetried());
  const end = { state: "abandoned" as const, lastError: reason, finishedAt: now };
  return tx.update(outbox).set(end).where(those).run().changes > 0;
}

function isFor(recipients: readonly string[] | null) {
  return recipients === null ? undefined : inArray(outbox.recipient, [...recipients]);
}

// A row on its way is the relay's until it comes back.
function canBeRetried() {
  return inArray(outbox.state, ["pending", "needs-human"]);
}

// In words and not as values of the query: SQLite then sees that its partial index holds all of these.
function isWaiting() {
  return sql`${outbox.state} IN ('pending', 'leased')`;
}

function isSettled(state: "delivered" | "needs-human" | "abandoned") {
  return and(eq(outbox.state, state), sql`${outbox.state} IN ('delivered', 'needs-human', 'abandoned')`);
}

function isPart(part: OutboxPart, now: number) {
  if (part === "verify") return isSettled("needs-human");
  if (part === "delivered" || part === "abandoned") return isSettled(part);
  const isFailing = lte(outbox.firstFailedAt, now - TELL_AFTER);
  if (part === "failing") return and(isWaiting(), isFailing);
  return and(isWaiting(), sql`(${outbox.firstFailedAt} IS NULL OR ${outbox.firstFailedAt} > ${now - TELL_AFTER})`);
}

function makeDue(tx: Tx, those: ReturnType<typeof and>, now: number): number {
  const hosts = tx.selectDistinct({ host: outbox.host }).from(outbox).where(those).all();
  const due = { state: "pending" as const, nextAt: now, leaseUntil: null, finishedAt: null };
  const { changes } = tx.update(outbox).set(due).where(those).run();
  // A person knows better than a backoff: the host is asked at once, and counts as failing until it answers.
  for (const { host } of hosts) tx.update(peers).set({ nextAt: now }).where(eq(peers.host, host)).run();
  return changes;
}

/** Forgets the social letters that arrived or were given up some time ago: whom they went to is nobody's business then. Orders' stay. */
export function forgetOldLetters(tx: Tx, now: number): void {
  const isOver = inArray(outbox.state, ["delivered", "abandoned"]);
  tx.delete(outbox)
    .where(and(eq(outbox.lane, "social"), isOver, lt(outbox.finishedAt, now - keptMs(tx, "letters"))))
    .run();
}
