// Rows of the columns a group leaves out of its sheets <-> values; the only queries on them.
import { and, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { reportColumns } from "../group/tables.ts";
import type { ColumnedReport } from "./reportColumns.ts";

/** The columns a group leaves out of a sheet; none where it never chose. */
export function listHidden(tx: Tx, actorId: string, report: ColumnedReport): string[] {
  const row = tx
    .select({ hidden: reportColumns.hidden })
    .from(reportColumns)
    .where(and(eq(reportColumns.actorId, actorId), eq(reportColumns.report, report)))
    .get();
  return row ? (JSON.parse(row.hidden) as string[]) : [];
}

/** Remembers them for every sheet of that name, of this order and of all others. */
export function saveHidden(
  tx: Tx,
  wish: {
    readonly actorId: string;
    readonly report: ColumnedReport;
    readonly hidden: readonly string[];
    readonly now: number;
  },
): void {
  const row = { actorId: wish.actorId, report: wish.report, hidden: JSON.stringify(wish.hidden), updatedAt: wish.now };
  const { hidden, updatedAt } = row;
  tx.insert(reportColumns)
    .values(row)
    .onConflictDoUpdate({ target: [reportColumns.actorId, reportColumns.report], set: { hidden, updatedAt } })
    .run();
}
