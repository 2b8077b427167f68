// The bookings of an order brought into the one made from it: "again, with bookings". Each household's as far as it may book now, and it
// is told. DOMAIN.md 2.2 (duplicate order with bookings).
import { loadActor } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { unitLabel } from "../../kernel/units.ts";
import { listHouseholdPeople, listHouseholds } from "../../members/households/householdStore.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { formats } from "../../web/format.ts";
import type { Buying, OrderKey } from "../changeActions.ts";
import type { TellingHouse } from "../notices/noticeActions.ts";
import { lineOf, type Order, takesBookings } from "../order.ts";
import { loadOrder } from "../store.ts";
import { changeBasket, type SavedBasket } from "./basketActions.ts";
import type { Booking, Wish } from "./booking.ts";
import { listBaskets, listBookings } from "./bookingStore.ts";
import { compareWithLast, type LastBought } from "./lastBought.ts";
import { findMadeFrom } from "./lastBoughtStore.ts";

/** An order whose bookings could be brought, and the households that had some of what is on offer and have booked nothing yet. */
export type Carriable = { readonly from: Order; readonly byHousehold: ReadonlyMap<string, readonly Wish[]> };

/** What could be brought into this order now; null: it takes no bookings, was made from no other, or nobody is left. */
export function findCarriable(tx: Tx, order: Order, now: number): Carriable | null {
  const fromId = order.state === "open" && takesBookings(order, now) ? findMadeFrom(tx, order.id) : null;
  const from = fromId === null ? undefined : loadOrder(tx, order.actorId, fromId);
  if (!from) return null;
  const here = new Set(listHouseholds(tx, order.actorId).map(({ id }) => id));
  // Who emptied their basket has decided too.
  const decided = new Set(listBaskets(tx, order.id).map(({ householdId }) => householdId));
  const byHousehold = new Map<string, readonly Wish[]>();
  for (const [householdId, bookings] of Map.groupBy(listBookings(tx, from.id), (one) => one.householdId)) {
    if (!here.has(householdId) || decided.has(householdId)) continue;
    const wishes = wishesOf(order, { order: from, bookings });
    if (wishes.length > 0) byHousehold.set(householdId, wishes);
  }
  return byHousehold.size === 0 ? null : { from, byHousehold };
}

/** Its own lines that are on offer still, in the steps of today; friends are asked by who books for them. */
function wishesOf(order: Order, last: LastBought): Wish[] {
  const tolerances = new Map(
    last.bookings.filter(({ friendId }) => friendId === null).map((one) => [one.lineNumber, one]),
  );
  const wishes = compareWithLast(order, last, []).flatMap(({ before, line, quantityThousandths }): Wish[] => {
    const note = tolerances.get(before.number)?.note ?? "";
    if (line === null) return [];
    return [{ lineNumber: line.number, friendId: null, quantityThousandths, toleranceThousandths: 0, note }];
  });
  return [...new Map(wishes.map((wish) => [wish.lineNumber, wish])).values()];
}

/**
 * Brings them, each household in a transaction of its own: one that may not book so much now (credit, what is left) is passed over, the
 * others go on. Each is told what was booked for it. Refuses `not-found`, `order-not-open`, `nothing-to-carry`.
 */
export function carryBookings(
  buying: Buying,
  house: TellingHouse,
  key: OrderKey & { readonly personId: string },
): { readonly carried: number; readonly left: number } | Refusal {
  const { actorId, orderId, personId } = key;
  const order = loadOrder(buying.db.orm, actorId, orderId);
  if (!order) return { refused: "not-found" };
  const now = buying.clock.now();
  if (!takesBookings(order, now)) return { refused: "order-not-open", state: order.state };
  const found = findCarriable(buying.db.orm, order, now);
  if (!found) return { refused: "nothing-to-carry" };
  let carried = 0;
  for (const [householdId, wishes] of found.byHousehold) {
    const place = { actorId, orderId, householdId, personId, request: null };
    // Who booked in between keeps what they booked.
    const saved = changeBasket(buying, place, (_tx, before) =>
      before.length > 0 ? { refused: "already-there" } : { wishes },
    );
    if (isRefusal(saved)) continue;
    carried += 1;
    tellHousehold(house, order, saved);
  }
  return { carried, left: found.byHousehold.size - carried };
}

function tellHousehold(house: TellingHouse, order: Order, { basket, bookings }: SavedBasket): void {
  const { householdId, totalCents } = basket;
  const now = house.clock.now();
  transact(house.db, (tx) => {
    const group = loadActor(tx, order.actorId);
    const url = `${house.origin}/desk/${group?.handle}/orders/${order.id}/book`;
    const readers = listHouseholdPeople(tx, order.actorId).filter((one) => one.householdId === householdId);
    for (const { personId, name } of readers)
      queueNotice(
        tx,
        house,
        {
          ...{ personId, kind: "order-opened", businessKey: `carried:${order.id}` },
          write: (say, language) => {
            const format = formats(language);
            const line = ({ lineNumber, quantityThousandths: q }: Booking) => {
              const { goods } = lineOf(order, lineNumber);
              return `- ${goods.name}: ${format.quantity(q)} ${unitLabel(goods.unitCode, q, language)}`;
            };
            const facts = { name, order: order.name, group: group?.name ?? "", url };
            const sums = { total: format.money(totalCents), closes: format.dateTime(order.closesAt) };
            const parts = [
              say("orders.carry.mailText", { ...facts, ...sums }),
              "",
              ...bookings.map(line),
              "",
              say("orders.carry.mailChange", { ...facts, ...sums }),
            ];
            return { subject: say("orders.carry.mailSubject", facts), text: `${parts.join("\n")}\n` };
          },
        },
        now,
      );
  });
}
