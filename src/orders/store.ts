// Rows of orders, their lines, snapshots and moves <-> values; the only queries on them.
import { createHash } from "node:crypto";
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, max, ne, or, sql } from "../db/drizzle.ts";
import { asked, placeholders, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { Mover, Order, OrderLine, OrderState } from "./order.ts";
import { orderLines, orderMoves, orderSnapshots, orders } from "./tables.ts";

/** An order without its lines, as lists show it. */
export type OrderHead = Omit<Order, "lines">;

/** Where an order comes from: who made it, after which order, in which row of orders. */
export type OrderOrigin = {
  readonly createdBy: string | null;
  readonly madeFrom: string | null;
  readonly recurrenceId: string | null;
};

/** A change of state as it was logged; where `from` is `to`, `reason` says what happened within that state. */
export type OrderMove = {
  readonly from: OrderState;
  readonly to: OrderState;
  readonly mover: Mover;
  readonly personId: string | null;
  readonly reason: string | null;
  readonly at: number;
};

type OrderRow = typeof orders.$inferSelect;

const orderById = prepareOnce((tx) =>
  tx
    .select()
    .from(orders)
    .where(eq(orders.id, sql.placeholder("id")))
    .prepare(),
);
const linesOfOrder = prepareOnce((tx) =>
  tx
    .select()
    .from(orderLines)
    .where(eq(orderLines.orderId, sql.placeholder("orderId")))
    .orderBy(asc(orderLines.number))
    .prepare(),
);

/** An order of that actor with all its lines; undefined when it is none or another's. */
export function loadOrder(tx: Tx, actorId: string, id: string): Order | undefined {
  const row = orderById(tx).get({ id });
  return row?.actorId === actorId ? { ...toHead(row), lines: listLines(tx, id) } : undefined;
}

/** The same without its lines. */
export function loadOrderHead(tx: Tx, actorId: string, id: string): OrderHead | undefined {
  const row = orderById(tx).get({ id });
  return row?.actorId === actorId ? toHead(row) : undefined;
}

/** The order of a thread. */
export function loadOrderOfThread(tx: Tx, actorId: string, thread: string): Order | undefined {
  const row = tx
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.actorId, actorId), eq(orders.thread, thread)))
    .get();
  return row && loadOrder(tx, actorId, row.id);
}

/** The lines of an order by number, those no longer offered too. */
function listLines(tx: Tx, orderId: string): OrderLine[] {
  return linesOfOrder(tx)
    .all({ orderId })
    .map(({ number, goods, rules, isOffered, stockThousandths, stockAt }) => ({
      number,
      goods: { ...JSON.parse(goods), ...(stockAt === null ? {} : { availableThousandths: stockThousandths }) },
      rules: JSON.parse(rules),
      isOffered,
    }));
}

/** Orders of an actor, what runs first and next to close first. `states`, `producerIds` absent: all. */
export function listOrders(
  tx: Tx,
  actorId: string,
  wish: { states?: readonly OrderState[]; producerIds?: readonly string[] | null; limit: number; offset?: number },
): OrderHead[] {
  const { states, producerIds = null, limit, offset = 0 } = wish;
  return tx
    .select()
    .from(orders)
    .where(
      and(
        eq(orders.actorId, actorId),
        states && inArray(orders.state, [...states]),
        producerIds === null ? undefined : inArray(orders.producerId, [...producerIds]),
      ),
    )
    .orderBy(
      sql`${orders.state} IN ('archived', 'cancelled')`,
      sql`${orders.state} NOT IN ('open', 'completing')`,
      sql`CASE WHEN ${orders.state} IN ('open', 'completing', 'scheduled') THEN ${orders.closesAt} ELSE -${orders.closesAt} END`,
      asc(orders.id),
    )
    .limit(limit)
    .offset(offset)
    .all()
    .map(toHead);
}

/** The producers an actor ever made an order for. */
export function listOrderProducers(tx: Tx, actorId: string): string[] {
  const rows = tx.selectDistinct({ id: orders.producerId }).from(orders).where(eq(orders.actorId, actorId)).all();
  return rows.map(({ id }) => id);
}

/** Orders that wait for a person, the longest waiting first. */
export function listNeedingPerson(tx: Tx, actorId: string, limit: number): OrderHead[] {
  return tx
    .select()
    .from(orders)
    .where(and(eq(orders.actorId, actorId), isNotNull(orders.needsPerson), ne(orders.state, "cancelled")))
    .orderBy(asc(orders.updatedAt), asc(orders.id))
    .limit(limit)
    .all()
    .map(toHead);
}

const dueOrders = prepareOnce((tx) => {
  const isDue = or(
    and(eq(orders.state, "scheduled"), lte(orders.opensAt, asked("now")), isNull(orders.needsPerson)),
    and(eq(orders.state, "open"), lte(orders.closesAt, asked("now"))),
    and(eq(orders.state, "completing"), lte(orders.completesUntil, asked("now"))),
    and(
      eq(orders.state, "closed"),
      isNull(orders.needsPerson),
      sql`json_extract(${orders.policies}, '$.sendBy') = 'clock'`,
    ),
  );
  const { id, actorId } = orders;
  const due = tx.select({ id, actorId }).from(orders).where(isDue).orderBy(asc(orders.closesAt), asc(id));
  return due.limit(asked("limit")).prepare();
});

