// Deeds of a group once the producer has spoken: it answers counters, receives goods, weighs, charges, corrects.
import type { Node } from "../../../src/node.ts";
import { confirmByHand, refuseCounter, takeCounter, weighCounter } from "../../../src/orders/answers/answerActions.ts";
import {
  closeDelivery,
  correctDelivery,
  enterMoney,
  expectedByLine,
  markArrived,
  startDelivery,
  weigh,
} from "../../../src/orders/delivery/deliveryActions.ts";
import { listPortions } from "../../../src/orders/delivery/deliveryStore.ts";
import type { Order } from "../../../src/orders/order.ts";
import type { World } from "../world.ts";
import { drawOrder } from "./buying.ts";
import type { Deed } from "./deed.ts";

/** What to do about a counter that waits. */
export const replyToCounter: Deed = {
  name: "replies to a counter",
  who: "gas",
  run: (node, place, world) => {
    const order = drawOrder(node, place, world, ["closed", "sent", "confirmed"]);
    if (!order || !weighCounter(node.db.orm, order)) return null;
    const key = { actorId: place.actorId, orderId: order.id, personId: "rita" };
    return world.dice.oneIn(3) ? refuseCounter(node.wire, key, "non ci serve") : takeCounter(node.wire, key);
  },
};

/** The next step of an order that is on its way to the households. */
export const deliver: Deed = {
  name: "delivers",
  who: "gas",
  run: (node, place, world) => {
    const order = drawOrder(node, place, world, ["sent", "confirmed", "arrived", "delivering", "delivered"]);
    return order && deliverSome(node, order, world);
  },
};

function deliverSome(node: Node, order: Order, { dice }: World): unknown {
  const key = { actorId: order.actorId, orderId: order.id, personId: "rita" };
  switch (order.state) {
    // Now and then a producer says yes by telephone.
    case "sent":
      return dice.oneIn(12) ? confirmByHand(node.wire, key, "per telefono") : null;
    case "confirmed":
      return dice.oneIn(3)
        ? markArrived(node.wire, key, someLess(node, order, dice.chance()))
        : startDelivery(node.wire, key);
    case "arrived":
      return startDelivery(node.wire, key);
    case "delivering":
      if (dice.oneIn(3)) return closeDelivery(node.wire, key, { approvedBy: "ada", memo: "chiusa" });
      return dice.oneIn(6) ? enterSome(node, order, dice.below(3000)) : weighOne(node, order, dice);
    case "delivered":
      return dice.oneIn(4) ? correctDelivery(node.wire, key, "peso sbagliato") : null;
    default:
      return null;
  }
}

function someLess(node: Node, order: Order, share: number): Map<number, number> {
  const expected = expectedByLine(node.db.orm, order);
  return new Map([...expected].map(([line, quantity]) => [line, quantity - Math.round(quantity * share * 0.2)]));
}

function weighOne(node: Node, order: Order, dice: World["dice"]): unknown {
  const portions = listPortions(node.db.orm, order.id);
  if (portions.length === 0) return null;
  const portion = dice.pick(portions);
  const key = { actorId: order.actorId, orderId: order.id, personId: "rita" };
  const weights = dice.oneIn(5) ? [] : [Math.round(portion.allocatedThousandths * (0.9 + dice.chance() * 0.2))];
  return weigh(
    node.wire,
    key,
    portion,
    weights.filter((one) => one > 0),
  );
}

function enterSome(node: Node, order: Order, cents: number): unknown {
  const [portion] = listPortions(node.db.orm, order.id);
  if (!portion) return null;
  const key = { actorId: order.actorId, orderId: order.id, personId: "rita" };
  return enterMoney(node.wire, key, { householdId: portion.householdId, cents: cents || null, memo: "a corpo" });
}
