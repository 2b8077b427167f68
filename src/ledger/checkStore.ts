// Proves that the ledger is what it promises, reading everything anew: sums, balances, chain, triggers (SAFETY I10, I19).
import { sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { type Booked, digestMovement, inOrder, type MovementKind, type Posting } from "./movement.ts";

/** Tables whose rows are written once; each has triggers of these endings. */
const APPEND_ONLY = [
  "accounts",
  "ledger_transactions",
  "postings",
  "order_charges",
  "invoices",
  "invoice_vat",
  "invoice_orders",
  "invoice_cancels",
  "payments",
  "money_requests",
  "money_decisions",
] as const;
const OTHER_TRIGGERS = ["postings_next", "postings_balance", "ledger_transactions_seal", "money_decisions_eyes"];

/** What does not hold, a sentence each; none when all is well. Reads the whole ledger: for doctor, backups and tests. */
export function checkLedger(tx: Tx): string[] {
  return [...missingTriggers(tx), ...QUESTIONS.flatMap((ask) => ask(tx)), ...brokenChain(tx)];
}

/** How many movements the ledger holds, of all actors. */
export function countMovements(tx: Tx): number {
  return tx.all<{ total: number }>(sql`SELECT count(*) AS total FROM ledger_transactions`)[0]?.total ?? 0;
}

function missingTriggers(tx: Tx): string[] {
  const there = new Set(
    tx.all<{ name: string }>(sql`SELECT name FROM sqlite_master WHERE type = 'trigger'`).map(({ name }) => name),
  );
  const wanted = [
    ...OTHER_TRIGGERS,
    ...APPEND_ONLY.flatMap((table) => [`${table}_no_update`, `${table}_no_delete`]),
    ...APPEND_ONLY.filter((table) => table !== "ledger_transactions").map((table) => `${table}_no_replace`),
  ];
  return wanted.filter((name) => !there.has(name)).map((name) => `the trigger ${name} is missing`);
}

type Row = { id: number; a: number; b: number };

/** Each reads what breaks one rule. */
const QUESTIONS: readonly ((tx: Tx) => string[])[] = [
  (tx) =>
    tx
      .all<Row>(sql`
        SELECT t.id, count(p.cents) AS a, coalesce(sum(p.cents), 0) AS b
        FROM ledger_transactions t LEFT JOIN postings p ON p.transaction_id = t.id
        GROUP BY t.id HAVING a < 2 OR b <> 0`)
      .map(({ id, a, b }) => `transaction ${id}: ${a} postings, sum ${b} cents`),
  (tx) =>
    tx
      .all<{ actor: string; b: number }>(sql`
        SELECT a.actor_id AS actor, sum(p.cents) AS b FROM postings p JOIN accounts a ON a.id = p.account_id
        GROUP BY a.actor_id HAVING b <> 0`)
      .map(({ actor, b }) => `all accounts of ${actor}: sum ${b} cents`),
  (tx) =>
    tx
      .all<Row>(sql`
        SELECT p.transaction_id AS id, p.account_id AS a, 0 AS b
        FROM postings p LEFT JOIN ledger_transactions t ON t.id = p.transaction_id LEFT JOIN accounts a ON a.id = p.account_id
        WHERE t.id IS NULL OR a.id IS NULL OR t.actor_id <> a.actor_id`)
      .map(({ id, a }) => `posting ${id} on account ${a}: no movement or no account of that actor`),
  (tx) =>
    tx
      .all<Row>(sql`
        SELECT * FROM (
          SELECT transaction_id AS id, account_id AS a,
            balance_cents - sum(cents) OVER (PARTITION BY account_id ORDER BY transaction_id) AS b FROM postings)
        WHERE b <> 0`)
      .map(({ id, a, b }) => `posting ${id} on account ${a}: its balance is ${b} cents off`),
  (tx) =>
    tx
      .all<Row>(sql`
        SELECT t.id, t.reverses AS a, 0 AS b FROM ledger_transactions t
        LEFT JOIN ledger_transactions o ON o.id = t.reverses AND o.actor_id = t.actor_id AND o.reverses IS NULL
        WHERE t.reverses IS NOT NULL AND (o.id IS NULL OR EXISTS (
          SELECT account_id, cents FROM postings WHERE transaction_id = t.id
          EXCEPT SELECT account_id, -cents FROM postings WHERE transaction_id = t.reverses))`)
      .map(({ id, a }) => `reversal ${id} is not the mirror of ${a}`),
  (tx) =>
    tx
      .all<Row>(sql`
        SELECT c.transaction_id AS id, c.charged_cents AS a, c.payable_cents AS b FROM order_charges c
        WHERE c.transaction_id IS NOT NULL AND (
          c.charged_cents <> -coalesce((SELECT sum(p.cents) FROM postings p JOIN accounts a ON a.id = p.account_id
            WHERE p.transaction_id = c.transaction_id AND a.kind = 'household'), 0)
          OR c.payable_cents <> coalesce((SELECT sum(p.cents) FROM postings p JOIN accounts a ON a.id = p.account_id
            WHERE p.transaction_id = c.transaction_id AND a.kind = 'producer'), 0))`)
      .map(({ id, a, b }) => `charge ${id}: its record says ${a} charged and ${b} payable, its postings do not`),
  (tx) =>
    tx
      .all<Row>(sql`
        SELECT p.transaction_id AS id, sum(p.cents) AS a,
          (SELECT coalesce(sum(q.cents), 0) FROM postings q JOIN accounts c ON c.id = q.account_id
            WHERE q.transaction_id = p.transaction_id AND c.kind = 'producer') AS b
        FROM payments p GROUP BY p.transaction_id HAVING a <> -b`)
      .map(({ id, a, b }) => `payment ${id}: ${a} cents for orders, ${-b} cents to the producer`),
];

type Stored = Omit<Booked, "postings"> & { digest: string };

/** Reads the movements in slices, so that a ledger of ten years does not stand in memory at once. */
function brokenChain(tx: Tx): string[] {
  const SLICE = 2000;
  const broken: string[] = [];
  const digests = new Map<string, string>();
  for (let from = 0, more = true; more; ) {
    const rows = tx.all<Stored>(sql`
      SELECT id, actor_id AS actorId, business_key AS businessKey, kind, memo, at, valued_on AS valuedOn, order_id AS orderId,
        person_id AS personId, approved_by AS approvedBy, reverses, digest
      FROM ledger_transactions WHERE id > ${from} ORDER BY id LIMIT ${SLICE}`);
    const until = rows.at(-1)?.id ?? from;
    const sides = postingsBetween(tx, from, until);
    for (const { digest, ...row } of rows) {
      const booked = { ...row, kind: row.kind as MovementKind, postings: sides.get(row.id) ?? [] };
      if (digestMovement(digests.get(row.actorId) ?? "", booked) !== digest)
        broken.push(`transaction ${row.id}: it is not what it was when it was written`);
      digests.set(row.actorId, digest);
    }
    from = until;
    more = rows.length === SLICE;
  }
  return broken;
}

function postingsBetween(tx: Tx, from: number, until: number): Map<number, Posting[]> {
  const byTransaction = new Map<number, Posting[]>();
  const rows = tx.all<{ id: number; kind: Posting["account"]["kind"]; ref: string; cents: number }>(sql`
    SELECT p.transaction_id AS id, a.kind, a.ref, p.cents FROM postings p JOIN accounts a ON a.id = p.account_id
    WHERE p.transaction_id > ${from} AND p.transaction_id <= ${until}`);
  for (const { id, kind, ref, cents } of rows) {
    const account = ref === "" ? { kind } : { kind, ref };
    byTransaction.set(id, [...(byTransaction.get(id) ?? []), { account, cents }]);
  }
  for (const sides of byTransaction.values()) sides.sort(inOrder);
  return byTransaction;
}
