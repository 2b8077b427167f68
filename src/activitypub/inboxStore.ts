// Rows of the inbox log: each activity of each sender counts once, for ever. Prepared once: this is the hot path.
import { loadPeriods } from "../db/periods.ts";
import type { Db } from "../db/transact.ts";
import { GIVE_UP_AFTER } from "./delivery.ts";

/** One arrival as logged. `refusal` holds the reason when it was refused. */
export type LoggedArrival = {
  readonly sender: string;
  readonly activityId: string;
  readonly receiver: string;
  readonly type: string;
  readonly digest: string;
  readonly channel: "order" | "social";
  readonly outcome: "applied" | "ignored" | "refused" | "parked";
  readonly refusal: string | null;
  readonly receivedAt: number;
};

/** A refused message of the order channel: the thread it named and what it was by its type. `receivedAt` is epoch ms. */
export type RefusedLetter = {
  readonly sender: string;
  readonly thread: string;
  readonly type: string;
  readonly refusal: string;
  readonly receivedAt: number;
};

export type ParkedArrival = LoggedArrival & { readonly bytes: Buffer };

export type InboxStore = ReturnType<typeof createInboxStore>;

const COLUMNS =
  "sender, activity_id AS activityId, receiver, type, digest, channel, outcome, refusal, received_at AS receivedAt";

