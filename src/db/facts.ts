// Single facts of a node, by name.
import { eq, sql } from "./drizzle.ts";
import { asked, placeholders, prepareOnce } from "./prepareOnce.ts";
import { nodeFacts } from "./tables.ts";
import type { Tx } from "./transact.ts";

const EPOCH = "epoch";

const factByName = prepareOnce((tx) =>
  tx
    .select()
    .from(nodeFacts)
    .where(eq(nodeFacts.name, asked("name")))
    .prepare(),
);
const upsertFact = prepareOnce((tx) =>
  tx
    .insert(nodeFacts)
    .values(placeholders("name", "value"))
    .onConflictDoUpdate({ target: nodeFacts.name, set: { value: sql`excluded.value` } })
    .prepare(),
);

export function loadFact(tx: Tx, name: string): string | undefined {
  return factByName(tx).get({ name })?.value;
}

export function saveFact(tx: Tx, name: string, value: string): void {
  upsertFact(tx).run({ name, value });
}

export function deleteFact(tx: Tx, name: string): void {
  tx.delete(nodeFacts).where(eq(nodeFacts.name, name)).run();
}

/**
 * How often this node was put back from a backup, plus one: 1 on a node that never was. What we number ourselves (revisions,
 * sequences) is ordered by this first, so that no number a partner already heard is ever ours again. PROTOCOL 6.3, SAFETY I17.
 */
export function currentEpoch(tx: Tx): number {
  return Number(loadFact(tx, EPOCH) ?? "1");
}

/** Begins the epoch after this one and after every `known` one, and returns it. Only a restore does so. */
export function raiseEpoch(tx: Tx, known: number): number {
  const next = Math.max(currentEpoch(tx), known) + 1;
  saveFact(tx, EPOCH, String(next));
  return next;
}
