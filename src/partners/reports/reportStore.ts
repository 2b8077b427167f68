// Rows of reports: what others say to us, and what people here say to who looks after the node. The only queries on them.
import { and, asc, count, desc, eq, gt, isNotNull, isNull, lt, sql } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { reports } from "../tables.ts";

/** Of another node's actor (`sender`) to us, or, with `actorId` and `personId`, of a person here about the actor `accused`. */
export type Report = typeof reports.$inferSelect;
/** What became of a report. */
export type ReportDecision = NonNullable<Report["decision"]>;

type NewReport = Omit<Report, "id" | "seenAt" | "decision" | "decidedBy">;

export function insertReport(tx: Tx, report: NewReport): void {
  tx.insert(reports).values(report).run();
}

export function loadReport(tx: Tx, id: number): Report | undefined {
  return tx.select().from(reports).where(eq(reports.id, id)).get();
}

/** Reports nobody has dealt with yet, the oldest first. */
export function listOpenReports(tx: Tx, limit: number): Report[] {
  return tx.select().from(reports).where(isNull(reports.seenAt)).orderBy(asc(reports.at)).limit(limit).all();
}

/** What was decided, the latest first. */
export function listDecidedReports(tx: Tx, limit: number): Report[] {
  return tx.select().from(reports).where(isNotNull(reports.seenAt)).orderBy(desc(reports.seenAt)).limit(limit).all();
}

/** How many are open; of what a host sent us, if given. */
export function countOpenReports(tx: Tx, host?: string): number {
  const ofHost = host === undefined ? undefined : and(eq(reports.host, host), isNull(reports.personId));
  return (
    tx
      .select({ total: count() })
      .from(reports)
      .where(and(isNull(reports.seenAt), ofHost))
      .get()?.total ?? 0
  );
}

/** How many reports of a person here nobody has dealt with yet. */
export function countOpenReportsOf(tx: Tx, personId: string): number {
  const those = and(isNull(reports.seenAt), eq(reports.personId, personId));
  return tx.select({ total: count() }).from(reports).where(those).get()?.total ?? 0;
}

/** Puts a report aside with what was decided and by whom. False when it was not open. */
export function decideReport(
  tx: Tx,
  id: number,
  { decision, decidedBy, at }: { decision: ReportDecision; decidedBy: string | null; at: number },
): boolean {
  const those = and(eq(reports.id, id), isNull(reports.seenAt));
  return tx.update(reports).set({ seenAt: at, decision, decidedBy }).where(those).run().changes > 0;
}

const newReports = prepareOnce((tx) =>
  tx
    .select({ lastId: sql<number | null>`max(${reports.id})`, total: count() })
    .from(reports)
    .where(gt(reports.id, asked("afterId")))
    .prepare(),
);

/** The newest report after that one, and how many there are; null where there are none. */
export function findNews(tx: Tx, afterId: number): { lastId: number; total: number } | null {
  const row = newReports(tx).get({ afterId });
  return row?.lastId ? { lastId: row.lastId, total: row.total } : null;
}

const deleteSeen = prepareOnce((tx) =>
  tx
    .delete(reports)
    .where(lt(reports.seenAt, asked("before")))
    .prepare(),
);

/** Forgets the reports that were dealt with before that time (epoch ms). */
export function deleteOldReports(tx: Tx, before: number): void {
  deleteSeen(tx).run({ before });
}