/** Orders for which time has something to do: to open, to close, to end their completion, to send. */
export function listDueOrders(tx: Tx, now: number, limit: number): { id: string; actorId: string }[] {
  return dueOrders(tx).all({ now, limit });
}

/**
 * Open orders that close within `beforeMs` from `now`, whose members were not reminded since, nor in the `standsForMs` before that: a
 * reminder that somebody sent so shortly before stands for the clock's.
 */
export function listToRemind(
  tx: Tx,
  now: number,
  { beforeMs, standsForMs, limit }: { beforeMs: number; standsForMs: number; limit: number },
): OrderHead[] {
  const until = now + beforeMs;
  const isNew = or(
    isNull(orders.remindedAt),
    lt(orders.remindedAt, sql`${orders.closesAt} - ${beforeMs + standsForMs}`),
  );
  return tx
    .select()
    .from(orders)
    .where(and(eq(orders.state, "open"), gt(orders.closesAt, now), lte(orders.closesAt, until), isNew))
    .limit(limit)
    .all()
    .map(toHead);
}

const silentOrders = prepareOnce((tx) =>
  tx
    .select()
    .from(orders)
    .where(and(eq(orders.state, "sent"), lte(orders.updatedAt, asked("before")), isNull(orders.needsPerson)))
    .limit(asked("limit"))
    .prepare(),
);

/** Orders that were sent and lie there: not touched since `before`. */
export function listSilent(tx: Tx, before: number, limit: number): (OrderHead & { askedAt: number | null })[] {
  return silentOrders(tx)
    .all({ before, limit })
    .map((row) => ({ ...toHead(row), askedAt: row.askedAt }));
}

/** Delivered orders, to be archived once their money is settled. */
export function listDelivered(tx: Tx, limit: number): { id: string; actorId: string }[] {
  const { id, actorId } = orders;
  return tx.select({ id, actorId }).from(orders).where(eq(orders.state, "delivered")).limit(limit).all();
}

const ORDER_COLUMNS = [
  "id",
  "actorId",
  "producerId",
  "cycleIri",
  "name",
  "note",
  "state",
  "opensAt",
  "closesAt",
  "completesUntil",
  "pickups",
  "policies",
  "modifiers",
  "thread",
  "revision",
  "closedAt",
  "cancelReason",
  "needsPerson",
  "createdAt",
  "updatedAt",
] as const;

const insertOrderRow = prepareOnce((tx) =>
  tx
    .insert(orders)
    .values(placeholders(...ORDER_COLUMNS, "createdBy", "madeFrom", "recurrenceId"))
    .prepare(),
);

/** A new order with its lines. */
export function insertOrder(tx: Tx, order: Order, origin: OrderOrigin): void {
  insertOrderRow(tx).run({ ...toRow(order), ...origin });
  addLineRows(tx, order, order.lines);
}

/** Writes the order as it now is, without its lines. */
export function saveOrder(tx: Tx, order: OrderHead): void {
  const { id, ...row } = toRow(order);
  tx.update(orders).set(row).where(eq(orders.id, id)).run();
}

/** Adds lines in one statement, however many. */
export function addLineRows(tx: Tx, order: OrderHead, lines: readonly OrderLine[]): void {
  const rows = lines.map(({ number, goods, rules, isOffered }) => [
    number,
    goods.lineIri,
    JSON.stringify(goods),
    JSON.stringify(rules),
    isOffered ? 1 : 0,
  ]);
  tx.run(sql`INSERT INTO order_lines (order_id, actor_id, number, line_iri, goods, rules, is_offered)
    SELECT ${order.id}, ${order.actorId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
    FROM json_each(${JSON.stringify(rows)})`);
}

/** Changes what households may book of a line, or whether it is offered. Its goods never change. */
export function saveLine(tx: Tx, orderId: string, { number, rules, isOffered }: OrderLine): void {
  tx.update(orderLines)
    .set({ rules: JSON.stringify(rules), isOffered })
    .where(and(eq(orderLines.orderId, orderId), eq(orderLines.number, number)))
    .run();
}

/** Forgets lines of a draft that nobody has booked. */
export function deleteLines(tx: Tx, orderId: string, numbers: readonly number[]): void {
  if (numbers.length === 0) return;
  tx.delete(orderLines)
    .where(and(eq(orderLines.orderId, orderId), inArray(orderLines.number, [...numbers])))
    .run();
}

/** Forgets a draft that nobody has seen. */
export function deleteOrder(tx: Tx, id: string): void {
  tx.delete(orderLines).where(eq(orderLines.orderId, id)).run();
  tx.delete(orders).where(eq(orders.id, id)).run();
}

