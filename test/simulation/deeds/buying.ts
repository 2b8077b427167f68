// Deeds of a group: it opens orders on what producers offer, its households book, it closes.

import { isRefusal } from "../../../src/kernel/refusal.ts";
import { householdOf } from "../../../src/members/households/householdStore.ts";
import type { Node } from "../../../src/node.ts";
import { createOrder, openOrder } from "../../../src/orders/actions.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import type { Wish } from "../../../src/orders/booking/booking.ts";
import { listHouseholdBookings, loadBasket } from "../../../src/orders/booking/bookingStore.ts";
import { closeOrder, reopenOrder, sendOrder } from "../../../src/orders/closeActions.ts";
import { type Order, takesBookings } from "../../../src/orders/order.ts";
import { START_POLICIES } from "../../../src/orders/planning/plan.ts";
import { listSources, loadSource } from "../../../src/orders/sourceStore.ts";
import { listOrders, loadOrder } from "../../../src/orders/store.ts";
import { cancelOrder } from "../../../src/orders/withdrawActions.ts";
import { MEMBERS, type Place, type World } from "../world.ts";
import type { Deed } from "./deed.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Opens an order on an offer or on a partner's catalog, with policies drawn at random. */
export const startOrder: Deed = {
  name: "opens an order",
  who: "gas",
  run: (node, { actorId }, { dice, clock }) => {
    const sources = listSources(node.db.orm, actorId, clock.at);
    if (sources.length === 0) return null;
    const { producerId, cycleIri, endsAt } = dice.pick(sources);
    const source = loadSource(node.db.orm, actorId, { producerId, cycleIri }, clock.at);
    if (!source || source.goods.length === 0) return null;
    const last = Math.min(endsAt ?? Number.POSITIVE_INFINITY, clock.at + (1 + dice.below(4)) * DAY);
    const closesAt = Math.floor(last / MINUTE) * MINUTE;
    const policies = {
      ...START_POLICIES,
      sendBy: dice.pick(["clock", "hand"] as const),
      whenCaseOpen: dice.pick(["up", "down"] as const),
      allocation: dice.pick(["proportional", "arrival", "equal"] as const),
      acceptShortPercent: dice.pick([0, 50, 100]),
      usesConfirmation: true,
    };
    const pickups = [{ id: "p1", place: "Scuola", startAt: closesAt + 3 * DAY, endAt: null }];
    const plan = {
      name: "Ordine",
      note: "",
      opensAt: null,
      closesAt,
      completesUntil: null,
      pickups,
      policies,
      modifiers: [],
    };
    const lines = source.goods.map(({ lineIri }) => ({ lineIri }));
    const made = createOrder(node.wire, { actorId, personId: "rita", producerId, cycleIri, plan, lines });
    if (isRefusal(made)) return made;
    return openOrder(node.wire, { actorId, orderId: made.id, personId: "rita" });
  },
};

/** A household changes its basket in one of the open orders. */
export const book: Deed = {
  name: "books",
  who: "gas",
  run: (node, place, world) => {
    const order = drawOrder(node, place, world, ["open", "completing"]);
    if (!order || !takesBookings(order, world.clock.at)) return null;
    const { dice } = world;
    const personId = dice.pick(MEMBERS);
    const householdId = householdOf(node.db.orm, place.actorId, personId)!.id;
    const seenVersion = loadBasket(node.db.orm, order.id, householdId)?.version ?? 0;
    const { actorId } = place;
    const wishes = wishesFor(node, order, householdId, world);
    return saveBasket(node.wire, { actorId, orderId: order.id, householdId, personId, seenVersion, wishes });
  },
};

/** What the household has, with one line changed. */
function wishesFor(node: Node, order: Order, householdId: string, { dice }: World): Wish[] {
  const line = dice.pick(order.lines);
  const kept = listHouseholdBookings(node.db.orm, order.id, householdId).map(
    ({ householdId: _, bookedAt: __, ...wish }) => wish,
  );
  const others = kept.filter(({ lineNumber }) => lineNumber !== line.number);
  const step = line.rules.stepThousandths;
  const quantityThousandths = step * dice.below(12);
  if (quantityThousandths === 0) return others;
  const toleranceThousandths = dice.oneIn(3) ? step * dice.below(3) : 0;
  return [...others, { lineNumber: line.number, friendId: null, quantityThousandths, toleranceThousandths, note: "" }];
}

/** A person closes, reopens, sends or calls off an order. */
export const steerOrder: Deed = {
  name: "closes, sends or reopens an order",
  who: "gas",
  run: (node, place, world) => {
    const order = drawOrder(node, place, world, ["open", "completing", "closed", "sent"]);
    if (!order) return null;
    const key = { actorId: place.actorId, orderId: order.id, personId: "rita" };
    const { dice } = world;
    if (order.state === "open" || order.state === "completing")
      return dice.oneIn(2) ? closeOrder(node.wire, key) : null;
    if (order.state === "closed")
      return dice.oneIn(5)
        ? reopenOrder(node.wire, key, { reason: "manca qualcuno", closesAt: laterMinute(world) })
        : sendOrder(node.wire, key);
    return dice.oneIn(6) ? cancelOrder(node.wire, key, "troppo poco") : null;
  },
};

/** One of the group's orders in these states. */
export function drawOrder(
  node: Node,
  { actorId }: Place,
  { dice }: World,
  states: readonly Order["state"][],
): Order | null {
  const orders = listOrders(node.db.orm, actorId, { states, limit: 20 });
  return orders.length === 0 ? null : (loadOrder(node.db.orm, actorId, dice.pick(orders).id) ?? null);
}

/** A minute some hours ahead. */
function laterMinute({ dice, clock }: World): number {
  return Math.floor((clock.at + (2 + dice.below(40)) * 60 * MINUTE) / MINUTE) * MINUTE;
}
