// Rows of what was said and agreed with the producer <-> values; the only queries on them. The signed bytes lie in partners.
import { and, asc, desc, eq, isNull, lte } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { AgreedLine, Charge, OrderStatus, ReasonCode } from "../partners/threads/agreement.ts";
import { agreements, counters, deliveryNotes, sentOffers } from "./tables.ts";

/** An order's name in its tables. */
type OrderName = { readonly id: string; readonly actorId: string };

/** An Offer of ours as sent. `refusedFor`: the producer's reason, "withdrawn" by us; null while neither. */
export type SentOffer = {
  readonly epoch: number;
  readonly revision: number;
  readonly offerIri: string;
  readonly offerDigest: string;
  readonly agreementIri: string;
  readonly lines: readonly AgreedLine[];
  readonly totalCents: number;
  readonly sentAt: number;
  readonly refusedFor: ReasonCode | null;
};

/** What is in force with the producer. `epoch`, `revision`: of the Offer it accepts; `sellerEpoch`, `sequence`: the seller's. */
export type Agreement = {
  readonly agreementIri: string;
  readonly acceptIri: string;
  readonly epoch: number;
  readonly revision: number;
  readonly sellerEpoch: number;
  readonly sequence: number;
  readonly status: OrderStatus;
  readonly note: string | null;
  readonly paymentUrl: string | null;
  readonly lines: readonly AgreedLine[];
  readonly totalCents: number;
  readonly at: number;
};

/** What the producer could do instead of a revision of ours, until `answerBy` (epoch ms). */
export type Counter = {
  readonly epoch: number;
  readonly revision: number;
  readonly answerIri: string;
  readonly answerBy: number;
  readonly reason: ReasonCode | null;
  readonly lines: readonly AgreedLine[];
  readonly totalCents: number;
  readonly state: "open" | "taken" | "refused" | "lapsed";
  readonly at: number;
  readonly settledAt: number | null;
};

/** A delivery note as it last was. `activityIri`: what it came with. */
export type DeliveryNote = {
  readonly documentIri: string;
  readonly activityIri: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly url: string | null;
  readonly fulfilments: readonly AgreedLine[];
  readonly charges: readonly Charge[];
  readonly answer: "accepted" | "disputed" | null;
  readonly at: number;
};

/** Everything said between us and the producer about an order, as it stands. */
export type Dealing = {
  readonly offer: SentOffer | undefined;
  readonly agreement: Agreement | undefined;
  /** The one that waits for an answer. */
  readonly counter: Counter | undefined;
  readonly notes: readonly DeliveryNote[];
};

export function loadDealing(tx: Tx, orderId: string): Dealing {
  return {
    offer: loadLastOffer(tx, orderId),
    agreement: loadAgreement(tx, orderId),
    counter: listCounters(tx, orderId).find(({ state }) => state === "open"),
    notes: listDeliveryNotes(tx, orderId),
  };
}

/** Keeps an Offer that was posted in this transaction. */
export function insertSentOffer(tx: Tx, order: OrderName, offer: SentOffer): void {
  const row = { ...offer, orderId: order.id, actorId: order.actorId, lines: JSON.stringify(offer.lines) };
  tx.insert(sentOffers).values(row).run();
}

const offersOfOrder = prepareOnce((tx) =>
  tx
    .select()
    .from(sentOffers)
    .where(eq(sentOffers.orderId, asked("orderId")))
    .orderBy(desc(sentOffers.epoch), desc(sentOffers.revision))
    .limit(asked("limit"))
    .prepare(),
);

/** Every Offer of an order, the newest first. */
export function listSentOffers(tx: Tx, orderId: string): SentOffer[] {
  return offersOfOrder(tx).all({ orderId, limit: -1 }).map(toOffer);
}

export function loadLastOffer(tx: Tx, orderId: string): SentOffer | undefined {
  const row = offersOfOrder(tx).get({ orderId, limit: 1 });
  return row && toOffer(row);
}

export function loadOfferByIri(tx: Tx, orderId: string, offerIri: string): SentOffer | undefined {
  const row = tx
    .select()
    .from(sentOffers)
    .where(and(eq(sentOffers.orderId, orderId), eq(sentOffers.offerIri, offerIri)))
    .get();
  return row && toOffer(row);
}

/** The producer said no to it, or we took it back. What was said first stays. */
export function markOfferRefused(tx: Tx, offerIri: string, reason: ReasonCode): void {
  tx.update(sentOffers)
    .set({ refusedFor: reason })
    .where(and(eq(sentOffers.offerIri, offerIri), isNull(sentOffers.refusedFor)))
    .run();
}

const agreementOfOrder = prepareOnce((tx) =>
  tx
    .select()
    .from(agreements)
    .where(eq(agreements.orderId, asked("orderId")))
    .prepare(),
);

