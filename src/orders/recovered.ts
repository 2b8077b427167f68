// An order as far as its own signed Offer says what it was, for one that a restore forgot whole. Pure. SAFETY A33.
import { unitOfWire } from "../kernel/units.ts";
import type { AgreedLine } from "../partners/threads/agreement.ts";
import { startRules } from "./offering.ts";
import type { Goods, Order } from "./order.ts";
import { START_POLICIES } from "./planning/plan.ts";

/** What is known beside the lines; `goods`: of the same source, where a copy of it is left. */
export type Remains = Pick<Order, "id" | "actorId" | "producerId" | "cycleIri" | "name"> & {
  readonly goods: readonly Goods[];
  readonly now: number;
};

/** The reason under which its log begins. */
export const FOUND_AGAIN = "found-again";

/** The order, closed, with the lines that were sent and nobody's baskets. Goods that nothing is known of any more stand under their address. */
export function recoverOrder(lines: readonly AgreedLine[], { goods, now, ...name }: Remains): Order {
  const minute = Math.floor(now / 60_000) * 60_000;
  return {
    ...name,
    note: "",
    state: "closed",
    opensAt: null,
    closesAt: minute,
    completesUntil: null,
    pickups: [],
    lines: lines.map((line, place) => {
      const known = goods.find(({ lineIri }) => lineIri === line.lineIri) ?? goodsOfLine(line);
      return { number: place + 1, goods: known, rules: startRules(known), isOffered: true };
    }),
    policies: START_POLICIES,
    modifiers: [],
    thread: null,
    revision: 0,
    closedAt: minute,
    cancelReason: null,
    createdAt: now,
    updatedAt: now,
    needsPerson: null,
  };
}

/** All that was sent of it is its package, so that its price is exact. */
function goodsOfLine({ lineIri, unit, quantityThousandths, amountCents }: AgreedLine): Goods {
  return {
    ...{ lineIri, productIri: lineIri, name: lineIri.slice(-200), text: "", wireUnit: unit },
    unitCode: unitOfWire(unit) ?? "H87",
    ...{ packageThousandths: quantityThousandths, packagePriceCents: amountCents },
    ...{ supplierMinThousandths: 0, availableThousandths: null, gramsPerUnit: null },
    ...{ isVariableWeight: false, hasSeparateWeights: false, group: null },
  };
}
