// Rows of the audit log <-> entries: written in the transaction of their cause, chained, forgotten after a year or more. SAFETY C41, C42.
import { createHash } from "node:crypto";
import { and, asc, count, desc, eq, gt, gte, isNull, lt, sql } from "../db/drizzle.ts";
import { loadFact, saveFact } from "../db/facts.ts";
import { keptMs } from "../db/periods.ts";
import type { Tx } from "../db/transact.ts";
import { type AuditEntry, kindOf } from "./audit.ts";
import { auditLog } from "./auditTables.ts";

const DETAIL_MAX = 200;
const HOUR_MS = 60 * 60_000;
/** So many refusals of one kind are kept for one person, or for nobody known, in an hour: the rest is the same knocking. */
const KNOCKS_AN_HOUR = 30;
const READ_AT_ONCE = 1000;
/** The digest of the youngest entry, and of the last one forgotten: both ends of the chain. */
const HEAD = "audit-head";
const TAIL = "audit-tail";
const TRIGGERS = ["audit_log_no_update", "audit_log_no_delete", "audit_log_no_replace"];

/** Keeps what happened, in the transaction in which it happens. */
export function recordAudit(tx: Tx, entry: AuditEntry): void {
  const { what, actorId, byId, aboutId, at } = entry;
  const last = tx.select({ id: auditLog.id }).from(auditLog).orderBy(desc(auditLog.id)).limit(1).get()?.id ?? 0;
  const row = { id: last + 1, at, kind: kindOf(what), what, actorId, byId, aboutId, detail: shortened(entry.detail) };
  const digest = digestOf(loadFact(tx, HEAD) ?? "", row);
  tx.insert(auditLog)
    .values({ ...row, digest })
    .run();
  saveFact(tx, HEAD, digest);
}

/** Keeps a refusal, unless the same person, or nobody known, was refused so often within the hour that one more says nothing new. */
export function recordKnock(tx: Tx, entry: AuditEntry): void {
  const { byId, aboutId, at } = entry;
  const same = and(
    eq(auditLog.kind, kindOf(entry.what)),
    gte(auditLog.at, at - HOUR_MS),
    byId === null ? isNull(auditLog.byId) : eq(auditLog.byId, byId),
    aboutId === null ? isNull(auditLog.aboutId) : eq(auditLog.aboutId, aboutId),
  );
  const knocks = tx.select({ n: count() }).from(auditLog).where(same).get()?.n ?? 0;
  if (knocks < KNOCKS_AN_HOUR) recordAudit(tx, entry);
}

/** Forgets what is older, by more than the node keeps (a year at least), than now and than the youngest entry. */
export function deleteOldAudit(tx: Tx, now: number): void {
  const youngest =
    tx
      .select({ at: sql<number | null>`max(${auditLog.at})` })
      .from(auditLog)
      .get()?.at ?? now;
  const before = Math.min(now, youngest) - keptMs(tx, "audit");
  // From the oldest on, without a gap: the chain has two ends, not four.
  const kept = tx.select({ id: auditLog.id }).from(auditLog).where(gte(auditLog.at, before)).orderBy(asc(auditLog.id));
  const first = kept.limit(1).get()?.id;
  if (first === undefined) return;
  const gone = lt(auditLog.id, first);
  const last = tx.select().from(auditLog).where(gone).orderBy(desc(auditLog.id)).limit(1).get();
  if (!last) return;
  tx.delete(auditLog).where(gone).run();
  saveFact(tx, TAIL, last.digest);
}

/** What does not hold of the log, a sentence each: for doctor, backups and tests. Reads it whole, piece by piece. */
export function checkAudit(tx: Tx): string[] {
  const there = new Set(
    tx.all<{ name: string }>(sql`SELECT name FROM sqlite_master WHERE type = 'trigger'`).map(({ name }) => name),
  );
  const broken = TRIGGERS.filter((name) => !there.has(name)).map((name) => `the trigger ${name} is missing`);
  let [digest, id] = [loadFact(tx, TAIL) ?? "", 0];
  for (;;) {
    const rows = tx
      .select()
      .from(auditLog)
      .where(gt(auditLog.id, id))
      .orderBy(asc(auditLog.id))
      .limit(READ_AT_ONCE)
      .all();
    for (const { digest: written, ...row } of rows) {
      if (written !== digestOf(digest, row))
        return [...broken, `audit entry ${row.id} was changed, or one before it is missing`];
      [digest, id] = [written, row.id];
    }
    if (rows.length < READ_AT_ONCE) break;
  }
  return digest === (loadFact(tx, HEAD) ?? "") ? broken : [...broken, `audit entries after ${id} are missing`];
}

type Row = Omit<typeof auditLog.$inferSelect, "digest">;

function digestOf(before: string, { id, at, kind, what, actorId, byId, aboutId, detail }: Row): string {
  const said = JSON.stringify([before, id, at, kind, what, actorId, byId, aboutId, detail]);
  return createHash("sha256").update(said).digest("hex");
}

function shortened(detail: string): string {
  return detail.length <= DETAIL_MAX ? detail : `${detail.slice(0, DETAIL_MAX - 1)}…`;
}