export function loadAgreement(tx: Tx, orderId: string): Agreement | undefined {
  const row = agreementOfOrder(tx).get({ orderId });
  if (!row) return undefined;
  const { orderId: _, actorId: __, lines, ...rest } = row;
  return { ...rest, lines: JSON.parse(lines) };
}

/** Writes what is in force from now on. */
export function saveAgreement(tx: Tx, order: OrderName, agreement: Agreement): void {
  const row = { ...agreement, actorId: order.actorId, lines: JSON.stringify(agreement.lines) };
  tx.insert(agreements)
    .values({ orderId: order.id, ...row })
    .onConflictDoUpdate({ target: agreements.orderId, set: row })
    .run();
}

const countersOfOrder = prepareOnce((tx) =>
  tx
    .select()
    .from(counters)
    .where(eq(counters.orderId, asked("orderId")))
    .orderBy(desc(counters.epoch), desc(counters.revision))
    .prepare(),
);

/** Every counter of an order, the newest first. */
export function listCounters(tx: Tx, orderId: string): Counter[] {
  return countersOfOrder(tx)
    .all({ orderId })
    .map(({ orderId: _, actorId: __, lines, ...rest }) => ({
      ...rest,
      reason: rest.reason as ReasonCode | null,
      lines: JSON.parse(lines),
    }));
}

/** Keeps what the producer offers instead; a counter it sends again after a restore takes the place of the first. */
export function saveCounter(tx: Tx, order: OrderName, counter: Counter): void {
  const row = { ...counter, actorId: order.actorId, lines: JSON.stringify(counter.lines) };
  tx.insert(counters)
    .values({ orderId: order.id, ...row })
    .onConflictDoUpdate({ target: [counters.orderId, counters.epoch, counters.revision], set: row })
    .run();
}

/** What became of the counters that waited. */
export function settleCounters(
  tx: Tx,
  orderId: string,
  state: Exclude<Counter["state"], "open">,
  settledAt: number,
): void {
  tx.update(counters)
    .set({ state, settledAt })
    .where(and(eq(counters.orderId, orderId), eq(counters.state, "open")))
    .run();
}

const lapsedCounters = prepareOnce((tx) =>
  tx
    .select({ id: counters.orderId, actorId: counters.actorId })
    .from(counters)
    .where(and(eq(counters.state, "open"), lte(counters.answerBy, asked("now"))))
    .limit(asked("limit"))
    .prepare(),
);

/** Orders with a counter whose time is over. */
export function listLapsed(tx: Tx, now: number, limit: number): OrderName[] {
  return lapsedCounters(tx).all({ now, limit });
}

const openCounters = prepareOnce((tx) =>
  tx
    .select({ id: counters.orderId, actorId: counters.actorId })
    .from(counters)
    .where(eq(counters.state, "open"))
    .orderBy(desc(counters.at))
    .limit(asked("limit"))
    .prepare(),
);

/** Orders with a counter that nobody has answered, the newest counters first: those of a restore are young. */
export function listOpenCounters(tx: Tx, limit: number): OrderName[] {
  return openCounters(tx).all({ limit });
}

/** The delivery notes of an order, the latest first. */
export function listDeliveryNotes(tx: Tx, orderId: string): DeliveryNote[] {
  return tx
    .select()
    .from(deliveryNotes)
    .where(eq(deliveryNotes.orderId, orderId))
    .orderBy(desc(deliveryNotes.at), asc(deliveryNotes.documentIri))
    .all()
    .map(({ orderId: _, actorId: __, fulfilments, charges, ...rest }) => ({
      ...rest,
      fulfilments: JSON.parse(fulfilments),
      charges: JSON.parse(charges),
    }));
}

/** Keeps a note; a later one of the same document replaces it, never adds. */
export function saveDeliveryNote(tx: Tx, order: OrderName, note: DeliveryNote): void {
  const { fulfilments, charges, ...rest } = note;
  const row = {
    ...rest,
    actorId: order.actorId,
    fulfilments: JSON.stringify(fulfilments),
    charges: JSON.stringify(charges),
  };
  tx.insert(deliveryNotes)
    .values({ orderId: order.id, ...row })
    .onConflictDoUpdate({ target: [deliveryNotes.orderId, deliveryNotes.documentIri], set: row })
    .run();
}

export function markNoteAnswered(tx: Tx, orderId: string, documentIri: string, answer: "accepted" | "disputed"): void {
  tx.update(deliveryNotes)
    .set({ answer })
    .where(and(eq(deliveryNotes.orderId, orderId), eq(deliveryNotes.documentIri, documentIri)))
    .run();
}

function toOffer(row: typeof sentOffers.$inferSelect): SentOffer {
  const { orderId: _, actorId: __, lines, refusedFor, ...rest } = row;
  return { ...rest, refusedFor: refusedFor as ReasonCode | null, lines: JSON.parse(lines) };
}
