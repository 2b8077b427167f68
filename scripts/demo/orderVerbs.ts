// What a group does about an order at its home in the demo, and what its database says of it.
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { takeCounter, weighCounter } from "../../src/orders/answers/answerActions.ts";
import type { CounterReason } from "../../src/orders/answers/counter.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import type { Wish } from "../../src/orders/booking/booking.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { closeOrder } from "../../src/orders/closeActions.ts";
import { loadDealing } from "../../src/orders/dealingStore.ts";
import { closeDelivery, markArrived, startDelivery, weigh } from "../../src/orders/delivery/deliveryActions.ts";
import { listPortions } from "../../src/orders/delivery/deliveryStore.ts";
import { startRules } from "../../src/orders/offering.ts";
import type { Goods, LineRules, Order } from "../../src/orders/order.ts";
import type { Plan } from "../../src/orders/planning/plan.ts";
import { loadSource } from "../../src/orders/sourceStore.ts";
import { loadOrder } from "../../src/orders/store.ts";
import { answerNote } from "../../src/orders/withdrawActions.ts";
import { verifyContract } from "../../src/partners/threads/contract.ts";
import { loadContract } from "../../src/partners/threads/contractActions.ts";
import { actorOf, demand, dieNow, type Home, householdFor, type Looking, personOf } from "./lookup.ts";

/** An order of a group, and who of it acts. */
export type OrderName = { readonly handle: string; readonly orderId: string };
export type Acting = OrderName & { readonly email: string };

/** So many packages of a product (its address); half a crate is half a package. */
export type Want = {
  readonly productIri: string;
  readonly packages: number;
  readonly tolerated?: number;
  readonly friendId?: string;
};

export const orderVerbs = {
  /** Opens an order on all that a cycle offers. Of `shared` products households book parts of a package, of the others whole ones. */
  openOrder: ({ node, db }: Home, wish: OrderWish) => {
    const { handle, email, producerIri: producerId, cycleIri, plan, shared, pieces = null } = wish;
    const [{ id: actorId }, personId] = [actorOf(db, handle), personOf(db, email)];
    const source = loadSource(db.orm, actorId, { producerId, cycleIri }, node.wire.clock.now());
    if (!source) throw new Error(`no such offer: ${cycleIri}`);
    const lines = source.goods.map((goods) => ({ lineIri: goods.lineIri, rules: rulesFor(goods, shared, pieces) }));
    const { id } = demand(createOrder(node.wire, { actorId, personId, producerId, cycleIri, plan, lines }));
    demand(openOrder(node.wire, { actorId, orderId: id, personId }));
    return { orderId: id };
  },

  /** Saves a household's basket. Gives what it comes to, or what was refused. */
  book: ({ node, db }: Home, { handle, orderId, email, wants }: Acting & { wants: readonly Want[] }) => {
    const { actorId, id: householdId } = householdFor(db, handle, email);
    const order = orderOf(db, { handle, orderId });
    const seenVersion = loadBasket(db.orm, orderId, householdId)?.version ?? 0;
    const wishes = wants.map((want) => wishOf(order, want));
    const basket = { actorId, orderId, householdId, personId: personOf(db, email), seenVersion, wishes };
    const saved = saveBasket(node.wire, basket);
    return "refused" in saved ? saved : { totalCents: saved.basket.totalCents };
  },

  /** A person closes an order before its time; it leaves at once. */
  closeOrder: ({ node, db }: Home, wish: Acting) => {
    demand(closeOrder(node.wire, keyOf(db, wish)));
  },

  /** An order as its group holds it, with what was said about it. */
  showOrder: ({ db }: Looking, wish: OrderName) => {
    const order = orderOf(db, wish);
    const { offer, agreement, counter, notes } = loadDealing(db.orm, order.id);
    const reasons: readonly CounterReason[] = reasonsOf(db, order);
    const { state, needsPerson, thread, revision, closesAt, lines } = order;
    return { state, needsPerson, thread, revision, closesAt, lines, offer, agreement, counter, reasons, notes };
  },

  /** What each household is to get of a product, or got, by its name; thousandths. */
  showPortions: ({ db }: Looking, { handle, orderId, productIri }: OrderName & { productIri: string }) => {
    const { number } = lineOf(orderOf(db, { handle, orderId }), productIri);
    const query = db.raw.prepare<[string, string], string>(
      "SELECT coalesce((SELECT name FROM friends WHERE id = ?), (SELECT name FROM households WHERE id = ?))",
    );
    return listPortions(db.orm, orderId)
      .filter(({ lineNumber }) => lineNumber === number)
      .map((portion) => ({
        ...portion,
        name: query.pluck().get(portion.friendId ?? "", portion.householdId) ?? "",
      }));
  },

  /** A person takes the counter. With `diesAfter` the process is killed before the new Offer leaves. */
  takeCounter: ({ node, db }: Home, { diesAfter, ...wish }: Acting & { diesAfter: boolean }) => {
    demand(takeCounter(node.wire, keyOf(db, wish)));
    if (diesAfter) dieNow();
  },

  /** The goods are at the door as the producer's note says; handing out begins. */
  receiveGoods: ({ node, db }: Home, wish: Acting) => {
    const key = keyOf(db, wish);
    demand(markArrived(node.wire, key));
    demand(startDelivery(node.wire, key));
  },

  /** Puts what a household gets of a product on the scales, piece by piece; grams. */
  weigh: ({ node, db }: Home, wish: Acting & { household: string; productIri: string; grams: number[] }) => {
    const { number: lineNumber } = lineOf(orderOf(db, wish), wish.productIri);
    const { id: householdId } = householdFor(db, wish.handle, wish.household);
    const place = { householdId, lineNumber, friendId: null };
    demand(weigh(node.wire, keyOf(db, wish), place, wish.grams));
  },

  /** Charges everybody, and says yes to the producer's note. */
  closeDelivery: ({ node, db }: Home, wish: Acting) => {
    const key = keyOf(db, wish);
    const { chargedCents } = demand(closeDelivery(node.wire, key));
    const [note] = loadDealing(db.orm, wish.orderId).notes;
    if (!note) throw new Error("no delivery note");
    demand(answerNote(node.wire, key, { documentIri: note.documentIri, isAccepted: true, text: "" }));
    return { chargedCents };
  },

  /** The contract of a thread as this side keeps it, with every signature checked. */
  checkContract: ({ db }: Looking, { handle, thread }: { handle: string; thread: string }) => {
    const file = loadContract(db.orm, actorOf(db, handle).id, thread);
    if (!file) return null;
    const { holds, inForce, messages, status } = verifyContract(file);
    const digests = messages.map(({ digest }) => digest);
    const said = messages.map(({ message, flaw }) => ({ kind: message?.kind ?? null, flaw }));
    return { holds, inForce, digests, said, status };
  },
};

