// Rows of accounts, movements and postings <-> values; the only queries on them that write.
import { and, desc, eq, gte, lt, sql } from "../db/drizzle.ts";
import { placeholders, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import { type AccountKey, type AccountKind, type Booked, inOrder, type Posting } from "./movement.ts";
import { accounts, ledgerTransactions, postings } from "./tables.ts";

const ACCOUNT = placeholders("actorId", "kind", "ref");

const accountQuery = prepareOnce((tx) =>
  tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.actorId, ACCOUNT.actorId), eq(accounts.kind, ACCOUNT.kind), eq(accounts.ref, ACCOUNT.ref)))
    .prepare(),
);
const newAccount = prepareOnce((tx) => tx.insert(accounts).values(ACCOUNT).returning({ id: accounts.id }).prepare());

/** The id of an account, if it was ever used. */
export function findAccount(tx: Tx, actorId: string, { kind, ref = "" }: AccountKey): number | undefined {
  return accountQuery(tx).get({ actorId, kind, ref })?.id;
}

/** The id of an account, opened at its first use. */
function openAccount(tx: Tx, actorId: string, account: AccountKey): number {
  const { kind, ref = "" } = account;
  return findAccount(tx, actorId, account) ?? newAccount(tx).get({ actorId, kind, ref }).id;
}

const balanceQuery = prepareOnce((tx) =>
  tx
    .select({ balanceCents: postings.balanceCents })
    .from(postings)
    .where(eq(postings.accountId, sql.placeholder("accountId")))
    .orderBy(desc(postings.transactionId))
    .limit(1)
    .prepare(),
);

/** The balance of an account by its id, in cents. */
export function balanceOf(tx: Tx, accountId: number): number {
  return balanceQuery(tx).get({ accountId })?.balanceCents ?? 0;
}

/** The balance of an account, in cents; 0 where nothing ever happened. Sign: what the GAS owes is positive. */
export function loadBalance(tx: Tx, actorId: string, account: AccountKey): number {
  const id = findAccount(tx, actorId, account);
  return id === undefined ? 0 : balanceOf(tx, id);
}

/** Every account of one kind with its balance, those at zero too, by ref. One look-up per account, however long its history. */
export function listBalances(tx: Tx, actorId: string, kind: AccountKind): { ref: string; balanceCents: number }[] {
  return tx
    .select({
      ref: accounts.ref,
      balanceCents: sql<number>`coalesce((SELECT p.balance_cents FROM postings p WHERE p.account_id = ${accounts.id} ORDER BY p.transaction_id DESC LIMIT 1), 0)`,
    })
    .from(accounts)
    .where(and(eq(accounts.actorId, actorId), eq(accounts.kind, kind)))
    .orderBy(accounts.ref)
    .all();
}

const lastQuery = prepareOnce((tx) =>
  tx
    .select({ at: ledgerTransactions.at, digest: ledgerTransactions.digest })
    .from(ledgerTransactions)
    .where(eq(ledgerTransactions.actorId, sql.placeholder("actorId")))
    .orderBy(desc(ledgerTransactions.at), desc(ledgerTransactions.id))
    .limit(1)
    .prepare(),
);

/** When the actor's ledger was last written (epoch ms) and the digest its next movement is chained to. */
export function loadLast(tx: Tx, actorId: string): { at: number; digest: string } {
  return lastQuery(tx).get({ actorId }) ?? { at: 0, digest: "" };
}

/** The id of the movement that comes next on this node. */
export function nextTransactionId(tx: Tx): number {
  return (
    (tx
      .select({ last: sql<number | null>`max(${ledgerTransactions.id})` })
      .from(ledgerTransactions)
      .get()?.last ?? 0) + 1
  );
}

const newPosting = prepareOnce((tx) =>
  tx
    .insert(postings)
    .values(placeholders("accountId", "transactionId", "cents", "balanceCents"))
    .prepare(),
);
const newTransaction = prepareOnce((tx) =>
  tx
    .insert(ledgerTransactions)
    .values(
      placeholders(
        "id",
        "actorId",
        "businessKey",
        "kind",
        "memo",
        "at",
        "valuedOn",
        "orderId",
        "personId",
        "approvedBy",
        "reverses",
        "digest",
      ),
    )
    .prepare(),
);

/** Writes the postings, then the row that seals them; the triggers have the last word. */
export function insertMovement(tx: Tx, { postings: sides, ...row }: Booked, digest: string): void {
  for (const { account, cents } of sides) {
    const accountId = openAccount(tx, row.actorId, account);
    const balanceCents = balanceOf(tx, accountId) + cents;
    newPosting(tx).run({ accountId, transactionId: row.id, cents, balanceCents });
  }
  newTransaction(tx).run({ ...row, digest });
}

const byKeyQuery = prepareOnce((tx) =>
  tx
    .select({ id: ledgerTransactions.id, kind: ledgerTransactions.kind })
    .from(ledgerTransactions)
    .where(
      and(
        eq(ledgerTransactions.actorId, sql.placeholder("actorId")),
        eq(ledgerTransactions.businessKey, sql.placeholder("businessKey")),
      ),
    )
    .prepare(),
);

/** The movement of a business key, if it happened. */
export function findByKey(tx: Tx, actorId: string, businessKey: string): { id: number; kind: string } | undefined {
  return byKeyQuery(tx).get({ actorId, businessKey });
}

/** A movement of that actor with its postings. */
export function loadMovement(tx: Tx, actorId: string, id: number): Booked | undefined {
  const row = tx
    .select()
    .from(ledgerTransactions)
    .where(and(eq(ledgerTransactions.id, id), eq(ledgerTransactions.actorId, actorId)))
    .get();
  if (!row) return undefined;
  const { digest: _, ...movement } = row;
  return { ...movement, postings: listPostings(tx, id) };
}

/** The postings of a movement, in the order `settlePostings` gives. */
export function listPostings(tx: Tx, transactionId: number): Posting[] {
  const rows = tx
    .select({ kind: accounts.kind, ref: accounts.ref, cents: postings.cents })
    .from(postings)
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .where(eq(postings.transactionId, transactionId))
    .all();
  return rows.map(({ kind, ref, cents }) => ({ account: ref === "" ? { kind } : { kind, ref }, cents })).sort(inOrder);
}

/** The id of the movement that reversed this one, if any did. */
export function findReversal(tx: Tx, id: number): number | undefined {
  return tx
    .select({ id: ledgerTransactions.id })
    .from(ledgerTransactions)
    .where(eq(ledgerTransactions.reverses, id))
    .get()?.id;
}

/** Of an actor's movements, the first at or after an instant (epoch ms); undefined when there is none. */
export function firstIdFrom(tx: Tx, actorId: string, at: number): number | undefined {
  return tx
    .select({ id: ledgerTransactions.id })
    .from(ledgerTransactions)
    .where(and(eq(ledgerTransactions.actorId, actorId), gte(ledgerTransactions.at, at)))
    .orderBy(ledgerTransactions.at, ledgerTransactions.id)
    .limit(1)
    .get()?.id;
}

/** The balance of an account just before a movement, in cents. */
export function balanceBefore(tx: Tx, accountId: number, transactionId: number): number {
  return (
    tx
      .select({ balanceCents: postings.balanceCents })
      .from(postings)
      .where(and(eq(postings.accountId, accountId), lt(postings.transactionId, transactionId)))
      .orderBy(desc(postings.transactionId))
      .limit(1)
      .get()?.balanceCents ?? 0
  );
}
