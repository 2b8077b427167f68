// Rows of received orders and delivery notes <-> values; the only queries on them.
import { and, asc, count, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, min, ne, sql } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { DeliveryNote } from "./deliveryNote.ts";
import type { HeldByOthers } from "./lineTerms.ts";
import { heldLines, type ReceivedOrder, type ReceivedState, stateOf } from "./received.ts";
import { deliveryNotes, receivedOrders } from "./tables.ts";
import type { HeldLine } from "./threshold.ts";

/** States in which quantities may be held. */
const HOLDING: ReceivedState[] = ["countered", "received", "accepted", "confirmed", "shipped", "delivered", "closed"];
/** Of the catalog only what has not yet left: what was delivered the producer has counted anew. */
const HOLDING_OF_CATALOG: ReceivedState[] = ["countered", "received", "accepted", "confirmed"];
/** States in which somebody has still to do something. */
export const RUNNING: readonly ReceivedState[] = [
  "received",
  "countered",
  "accepted",
  "confirmed",
  "shipped",
  "delivered",
];

const orderOfThread = prepareOnce((tx) =>
  tx
    .select()
    .from(receivedOrders)
    .where(and(eq(receivedOrders.actorId, asked("actorId")), eq(receivedOrders.thread, asked("thread"))))
    .prepare(),
);

export function loadReceived(tx: Tx, actorId: string, thread: string): ReceivedOrder | undefined {
  const row = orderOfThread(tx).get({ actorId, thread });
  return row && toOrder(row);
}

/** Writes the order as it now is. */
export function saveReceived(tx: Tx, order: ReceivedOrder): void {
  const { actorId, thread, createdAt, latest, counter, agreed, request, waiting, ...plain } = order;
  const row = {
    ...plain,
    state: stateOf(order),
    latest: JSON.stringify(latest),
    counter: counter && JSON.stringify(counter),
    agreed: agreed && JSON.stringify(agreed),
    request: request && JSON.stringify(request),
    waiting: JSON.stringify(waiting),
    answerBy: counter?.answerBy ?? null,
  };
  tx.insert(receivedOrders)
    .values({ actorId, thread, createdAt, ...row })
    .onConflictDoUpdate({ target: [receivedOrders.actorId, receivedOrders.thread], set: row })
    .run();
}

/** Which orders: of one cycle, of the catalog (null), or of both (left out); in these states. */
export type OrdersWish = {
  readonly cycleId?: string | null;
  readonly states: readonly ReceivedState[];
  readonly limit: number;
  readonly offset?: number;
};

/** Orders of a producer: what waits for a person first, then the latest news. */
export function listReceived(
  tx: Tx,
  actorId: string,
  { cycleId, states, limit, offset = 0 }: OrdersWish,
): ReceivedOrder[] {
  return tx
    .select()
    .from(receivedOrders)
    .where(and(eq(receivedOrders.actorId, actorId), ofCycle(cycleId), inArray(receivedOrders.state, [...states])))
    .orderBy(
      desc(
        sql`${receivedOrders.state} = 'received' OR ${receivedOrders.request} IS NOT NULL OR ${receivedOrders.doubt} IS NOT NULL`,
      ),
      desc(receivedOrders.updatedAt),
      receivedOrders.thread,
    )
    .limit(limit)
    .offset(offset)
    .all()
    .map(toOrder);
}

/** How many orders there are in each state, of one cycle, of the catalog (null) or of both. */
export function countReceived(tx: Tx, actorId: string, cycleId?: string | null): Map<ReceivedState, number> {
  const rows = tx
    .select({ state: receivedOrders.state, total: count() })
    .from(receivedOrders)
    .where(and(eq(receivedOrders.actorId, actorId), ofCycle(cycleId)))
    .groupBy(receivedOrders.state)
    .all();
  return new Map(rows.map(({ state, total }) => [state, total]));
}