/** When its members were last written to because they have booked nothing: by the clock or by a person. */
export function markReminded(tx: Tx, id: string, at: number): void {
  tx.update(orders).set({ remindedAt: at }).where(eq(orders.id, id)).run();
}

/** When we asked after a silent producer; null once it has spoken. */
export function markAsked(tx: Tx, id: string, at: number | null): void {
  tx.update(orders).set({ askedAt: at }).where(eq(orders.id, id)).run();
}

const insertMoveRow = prepareOnce((tx) =>
  tx
    .insert(orderMoves)
    .values(placeholders("orderId", "actorId", "fromState", "toState", "mover", "personId", "reason", "at"))
    .prepare(),
);

/** Logs a change of state. */
export function logMove(tx: Tx, order: Pick<OrderHead, "id" | "actorId">, move: OrderMove): void {
  const { from, to, ...rest } = move;
  insertMoveRow(tx).run({ orderId: order.id, actorId: order.actorId, fromState: from, toState: to, ...rest });
}

/** A logged change with its number and its order. */
export type LoggedMove = OrderMove & { readonly id: number; readonly orderId: string; readonly actorId: string };

/** Changes of all orders logged after that number, the oldest first. */
export function listMovesAfter(tx: Tx, id: number, limit: number): LoggedMove[] {
  return tx
    .select()
    .from(orderMoves)
    .where(gt(orderMoves.id, id))
    .orderBy(asc(orderMoves.id))
    .limit(limit)
    .all()
    .map((row) => ({ ...toMove(row), id: row.id, orderId: row.orderId, actorId: row.actorId }));
}

const movesOfOrder = prepareOnce((tx) =>
  tx
    .select()
    .from(orderMoves)
    .where(eq(orderMoves.orderId, asked("orderId")))
    .orderBy(asc(orderMoves.id))
    .prepare(),
);

/** What an order went through, from the first. */
export function listMoves(tx: Tx, orderId: string): OrderMove[] {
  return movesOfOrder(tx).all({ orderId }).map(toMove);
}

function toMove(row: typeof orderMoves.$inferSelect): OrderMove {
  const { fromState, toState, mover, personId, reason, at } = row;
  return { from: fromState as OrderState, to: toState as OrderState, mover, personId, reason, at };
}

/** 1: when it closed; 2: as agreed; 3: as delivered. */
export type SnapshotNumber = 1 | 2 | 3;

/** Keeps what the order is now, for ever, as the next version of that snapshot. Returns the version. */
export function insertSnapshot(
  tx: Tx,
  order: Pick<OrderHead, "id" | "actorId">,
  number: SnapshotNumber,
  content: unknown,
  at: number,
): number {
  const last = tx
    .select({ version: max(orderSnapshots.version) })
    .from(orderSnapshots)
    .where(and(eq(orderSnapshots.orderId, order.id), eq(orderSnapshots.number, number)))
    .get();
  const version = (last?.version ?? 0) + 1;
  const text = JSON.stringify(content);
  const digest = createHash("sha256").update(text).digest("hex");
  tx.insert(orderSnapshots)
    .values({ orderId: order.id, actorId: order.actorId, number, version, content: text, digest, at })
    .run();
  return version;
}

/** A kept state of an order, checked against its digest: `isWhole` false when the file was tampered with. */
export type Snapshot<Content> = {
  readonly version: number;
  readonly content: Content;
  readonly at: number;
  readonly isWhole: boolean;
};

const newestSnapshot = prepareOnce((tx) =>
  tx
    .select()
    .from(orderSnapshots)
    .where(and(eq(orderSnapshots.orderId, asked("orderId")), eq(orderSnapshots.number, asked("number"))))
    .orderBy(desc(orderSnapshots.version))
    .limit(1)
    .prepare(),
);

/** The newest snapshot of that number. */
export function loadSnapshot<Content>(tx: Tx, orderId: string, number: SnapshotNumber): Snapshot<Content> | undefined {
  const row = newestSnapshot(tx).get({ orderId, number });
  if (!row) return undefined;
  const isWhole = createHash("sha256").update(row.content).digest("hex") === row.digest;
  return { version: row.version, content: JSON.parse(row.content), at: row.at, isWhole };
}

function toHead(row: OrderRow): OrderHead {
  const { createdBy: _, madeFrom: __, recurrenceId: ___, remindedAt: ____, askedAt: _____, ...head } = row;
  return {
    ...head,
    pickups: JSON.parse(row.pickups),
    policies: JSON.parse(row.policies),
    modifiers: JSON.parse(row.modifiers),
  };
}

function toRow(order: OrderHead) {
  const pairs = ORDER_COLUMNS.map((name) => [name, order[name]] as const);
  const row = Object.fromEntries(pairs) as { [Name in (typeof ORDER_COLUMNS)[number]]: OrderHead[Name] };
  return {
    ...row,
    pickups: JSON.stringify(order.pickups),
    policies: JSON.stringify(order.policies),
    modifiers: JSON.stringify(order.modifiers),
  };
}
