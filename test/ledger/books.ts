// A GAS with an empty ledger on a database in memory.
import type { Test } from "tap";
import { type Tx, transact } from "../../src/db/transact.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import type { AccountKey, Movement } from "../../src/ledger/movement.ts";
import { loadBalance } from "../../src/ledger/store.ts";
import { openMigrated } from "../tools/migrated.ts";

/** Monday 23 November 2026, noon in Rome. */
export const NOW = Date.UTC(2026, 10, 23, 11);

/** The value, which is no refusal. */
export function sure<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(`refused: ${JSON.stringify(value)}`);
  return value as T;
}

export type Books = ReturnType<typeof openBooks>;

/** Two GAS, so that a test can show that one never touches the other. */
export function openBooks(t?: Test) {
  const db = openMigrated();
  t?.teardown(() => db.raw.close());
  const insert = db.raw.prepare(
    "INSERT INTO actors (id, handle, kind, name, created_at, updated_at) VALUES (?, ?, 'gas', ?, 0, 0)",
  );
  const add = (handle: string) => {
    const id = `https://g.example/${handle}`;
    insert.run(id, handle, handle);
    return id;
  };
  const [gas, other] = [add("fano"), add("pesaro")] as const;
  const act = <T>(run: (tx: Tx) => T): T => transact(db, run);
  const balance = (account: AccountKey, actorId = gas) => loadBalance(db.orm, actorId, account);
  /** A movement of 10 euro from the bank to a household, but for what the test changes. */
  const movement = (changes: Partial<Movement> = {}): Movement => ({
    actorId: gas,
    businessKey: "top-up:1",
    kind: "top-up",
    memo: "",
    at: NOW,
    personId: "tesoriera",
    postings: [
      { account: { kind: "household", ref: "rossi" }, cents: 1000 },
      { account: { kind: "bank" }, cents: -1000 },
    ],
    ...changes,
  });
  return { db, gas, other, act, balance, movement };
}
