// Deeds of a producer: it opens cycles, answers what comes in, moves it on, writes delivery notes.
import { listCurrentProducts } from "../../../src/catalogs/store.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import type { Node } from "../../../src/node.ts";
import { createCycle, openCycle } from "../../../src/sales/actions.ts";
import { answerOrder, answerRequest, moveOrder, writeDeliveryNote } from "../../../src/sales/orderActions.ts";
import { actsOn, type ReceivedOrder } from "../../../src/sales/received.ts";
import { listAllReceived } from "../../../src/sales/receivedStore.ts";
import { DEFAULT_RULES } from "../../../src/sales/saleRules.ts";
import type { World } from "../world.ts";
import type { Deed } from "./deed.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** A cycle with all the farm sells, answered by itself or by hand, open for some days. */
export const startCycle: Deed = {
  name: "opens a cycle",
  who: "producer",
  run: (node, { actorId }, { dice, clock }) => {
    const closesAt = Math.floor((clock.at + (2 + dice.below(5)) * DAY) / MINUTE) * MINUTE;
    const lines = listCurrentProducts(node.db.orm, actorId).map(({ id, version, facts }) => ({
      goods: { productIri: id, productVersion: version, facts },
      availableThousandths: facts.availableThousandths,
    }));
    const plan = {
      name: "Raccolto",
      note: "",
      opensAt: null,
      closesAt,
      deliveries: [],
      minimumOrderCents: null,
      visibility: dice.pick(["public", "partners"] as const),
      rules: {
        ...DEFAULT_RULES,
        answers: dice.pick(["automatic", "hand"] as const),
        confirms: dice.pick(["clock", "hand"] as const),
      },
    };
    const made = createCycle(node.wire, actorId, plan, lines);
    return isRefusal(made) ? made : openCycle(node.wire, { actorId, cycleId: made.id });
  },
};

/** Whatever may be done with one of the orders, drawn at random. */
export const tendOrder: Deed = {
  name: "tends an order",
  who: "producer",
  run: (node, { actorId }, world) => {
    const orders = listAllReceived(node.db.orm, actorId).filter((order) => actsOn(order).length > 0);
    if (orders.length === 0) return null;
    return tend(node, world.dice.pick(orders), world);
  },
};

function tend(node: Node, order: ReceivedOrder, { dice }: World): unknown {
  const { actorId, thread } = order;
  const key = { actorId, thread };
  const act = dice.pick(actsOn(order));
  switch (act) {
    case "answer":
      return dice.oneIn(6)
        ? answerOrder(node.wire, key, { kind: "refuse", note: "" })
        : answerOrder(node.wire, key, { kind: "accept", mayOverdraw: false, note: "" });
    case "counter": {
      const line = dice.pick(order.latest.lines);
      const wishes = [{ lineIri: line.lineIri, quantityThousandths: 0 }];
      return answerOrder(node.wire, key, {
        kind: "change",
        wishes,
        mayOverdraw: false,
        whenSilent: "confirm",
        note: "",
      });
    }
    case "answer-request":
      return answerRequest(node.wire, key, dice.oneIn(2), "");
    case "note":
      return writeDeliveryNote(node.wire, key, { deliveredByLine: someLess(order, dice.chance()), charges: [] });
    case "cancel":
      return dice.oneIn(5) ? moveOrder(node.wire, key, "cancel", "grandine") : null;
    default:
      return moveOrder(node.wire, key, act, "");
  }
}

/** The agreed lines with a little less of each: what the scales said. */
function someLess({ agreed }: ReceivedOrder, share: number): Map<string, number> {
  const lines = agreed?.lines ?? [];
  return new Map(
    lines.map((line) => [line.lineIri, line.quantityThousandths - Math.round(line.quantityThousandths * share * 0.1)]),
  );
}