export type OrderWish = {
  readonly handle: string;
  readonly email: string;
  readonly producerIri: string;
  readonly cycleIri: string;
  readonly plan: Plan;
  readonly shared: readonly string[];
  /** Of how many pieces a case of those is, where households book single ones. */
  readonly pieces?: number;
};

function rulesFor(goods: Goods, shared: readonly string[], pieces: number | null): LineRules {
  const rules = startRules(goods);
  if (pieces !== null && shared.includes(goods.productIri)) {
    const stepThousandths = goods.packageThousandths / pieces;
    return { ...rules, stepThousandths, minThousandths: stepThousandths, caseMode: "warn" };
  }
  if (goods.isVariableWeight || shared.includes(goods.productIri)) return rules;
  const whole = goods.packageThousandths;
  return { ...rules, stepThousandths: whole, minThousandths: whole, caseMode: "multiple" };
}

/** An order of that group. */
export function orderOf({ orm, raw }: Looking["db"], { handle, orderId }: OrderName): Order {
  const order = loadOrder(orm, actorOf({ orm, raw }, handle).id, orderId);
  if (!order) throw new Error(`no order ${orderId}`);
  return order;
}

function keyOf(db: Looking["db"], { handle, orderId, email }: Acting) {
  return { actorId: actorOf(db, handle).id, orderId, personId: personOf(db, email) };
}

/** The line of a product, by the product's address. */
export function lineOf(order: Order, productIri: string): Order["lines"][number] {
  const line = order.lines.find(({ goods }) => goods.productIri === productIri);
  if (!line) throw new Error(`no line of ${productIri}`);
  return line;
}

function wishOf(order: Order, { productIri, packages, tolerated = 0, friendId }: Want): Wish {
  const { number, goods } = lineOf(order, productIri);
  const of = (packages: number) => Math.round(goods.packageThousandths * packages);
  return {
    lineNumber: number,
    friendId: friendId ?? null,
    quantityThousandths: of(packages),
    toleranceThousandths: of(tolerated),
    note: "",
  };
}

function reasonsOf(db: Looking["db"], order: Order): readonly CounterReason[] {
  const verdict = weighCounter(db.orm, order)?.verdict;
  return verdict?.verdict === "ask" ? verdict.reasons : [];
}
