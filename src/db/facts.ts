// Single facts of a node, by name.
import { eq } from "./drizzle.ts";
import { nodeFacts } from "./tables.ts";
import type { Tx } from "./transact.ts";

export function loadFact(tx: Tx, name: string): string | undefined {
  return tx.select().from(nodeFacts).where(eq(nodeFacts.name, name)).get()?.value;
}

export function saveFact(tx: Tx, name: string, value: string): void {
  tx.insert(nodeFacts).values({ name, value }).onConflictDoUpdate({ target: nodeFacts.name, set: { value } }).run();
}
