// Rows of imports of members and of what each did <-> values; the only queries on them.
import { and, asc, desc, eq, isNotNull, isNull, lt } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { people, seats } from "../tables.ts";
import { memberImportSteps, memberImports } from "./tables.ts";

export type ImportRow = typeof memberImports.$inferSelect;
export type ImportStep = typeof memberImportSteps.$inferSelect;

export function insertImport(tx: Tx, row: ImportRow): void {
  tx.insert(memberImports).values(row).run();
}

export function updateImport(tx: Tx, id: string, change: Partial<ImportRow>): void {
  tx.update(memberImports).set(change).where(eq(memberImports.id, id)).run();
}

/** The import of this actor, in whatever state. */
export function loadImport(tx: Tx, actorId: string, id: string): ImportRow | undefined {
  return tx
    .select()
    .from(memberImports)
    .where(and(eq(memberImports.actorId, actorId), eq(memberImports.id, id)))
    .get();
}

/** Drops what was read and never confirmed: of one actor, for a new upload takes its place, or (null) of all, from before. */
export function discardOpenImports(tx: Tx, actorId: string | null, before: number): void {
  const theirs = actorId === null ? undefined : eq(memberImports.actorId, actorId);
  tx.update(memberImports)
    .set({ state: "discarded", bytes: null, list: null })
    .where(and(eq(memberImports.state, "open"), lt(memberImports.createdAt, before), theirs))
    .run();
}

/** The import that was confirmed last and not taken back. */
export function loadLastImport(tx: Tx, actorId: string): ImportRow | undefined {
  return tx
    .select()
    .from(memberImports)
    .where(and(eq(memberImports.actorId, actorId), eq(memberImports.state, "confirmed")))
    .orderBy(desc(memberImports.confirmedAt), desc(memberImports.id))
    .limit(1)
    .get();
}

/** The columns as they were chosen for the last list that was confirmed, as JSON. */
export function loadColumnMapping(tx: Tx, actorId: string): string | null {
  const row = tx
    .select({ columnMapping: memberImports.columnMapping })
    .from(memberImports)
    .where(and(eq(memberImports.actorId, actorId), isNotNull(memberImports.confirmedAt)))
    .orderBy(desc(memberImports.confirmedAt), desc(memberImports.id))
    .limit(1)
    .get();
  return row?.columnMapping ?? null;
}

export function insertStep(tx: Tx, step: ImportStep): void {
  tx.insert(memberImportSteps).values(step).run();
}

export function listSteps(tx: Tx, importId: string): ImportStep[] {
  return tx
    .select()
    .from(memberImportSteps)
    .where(eq(memberImportSteps.importId, importId))
    .orderBy(asc(memberImportSteps.row))
    .all();
}

/** Notes that somebody brought in at an actor was written to. */
export function saveWelcomed(tx: Tx, actorId: string, personId: string, welcomedAt: number): void {
  tx.update(memberImportSteps)
    .set({ welcomedAt })
    .where(and(eq(memberImportSteps.actorId, actorId), eq(memberImportSteps.personId, personId)))
    .run();
}

/** Somebody who sits here and never came in: `email` signs in, `claimedEmail` is what a list said. */
export type Newcomer = { readonly personId: string; readonly email: string | null; readonly claimedEmail: string };

/** Who was brought in by a list, has an address, was not written to and never came in. */
export function listNewcomers(tx: Tx, actorId: string): Newcomer[] {
  const rows = tx
    .selectDistinct({ personId: people.id, email: people.email, claimedEmail: people.claimedEmail })
    .from(memberImportSteps)
    .innerJoin(people, eq(people.id, memberImportSteps.personId))
    .innerJoin(seats, and(eq(seats.personId, people.id), eq(seats.actorId, memberImportSteps.actorId)))
    .where(
      and(
        eq(memberImportSteps.actorId, actorId),
        isNull(memberImportSteps.welcomedAt),
        eq(people.linksFromAt, 0),
        isNull(people.disabledAt),
        isNotNull(people.claimedEmail),
      ),
    )
    .orderBy(asc(people.id))
    .all();
  return rows.map(({ personId, email, claimedEmail }) => ({ personId, email, claimedEmail: claimedEmail ?? "" }));
}