/** What everybody but that buyer (null: everybody) holds of a cycle or, for null, of the catalog: by line, in wire thousandths. */
export function heldByOthers(tx: Tx, actorId: string, cycleId: string | null, buyer: string | null): HeldByOthers {
  const held = new Map<string, number>();
  for (const { lineIri, quantityThousandths } of listHeld(tx, actorId, cycleId, buyer))
    held.set(lineIri, (held.get(lineIri) ?? 0) + quantityThousandths);
  return held;
}

/**
 * As `heldByOthers`, for one thread: a buyer may have two orders in one cycle, and each counts for the other. With `buyer` only what
 * that one holds elsewhere.
 */
export function heldBesides(
  tx: Tx,
  actorId: string,
  cycleId: string | null,
  thread: string,
  buyer?: string,
): HeldByOthers {
  const held = new Map<string, number>();
  const others = listHolding(tx, actorId, cycleId).filter(
    (order) => order.thread !== thread && (buyer === undefined || order.buyer === buyer),
  );
  for (const { lineIri, quantityThousandths } of others.flatMap(heldLines))
    held.set(lineIri, (held.get(lineIri) ?? 0) + quantityThousandths);
  return held;
}

/** What is agreed in a cycle, by buyer: what counts towards a common minimum. */
export function listAgreed(tx: Tx, actorId: string, cycleId: string): HeldLine[] {
  return listHolding(tx, actorId, cycleId).flatMap((order) =>
    (order.agreed?.lines ?? []).map(({ unit, quantityThousandths }) => ({
      buyer: order.buyer,
      unit,
      quantityThousandths,
    })),
  );
}

function listHeld(tx: Tx, actorId: string, cycleId: string | null, except: string | null) {
  return listHolding(tx, actorId, cycleId)
    .filter(({ buyer }) => buyer !== except)
    .flatMap(heldLines);
}

const holdingOfCatalog = prepareOnce((tx) => {
  const its = and(eq(receivedOrders.actorId, asked("actorId")), isNull(receivedOrders.cycleId));
  return tx
    .select()
    .from(receivedOrders)
    .where(and(its, inArray(receivedOrders.state, HOLDING_OF_CATALOG)))
    .prepare();
});
const holdingOfCycle = prepareOnce((tx) => {
  const its = and(eq(receivedOrders.actorId, asked("actorId")), eq(receivedOrders.cycleId, asked("cycleId")));
  return tx
    .select()
    .from(receivedOrders)
    .where(and(its, inArray(receivedOrders.state, HOLDING)))
    .prepare();
});

function listHolding(tx: Tx, actorId: string, cycleId: string | null): ReceivedOrder[] {
  const rows = cycleId === null ? holdingOfCatalog(tx).all({ actorId }) : holdingOfCycle(tx).all({ actorId, cycleId });
  return rows.map(toOrder);
}

/** A running order of that buyer in that cycle: it may go on reading what it is about, whatever became of the pact. */
export function findRunning(tx: Tx, actorId: string, buyer: string, cycleId: string): ReceivedOrder | undefined {
  const row = tx
    .select()
    .from(receivedOrders)
    .where(
      and(
        eq(receivedOrders.actorId, actorId),
        eq(receivedOrders.buyer, buyer),
        eq(receivedOrders.cycleId, cycleId),
        isNotNull(receivedOrders.agreed),
        inArray(receivedOrders.state, [...RUNNING]),
      ),
    )
    .get();
  return row && toOrder(row);
}

/** The last order of that buyer that says at which delivery it is handed over. */
export function findLastPickup(tx: Tx, actorId: string, buyer: string): ReceivedOrder | undefined {
  const row = tx
    .select()
    .from(receivedOrders)
    .where(and(eq(receivedOrders.actorId, actorId), eq(receivedOrders.buyer, buyer), isNotNull(receivedOrders.pickup)))
    .orderBy(desc(receivedOrders.createdAt))
    .get();
  return row && toOrder(row);
}

const unansweredOrders = prepareOnce((tx) =>
  tx
    .select()
    .from(receivedOrders)
    .where(lte(receivedOrders.answerBy, asked("before")))
    .orderBy(asc(receivedOrders.answerBy))
    .limit(asked("limit"))
    .prepare(),
);

