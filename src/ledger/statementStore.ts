// What an account did between two instants, a page at a time, and what a year came to. Reads only.
import { and, asc, desc, eq, gte, lt, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { type AccountKey, type AccountKind, inOrder, type Posting } from "./movement.ts";
import type { ExportedMovement, Period, Statement, StatementEnds, StatementLine, Year, YearPart } from "./statement.ts";
import { balanceBefore, balanceOf, findAccount, firstIdFrom } from "./store.ts";
import { accounts, ledgerTransactions, postings } from "./tables.ts";

/**
 * A page of an account's statement. Costs the same however long the history, because each posting carries its balance.
 * `before`: only movements with a smaller id.
 */
export function readStatement(
  tx: Tx,
  actorId: string,
  account: AccountKey,
  wish: Period & { limit: number; before: number | null },
): Statement {
  const accountId = findAccount(tx, actorId, account);
  if (accountId === undefined) return { openingCents: 0, closingCents: 0, lines: [], next: null };
  const { from, until } = boundsOf(tx, actorId, wish);
  const top = wish.before === null ? until : Math.min(wish.before, until);
  const found = selectLines(tx, accountId, from, top, wish.limit + 1, true);
  const lines = found.slice(0, wish.limit);
  return {
    ...endsOf(tx, accountId, { from, until }),
    lines,
    next: found.length > wish.limit ? (lines.at(-1)?.id ?? null) : null,
  };
}

/** The balances at both ends of a period; zero where the account never moved. */
export function readEnds(tx: Tx, actorId: string, account: AccountKey, period: Period): StatementEnds {
  const accountId = findAccount(tx, actorId, account);
  if (accountId === undefined) return { openingCents: 0, closingCents: 0 };
  return endsOf(tx, accountId, boundsOf(tx, actorId, period));
}

function endsOf(tx: Tx, accountId: number, { from, until }: { from: number; until: number }): StatementEnds {
  return {
    openingCents:
      from === 0 ? 0 : Number.isFinite(from) ? balanceBefore(tx, accountId, from) : balanceOf(tx, accountId),
    closingCents: Number.isFinite(until) ? balanceBefore(tx, accountId, until) : balanceOf(tx, accountId),
  };
}

/** Every line of a period, oldest first, read in slices while it is written out. */
export function* eachLine(tx: Tx, actorId: string, account: AccountKey, period: Period): Generator<StatementLine> {
  const SLICE = 500;
  const accountId = findAccount(tx, actorId, account);
  if (accountId === undefined) return;
  const { from, until } = boundsOf(tx, actorId, period);
  for (let next = from; ; ) {
    const lines = selectLines(tx, accountId, next, until, SLICE, false);
    yield* lines;
    const last = lines.at(-1);
    if (lines.length < SLICE || !last) return;
    next = last.id + 1;
  }
}

// Ids follow time within an actor, so a period is a span of ids.
function boundsOf(tx: Tx, actorId: string, { fromAt, untilAt }: Period): { from: number; until: number } {
  const from = fromAt === null ? 0 : (firstIdFrom(tx, actorId, fromAt) ?? Number.POSITIVE_INFINITY);
  const until = untilAt === null ? undefined : firstIdFrom(tx, actorId, untilAt);
  return { from, until: until ?? Number.POSITIVE_INFINITY };
}

function selectLines(
  tx: Tx,
  accountId: number,
  from: number,
  until: number,
  limit: number,
  isNewestFirst: boolean,
): StatementLine[] {
  if (!Number.isFinite(from)) return [];
  const { id, at, valuedOn, kind, memo, orderId, reverses } = ledgerTransactions;
  return tx
    .select({
      id,
      at,
      valuedOn,
      kind,
      memo,
      orderId,
      reverses,
      cents: postings.cents,
      balanceCents: postings.balanceCents,
      reversedBy: sql<number | null>`(SELECT r.id FROM ledger_transactions r WHERE r.reverses = ${id})`,
    })
    .from(postings)
    .innerJoin(ledgerTransactions, eq(id, postings.transactionId))
    .where(
      and(
        eq(postings.accountId, accountId),
        gte(postings.transactionId, from),
        Number.isFinite(until) ? lt(postings.transactionId, until) : undefined,
      ),
    )
    .orderBy(isNewestFirst ? desc(postings.transactionId) : asc(postings.transactionId))
    .limit(limit)
    .all();
}

/**
 * What a household was charged for each of these orders, corrections and reversals counted, in cents; orders that were never charged to
 * it are not in it.
 */
export function listChargedTo(
  tx: Tx,
  key: { readonly actorId: string; readonly householdId: string },
  orderIds: readonly string[],
): Map<string, number> {
  const accountId = findAccount(tx, key.actorId, { kind: "household", ref: key.householdId });
  if (accountId === undefined) return new Map();
  const rows = tx.values<[string, number]>(sql`
    SELECT t.order_id, -sum(p.cents)
    FROM ledger_transactions t
    JOIN postings p ON p.transaction_id = t.id AND p.account_id = ${accountId}
    LEFT JOIN ledger_transactions undone ON undone.id = t.reverses
    WHERE t.actor_id = ${key.actorId} AND t.order_id IN (SELECT value FROM json_each(${JSON.stringify(orderIds)}))
      AND coalesce(undone.kind, t.kind) = 'charge'
    GROUP BY t.order_id`);
  return new Map(rows);
}

/** What a year came to. Costs as much as what was moved in that year and since, not as the whole history. */
export function readYear(tx: Tx, actorId: string, year: number): Year {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  const parts = sumParts(tx, actorId, sql`t.valued_on BETWEEN ${first} AND ${last}`);
  const since = sumParts(tx, actorId, sql`t.valued_on > ${last}`);
  const now = tx.all<{ account: AccountKind; cents: number }>(sql`
    SELECT a.kind AS account, sum(coalesce((SELECT p.balance_cents FROM postings p WHERE p.account_id = a.id
      ORDER BY p.transaction_id DESC LIMIT 1), 0)) AS cents
    FROM accounts a WHERE a.actor_id = ${actorId} GROUP BY a.kind`);
  const closing = new Map(now.map(({ account, cents }) => [account, cents - sumOf(since, account)]));
  const opening = new Map([...closing].map(([account, cents]) => [account, cents - sumOf(parts, account)]));
  return { openingByAccount: opening, closingByAccount: closing, parts };
}

function sumOf(parts: readonly YearPart[], account: AccountKind): number {
  return parts.filter((part) => part.account === account).reduce((sum, { cents }) => sum + cents, 0);
}

function sumParts(tx: Tx, actorId: string, when: ReturnType<typeof sql>): YearPart[] {
  return tx.all<YearPart>(sql`
    SELECT a.kind AS account, t.kind AS kind, sum(p.cents) AS cents
    FROM ledger_transactions t JOIN postings p ON p.transaction_id = t.id JOIN accounts a ON a.id = p.account_id
    WHERE t.actor_id = ${actorId} AND ${when} GROUP BY a.kind, t.kind ORDER BY a.kind, t.kind`);
}

/** Every movement of an actor, or of the days from `first` to `last` ("YYYY-MM-DD"), in slices, oldest first. */
export function* eachMovement(
  tx: Tx,
  actorId: string,
  days: { first: string; last: string } | null,
): Generator<ExportedMovement> {
  const SLICE = 500;
  const { id, at, valuedOn, kind, memo, businessKey, orderId, reverses } = ledgerTransactions;
  for (let from = 0; ; ) {
    const rows = tx
      .select({ id, at, valuedOn, kind, memo, businessKey, orderId, reverses })
      .from(ledgerTransactions)
      .where(
        and(
          eq(ledgerTransactions.actorId, actorId),
          gte(id, from),
          days ? sql`${valuedOn} BETWEEN ${days.first} AND ${days.last}` : undefined,
        ),
      )
      .orderBy(asc(id))
      .limit(SLICE)
      .all();
    const sides = sidesOf(tx, rows.at(0)?.id ?? 0, rows.at(-1)?.id ?? 0, actorId);
    for (const row of rows) yield { ...row, postings: sides.get(row.id) ?? [] };
    const last = rows.at(-1);
    if (rows.length < SLICE || !last) return;
    from = last.id + 1;
  }
}

function sidesOf(tx: Tx, first: number, last: number, actorId: string): Map<number, Posting[]> {
  const byMovement = new Map<number, Posting[]>();
  const rows = tx
    .select({ id: postings.transactionId, kind: accounts.kind, ref: accounts.ref, cents: postings.cents })
    .from(postings)
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .where(and(sql`${postings.transactionId} BETWEEN ${first} AND ${last}`, eq(accounts.actorId, actorId)))
    .all();
  for (const { id, kind, ref, cents } of rows) {
    const known = byMovement.get(id);
    const side = { account: ref === "" ? { kind } : { kind, ref }, cents };
    if (known) known.push(side);
    else byMovement.set(id, [side]);
  }
  for (const sides of byMovement.values()) sides.sort(inOrder);
  return byMovement;
}
