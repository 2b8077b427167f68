// Rows of cycles <-> values; the only queries on them.
import type { ProductFacts } from "../catalogs/product.ts";
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, or, sql } from "../db/drizzle.ts";
import { currentEpoch, loadFact, saveFact } from "../db/facts.ts";
import { asked, placeholders, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { Cycle, CycleLine, Visibility } from "./cycle.ts";
import { cycleLines, cycles } from "./tables.ts";

const cycleOfActor = prepareOnce((tx) =>
  tx
    .select()
    .from(cycles)
    .where(and(eq(cycles.id, asked("id")), eq(cycles.actorId, asked("actorId"))))
    .prepare(),
);

/** A cycle of that actor with all its lines, withdrawn ones too. */
export function loadCycle(tx: Tx, actorId: string, id: string): Cycle | undefined {
  const row = cycleOfActor(tx).get({ id, actorId });
  return row && toCycle(row, loadLines(tx, [id]).get(id) ?? []);
}

const upsertLine = prepareOnce((tx) =>
  tx
    .insert(cycleLines)
    .values(
      placeholders(
        "cycleId",
        "actorId",
        "number",
        "productIri",
        "goods",
        "availableThousandths",
        "updatedAt",
        "withdrawnAt",
      ),
    )
    .onConflictDoUpdate({
      target: [cycleLines.cycleId, cycleLines.number],
      set: {
        productIri: sql`excluded.product_iri`,
        goods: sql`excluded.goods`,
        availableThousandths: sql`excluded.available_thousandths`,
        updatedAt: sql`excluded.updated_at`,
        withdrawnAt: sql`excluded.withdrawn_at`,
      },
    })
    .prepare(),
);

/** Writes the cycle as it now is. Lines are added or changed; those of a draft that are gone are deleted. */
export function saveCycle(tx: Tx, { lines, deliveries, rules, progress, ...cycle }: Cycle): void {
  const row = {
    ...cycle,
    deliveries: JSON.stringify(deliveries),
    rules: JSON.stringify(rules),
    progress: progress && JSON.stringify(progress),
  };
  tx.insert(cycles).values(row).onConflictDoUpdate({ target: cycles.id, set: row }).run();
  for (const { number, goods, availableThousandths, updatedAt, withdrawnAt } of lines) {
    const { productIri } = goods;
    const row = { productIri, goods: JSON.stringify(goods), availableThousandths, updatedAt, withdrawnAt };
    upsertLine(tx).run({ cycleId: cycle.id, actorId: cycle.actorId, number, ...row });
  }
  const last = Math.max(0, ...lines.map(({ number }) => number));
  const isBeyond = and(eq(cycleLines.cycleId, cycle.id), gt(cycleLines.number, last));
  tx.delete(cycleLines).where(isBeyond).run();
}

const NUMBERED = "sales.cycles-epoch";
/** At least as many as a cycle has lines: so renumbering never meets a number that is there. */
const FREE_NUMBERS = 1000;

/**
 * After a restore: the numbers under which cycles and their lines were told since the backup are forgotten, and are never said again for
 * something else (SAFETY I17). Every announced cycle goes on beyond them, and one that was not announced yet begins there, for it may have
 * been opened since. Once for each epoch, at the start of a node.
 */
export function numberBeyondRestore(tx: Tx, now: number): void {
  const epoch = currentEpoch(tx);
  const known = Number(loadFact(tx, NUMBERED) ?? "1");
  if (epoch <= known) return;
  const free = FREE_NUMBERS * (epoch - known);
  tx.update(cycles)
    .set({
      sequence: sql`CASE WHEN ${cycles.openedAt} IS NULL THEN 0 ELSE ${cycles.sequence} + ${free} END`,
      revision: sql`${cycles.revision} + ${free}`,
      updatedAt: sql`max(${now}, ${cycles.updatedAt} + 1000)`,
    })
    .run();
  tx.update(cycleLines)
    .set({ number: sql`${cycleLines.number} + ${free}` })
    .where(sql`${cycleLines.cycleId} IN (SELECT id FROM ${cycles} WHERE opened_at IS NULL)`)
    .run();
  saveFact(tx, NUMBERED, String(epoch));
}

/** The number up to which lines of a cycle may have been told before the last restore and forgotten by it; 0 where there was none. */
export function numbersToldBefore(tx: Tx): number {
  return FREE_NUMBERS * (currentEpoch(tx) - 1);
}

/** Forgets a cycle nobody has seen. */
export function deleteCycle(tx: Tx, id: string): void {
  tx.delete(cycleLines).where(eq(cycleLines.cycleId, id)).run();
  tx.delete(cycles).where(eq(cycles.id, id)).run();
}

/** The producer's cycles, those in hand first, then the latest. */
export function listCycles(tx: Tx, actorId: string, limit: number, offset: number): Cycle[] {
  const rows = tx
    .select()
    .from(cycles)
    .where(and(eq(cycles.actorId, actorId), isNull(cycles.removedAt)))
    .orderBy(desc(inArray(cycles.state, ["draft", "scheduled", "open", "frozen"])), desc(cycles.closesAt), cycles.id)
    .limit(limit)
    .offset(offset)
    .all();
  return withLines(tx, rows);
}

/** Announced cycles of one producer that these readers may see, the next to close first. */
export function listAnnounced(tx: Tx, actorId: string, visibilities: readonly Visibility[], limit: number): Cycle[] {
  const isSeen = and(
    eq(cycles.actorId, actorId),
    isNotNull(cycles.openedAt),
    isNull(cycles.removedAt),
    inArray(cycles.visibility, [...visibilities]),
  );
  const rows = tx.select().from(cycles).where(isSeen).orderBy(desc(cycles.closesAt), cycles.id).limit(limit).all();
  return withLines(tx, rows);
}

/** Open cycles for these readers, of one producer or (null) of the whole node, the next to close first. */
export function listOpen(tx: Tx, actorId: string | null, visibilities: readonly Visibility[], limit: number): Cycle[] {
  const isOpen = and(
    actorId === null ? undefined : eq(cycles.actorId, actorId),
    eq(cycles.state, "open"),
    inArray(cycles.visibility, [...visibilities]),
  );
  const rows = tx.select().from(cycles).where(isOpen).orderBy(asc(cycles.closesAt), cycles.id).limit(limit).all();
  return withLines(tx, rows);
}

/** The producer's cycles that take orders now, the next to close first. */
export function listRunning(tx: Tx, actorId: string): Cycle[] {
  const isRunning = and(eq(cycles.actorId, actorId), eq(cycles.state, "open"));
  return withLines(tx, tx.select().from(cycles).where(isRunning).orderBy(asc(cycles.closesAt), cycles.id).all());
}

/** What cycles that run or are about to keep of each product, by its IRI: a line goes on as it was made. */
export function keptGoods(tx: Tx, actorId: string): Map<string, { href: string; name: string; facts: ProductFacts }[]> {
  const isRunning = and(eq(cycles.actorId, actorId), inArray(cycles.state, ["scheduled", "open", "frozen"]));
  const rows = tx.select().from(cycles).where(isRunning).orderBy(asc(cycles.closesAt), cycles.id).limit(50).all();
  const kept = new Map<string, { href: string; name: string; facts: ProductFacts }[]>();
  for (const { id, name, lines } of withLines(tx, rows)) {
    const href = `/desk${new URL(actorId).pathname}/cycles/${id}`;
    for (const { goods, withdrawnAt } of lines) {
      const before = kept.get(goods.productIri) ?? [];
      // Of its variants one line tells: the others follow from it.
      if (withdrawnAt === null && !before.some((one) => one.href === href))
        kept.set(goods.productIri, [...before, { href, name, facts: goods.facts }]);
    }
  }
  return kept;
}

const dueCycles = prepareOnce((tx) => {
  const isOpening = and(eq(cycles.state, "scheduled"), lte(cycles.opensAt, asked("now")));
  const isClosing = and(inArray(cycles.state, ["open", "frozen"]), lte(cycles.closesAt, asked("now")));
  return tx
    .select({ id: cycles.id, actorId: cycles.actorId })
    .from(cycles)
    .where(or(isOpening, isClosing))
    .orderBy(asc(cycles.closesAt), cycles.id)
    .limit(asked("limit"))
    .prepare();
});

/** Cycles whose opening or closing minute has come. */
export function listDue(tx: Tx, now: number, limit: number): { id: string; actorId: string }[] {
  return dueCycles(tx).all({ now, limit });
}

const unsettledCycles = prepareOnce((tx) =>
  tx
    .select({ id: cycles.id, actorId: cycles.actorId })
    .from(cycles)
    .where(and(eq(cycles.state, "closed"), isNull(cycles.settledAt), lte(cycles.closesAt, asked("before"))))
    .orderBy(asc(cycles.closesAt), cycles.id)
    .limit(asked("limit"))
    .prepare(),
);

/** Closed cycles whose orders the clock has not dealt with, closed before that moment. */
export function listUnsettled(tx: Tx, before: number, limit: number): { id: string; actorId: string }[] {
  return unsettledCycles(tx).all({ before, limit });
}

const cyclesToTell = prepareOnce((tx) =>
  tx
    .select({ id: cycles.id, actorId: cycles.actorId })
    .from(cycles)
    .where(lte(cycles.tellAt, asked("now")))
    .orderBy(asc(cycles.tellAt))
    .limit(asked("limit"))
    .prepare(),
);

/** Cycles of which something is to be told now. */
export function listToTell(tx: Tx, now: number, limit: number): { id: string; actorId: string }[] {
  return cyclesToTell(tx).all({ now, limit });
}

/** Notes that something is to be told then; nothing else of the cycle changes. */
export function setTellAt(tx: Tx, id: string, tellAt: number): void {
  tx.update(cycles).set({ tellAt }).where(eq(cycles.id, id)).run();
}

/** Notes that the clock has dealt with the orders of a closed cycle. */
export function setSettled(tx: Tx, id: string, settledAt: number): void {
  tx.update(cycles).set({ settledAt }).where(eq(cycles.id, id)).run();
}

type Row = typeof cycles.$inferSelect;

function withLines(tx: Tx, rows: readonly Row[]): Cycle[] {
  const linesByCycle = loadLines(
    tx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toCycle(row, linesByCycle.get(row.id) ?? []));
}

// One question for however many cycles, as a list of JSON.
const linesOfCycles = prepareOnce((tx) =>
  tx
    .select()
    .from(cycleLines)
    .where(sql`${cycleLines.cycleId} IN (SELECT value FROM json_each(${asked("ids")}))`)
    .orderBy(cycleLines.cycleId, cycleLines.number)
    .prepare(),
);

function loadLines(tx: Tx, ids: readonly string[]): Map<string, CycleLine[]> {
  const linesByCycle = new Map<string, CycleLine[]>();
  if (ids.length === 0) return linesByCycle;
  const rows = linesOfCycles(tx).all({ ids: JSON.stringify(ids) });
  for (const { cycleId, number, goods, availableThousandths, updatedAt, withdrawnAt } of rows) {
    const line = { number, goods: JSON.parse(goods), availableThousandths, updatedAt, withdrawnAt };
    linesByCycle.set(cycleId, [...(linesByCycle.get(cycleId) ?? []), line]);
  }
  return linesByCycle;
}

function toCycle(row: Row, lines: CycleLine[]): Cycle {
  const { deliveries, rules, progress, ...cycle } = row;
  return {
    ...cycle,
    deliveries: JSON.parse(deliveries),
    rules: JSON.parse(rules),
    progress: progress === null ? null : JSON.parse(progress),
    lines,
  };
}