/** Orders with a proposal of ours whose time is over. */
export function listUnanswered(tx: Tx, before: number, limit: number): ReceivedOrder[] {
  return unansweredOrders(tx).all({ before, limit }).map(toOrder);
}

const restoredOrders = prepareOnce((tx) =>
  tx
    .select()
    .from(receivedOrders)
    .where(and(eq(receivedOrders.state, "received"), eq(receivedOrders.waiting, '["restored"]')))
    .limit(asked("limit"))
    .prepare(),
);

/** Orders that came while a restored node was asking its partners. */
export function listRestored(tx: Tx, limit: number): ReceivedOrder[] {
  return restoredOrders(tx).all({ limit }).map(toOrder);
}

/** The orders that first came within that time (epoch ms, the end left out), the newest first. */
export function listReceivedBetween(tx: Tx, actorId: string, from: number, to: number, limit: number): ReceivedOrder[] {
  return tx
    .select()
    .from(receivedOrders)
    .where(
      and(eq(receivedOrders.actorId, actorId), gte(receivedOrders.createdAt, from), lt(receivedOrders.createdAt, to)),
    )
    .orderBy(desc(receivedOrders.createdAt), receivedOrders.thread)
    .limit(limit)
    .all()
    .map(toOrder);
}

/** When the first order ever came, epoch ms; null where there is none. */
export function firstReceivedAt(tx: Tx, actorId: string): number | null {
  const those = eq(receivedOrders.actorId, actorId);
  return (
    tx
      .select({ at: min(receivedOrders.createdAt) })
      .from(receivedOrders)
      .where(those)
      .get()?.at ?? null
  );
}

const ordersOfActor = prepareOnce((tx) =>
  tx
    .select()
    .from(receivedOrders)
    .where(eq(receivedOrders.actorId, asked("actorId")))
    .prepare(),
);

/** Every order of an actor, for checks. */
export function listAllReceived(tx: Tx, actorId: string): ReceivedOrder[] {
  return ordersOfActor(tx).all({ actorId }).map(toOrder);
}

function ofCycle(cycleId: string | null | undefined) {
  if (cycleId === undefined) return ne(receivedOrders.thread, "");
  return cycleId === null ? isNull(receivedOrders.cycleId) : eq(receivedOrders.cycleId, cycleId);
}

function toOrder(row: typeof receivedOrders.$inferSelect): ReceivedOrder {
  const { latest, counter, agreed, request, waiting, state: _, answerBy: __, ...plain } = row;
  const read = (text: string | null) => (text === null ? null : JSON.parse(text));
  return {
    ...plain,
    latest: JSON.parse(latest),
    counter: read(counter),
    agreed: read(agreed),
    request: read(request),
    waiting: JSON.parse(waiting),
  };
}

export function loadNote(tx: Tx, actorId: string, thread: string): DeliveryNote | undefined {
  const those = and(eq(deliveryNotes.actorId, actorId), eq(deliveryNotes.thread, thread));
  const row = tx.select().from(deliveryNotes).where(those).get();
  return row && toNote(row);
}

export function loadNoteById(tx: Tx, actorId: string, id: string): DeliveryNote | undefined {
  const those = and(eq(deliveryNotes.actorId, actorId), eq(deliveryNotes.id, id));
  const row = tx.select().from(deliveryNotes).where(those).get();
  return row && toNote(row);
}

/** Writes the note as it now is. */
export function saveNote(tx: Tx, { id, fulfilments, charges, ...note }: DeliveryNote): void {
  const row = { ...note, fulfilments: JSON.stringify(fulfilments), charges: JSON.stringify(charges) };
  tx.insert(deliveryNotes)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: deliveryNotes.id, set: row })
    .run();
}

function toNote({ fulfilments, charges, ...row }: typeof deliveryNotes.$inferSelect): DeliveryNote {
  return { ...row, fulfilments: JSON.parse(fulfilments), charges: JSON.parse(charges) };
}