export function createInboxStore(db: Db) {
  const mark = db.raw.prepare("SAVEPOINT decision");
  const undo = db.raw.prepare("ROLLBACK TO decision");
  const end = db.raw.prepare("RELEASE decision");
  const find = db.raw.prepare<[string, string], LoggedArrival>(
    `SELECT ${COLUMNS} FROM inbox_log WHERE sender = ? AND activity_id = ?`,
  );
  const insert = db.raw.prepare(
    `INSERT INTO inbox_log (sender, activity_id, receiver, type, digest, bytes, channel, outcome, refusal, parked_for, thread, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const forget = db.raw.prepare("DELETE FROM inbox_log WHERE sender = ? AND activity_id = ?");
  const parked = db.raw.prepare<[string], ParkedArrival>(
    `SELECT ${COLUMNS}, bytes FROM inbox_log WHERE parked_for = ? ORDER BY received_at LIMIT 20`,
  );
  const anyParked = db.raw.prepare("SELECT 1 FROM inbox_log WHERE parked_for IS NOT NULL LIMIT 1");
  const settleParked = db.raw.prepare(
    "UPDATE inbox_log SET outcome = ?, refusal = ?, parked_for = NULL, thread = ? WHERE sender = ? AND activity_id = ?",
  );
  const countParked = db.raw
    .prepare<[string], number>("SELECT count(*) FROM inbox_log WHERE sender = ? AND parked_for IS NOT NULL")
    .pluck();
  const heard = db.raw.prepare(
    `INSERT INTO peers (host, last_heard_at) VALUES (@host, @now) ON CONFLICT (host) DO UPDATE SET last_heard_at = @now
     WHERE last_heard_at IS NULL OR last_heard_at < @now - 60000`,
  );

  return {
    /** From here on `undoDecision` takes everything back, until `endDecision`. Inside a transaction. */
    markDecision: (): void => void mark.run(),
    undoDecision: (): void => void undo.run(),
    endDecision: (): void => void end.run(),
    find: (sender: string, activityId: string): LoggedArrival | undefined => find.get(sender, activityId),
    /** `parkedFor`: what it waits for; `thread`: where a refused message of the order channel is shown. */
    insert: (row: LoggedArrival, bytes: Buffer, parkedFor: string | null, thread: string | null): void => {
      const { sender, activityId, receiver, type, digest, channel, outcome, refusal, receivedAt } = row;
      const end = [outcome, refusal, parkedFor, thread, receivedAt];
      insert.run(sender, activityId, receiver, type, digest, bytes, channel, ...end);
    },
    /** Makes room for the same activity to be decided anew. */
    forget: ({ sender, activityId }: LoggedArrival): void => void forget.run(sender, activityId),
    /** Mostly nothing is: one look instead of one for each IRI. */
    hasParked: (): boolean => anyParked.get() !== undefined,
    listParked: (iri: string): ParkedArrival[] => parked.all(iri),
    settleParked: (
      row: LoggedArrival,
      outcome: LoggedArrival["outcome"],
      refusal: string | null,
      thread: string | null,
    ) => {
      settleParked.run(outcome, refusal, thread, row.sender, row.activityId);
    },
    countParked: (sender: string): number => countParked.get(sender) ?? 0,
    /** Notes that a host spoke; at most one write a minute and host. */
    noteHeard: (host: string, now: number): void => {
      heard.run({ host, now });
    },
  };
}

/**
 * The newest messages of the order channel that an actor refused, and why: on one thread or on all, of these senders or of any (null).
 * What only came too late (`stale`) is left out: it says nothing new. Inside the caller's transaction.
 */
export function listRefusedLetters(
  { raw }: Db,
  receiver: string,
  { thread, senders }: { readonly thread?: string; readonly senders: readonly string[] | null },
  limit: number,
): RefusedLetter[] {
  const ofThread = thread === undefined ? "thread IS NOT NULL" : "thread = @thread";
  const ofSenders = senders === null ? "" : " AND sender IN (SELECT value FROM json_each(@senders))";
  return raw
    .prepare<object, RefusedLetter>(
      `SELECT sender, thread, type, refusal, received_at AS receivedAt FROM inbox_log
       WHERE receiver = @receiver AND ${ofThread}${ofSenders} AND refusal <> 'stale' ORDER BY received_at DESC LIMIT @limit`,
    )
    .all({ receiver, limit, thread, senders: JSON.stringify(senders) });
}

const DAY = 86_400_000;
/** Rows of social arrivals and of refusals at most (I23): a storm pushes out its own beginning. */
const SOCIAL_MAX = 100_000;
const EVENTS_MAX = 20_000;
/** The same bytes may be played again for an hour each way; until then their row stays, whatever their number. */
const REPLAYABLE_MS = 3 * 3_600_000;

/**
 * Retention: social arrivals and refusals for as long as the node says (signatures stop counting after an hour, letters are tried 14 days). What waited in vain for
 * what it answers had no effect and is forgotten whole: an answer about orders after a day (PROTOCOL 6.3.8), and it counts as new if it
 * comes again or is read again at its sender; what takes back something that may still come, and all that is social, as long as letters
 * are tried. Inside the caller's transaction.
 */
export function forgetOldArrivals({ raw, orm }: Db, now: number): void {
  const { arrivals, refusals } = loadPeriods(orm);
  raw
    .prepare("DELETE FROM inbox_log WHERE channel = 'social' AND parked_for IS NULL AND received_at < ?")
    .run(now - arrivals * DAY);
  raw
    .prepare(
      `DELETE FROM inbox_log WHERE parked_for IS NOT NULL
         AND received_at < CASE WHEN channel = 'order' AND type <> 'Undo' THEN @yesterday ELSE @longAgo END`,
    )
    .run({ yesterday: now - DAY, longAgo: now - GIVE_UP_AFTER });
  raw
    .prepare(
      `DELETE FROM inbox_log WHERE channel = 'social' AND parked_for IS NULL AND received_at < ? AND rowid <=
         (SELECT rowid FROM inbox_log WHERE channel = 'social' AND parked_for IS NULL ORDER BY rowid DESC LIMIT 1 OFFSET ?)`,
    )
    .run(now - REPLAYABLE_MS, SOCIAL_MAX);
  raw.prepare("DELETE FROM security_events WHERE at < ?").run(now - refusals * DAY);
  raw
    .prepare(
      "DELETE FROM security_events WHERE id <= (SELECT id FROM security_events ORDER BY id DESC LIMIT 1 OFFSET ?)",
    )
    .run(EVENTS_MAX);
}
