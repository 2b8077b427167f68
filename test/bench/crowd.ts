// A group of hundreds of households and orders in which they have booked, on a file on the disk, as the product writes them.
import { join } from "node:path";
import { transact } from "../../src/db/transact.ts";
import { reserve } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { type Booking, mostCents } from "../../src/orders/booking/booking.ts";
import { replaceBookings, saveBasketRow } from "../../src/orders/booking/bookingStore.ts";
import type { Order } from "../../src/orders/order.ts";
import { type Group, makeGroup, NOW, offered, sure } from "../orders/group.ts";
import { type Bench, openBench } from "./withoutTap.ts";

export type Crowd = {
  readonly group: Group;
  readonly folder: string;
  readonly people: readonly { readonly actorId: string; readonly householdId: string; readonly personId: string }[];
  /** An open order in which every household has booked so many lines. */
  readonly openBooked: (linesEach: number) => Order;
  readonly close: Bench["close"];
};

/** Sits them all down: half of the products come by the kilogram, half in crates of six. `mustAddUp` as in `makeGroup`. */
export function openCrowd(households: number, products: number, mustAddUp = true): Crowd {
  const { t, folder, close } = openBench();
  const goods = Array.from({ length: products }, (_, index) =>
    index % 2 === 0
      ? offered(index + 1, `Prodotto ${index + 1}`, { unit: "kilogram", thousandths: 1000, cents: 250 + index })
      : offered(index + 1, `Prodotto ${index + 1}`, { unit: "one", thousandths: 6000, cents: 1200 + index }),
  );
  const group = makeGroup(t, { goods, file: join(folder, "db.sqlite"), mustAddUp });
  const people = transact(group.db, (tx) => {
    saveLimit(tx, { actorId: group.gas.id, householdId: null, cents: 100_000_000, personId: "rita", setAt: NOW });
    return Array.from({ length: households }, (_, index) => group.addMember(`famiglia-${index}`));
  });
  const openBooked = (linesEach: number): Order => {
    const order = group.open();
    transact(group.db, () => {
      for (const [index, who] of people.entries()) book(group, order, who, linesOf(order, index, linesEach));
    });
    return order;
  };
  return { group, folder, people, openBooked, close };
}

/** So many lines for one household; the next one's begin a little further on, so that all lines are booked. */
function linesOf(order: Order, household: number, count: number): Omit<Booking, "householdId">[] {
  const { lines } = order;
  return Array.from({ length: count }, (_, index) => {
    const line = lines[(household * 7 + index * 13) % lines.length]!;
    const quantityThousandths = 1000 * (1 + ((household + index) % 4));
    return {
      lineNumber: line.number,
      friendId: null,
      quantityThousandths,
      toleranceThousandths: 0,
      note: "",
      bookedAt: NOW,
    };
  });
}

function book(group: Group, order: Order, who: Crowd["people"][number], lines: Omit<Booking, "householdId">[]): void {
  const { actorId, householdId, personId } = who;
  const own = lines.map((line) => ({ ...line, householdId }));
  const totalCents = mostCents(order, own);
  const basket = { orderId: order.id, householdId, actorId, version: 1, pickupId: null, note: "", totalCents };
  saveBasketRow(group.db.orm, { ...basket, state: "confirmed", savedBy: personId, updatedAt: NOW });
  replaceBookings(group.db.orm, basket, own);
  sure(reserve(group.db.orm, { actorId, householdId, orderId: order.id, cents: totalCents }));
}
