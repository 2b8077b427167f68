// The sheets of an order on the screen, as CSV and as PDF, for those who run it. Names never leave through them but to people
// of the group: the sheet for the producer has none.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import type { Sheet } from "../kernel/sheet.ts";
import { listAllFriends, listHouseholds } from "../members/householdStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type PageContext, pageContext } from "../web/page.ts";
import { sendSheet, splitEnding } from "../web/sheetPage.ts";
import { aggregate } from "./aggregate.ts";
import type { Booking } from "./booking.ts";
import { type Basket, listBaskets, listBookings } from "./bookingStore.ts";
import { loadDealing } from "./dealingStore.ts";
import type { HouseholdCharge } from "./delivery.ts";
import { listPortions, type Portion } from "./deliveryStore.ts";
import { amountOf, lineOf, type Order } from "./order.ts";
import { REPORTS, type Report, type ReportHousehold, type ReportPortion } from "./reports.ts";
import { estimateSettlement } from "./settlementStore.ts";
import { loadOrder } from "./store.ts";

type ReportRequest = FastifyRequest<{ Params: { handle: string; id: string; name: string } }>;
type ReportName = keyof typeof REPORTS;

const RUNNERS = { config: { policy: { seat: ["admin", "referente"], of: "order" } as const } };

/** Adds `/desk/{handle}/orders/{id}/reports/{name}` with its `.csv` and `.pdf`; names are those of REPORTS. */
export function registerOrderReports(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/reports/:name", RUNNERS, (request: ReportRequest, reply) => {
    const { handle, id, name: file } = request.params;
    const asked = splitEnding(file);
    const name = (Object.keys(REPORTS) as ReportName[]).find((one) => one === asked?.name);
    const c = pageContext(request, reply);
    const sheet = name && makeSheet(wire, request, c, name);
    if (!asked || !sheet) return sendRefusal(request, reply, { refused: "not-found" });
    const order = `/desk/${handle}/orders/${id}`;
    const wish = {
      ...asked,
      ...{ base: `${order}/reports/${name}`, headingLabel: c.say("orders.report.family") },
      back: { href: order, label: c.say("orders.report.back") },
    };
    return sendSheet(request, reply, sheet, wish, SHEET_FILES);
  });
}

function makeSheet(wire: Wire, request: ReportRequest, c: PageContext, name: ReportName): Sheet | null {
  const tx = wire.db.orm;
  const order = loadOrder(tx, request.seat!.actorId, request.params.id);
  return order ? REPORTS[name](readReport(tx, order, c)) : null;
}

/** A report whose households can be found in another's. */
export type OrderReport = Omit<Report, "households"> & {
  readonly households: readonly (ReportHousehold & { readonly householdId: string })[];
};

/** Everything the sheets show of an order, from its rows as they are now. */
export function readReport(tx: Tx, order: Order, c: PageContext): OrderReport {
  const bookings = listBookings(tx, order.id);
  const parts = {
    bookings: Map.groupBy(bookings, ({ householdId }) => householdId),
    portions: Map.groupBy(listPortions(tx, order.id), ({ householdId }) => householdId),
    baskets: new Map(listBaskets(tx, order.id).map((basket) => [basket.householdId, basket])),
    charges: new Map(estimateSettlement(tx, order, bookings).charges.map((one) => [one.householdId, one])),
    friends: new Map(listAllFriends(tx, order.actorId).map(({ id, name }) => [id, name])),
  };
  const households = listHouseholds(tx, order.actorId, true)
    .filter(({ id }) => parts.bookings.has(id) || parts.portions.has(id) || parts.charges.has(id))
    .map(({ id, name }): OrderReport["households"][number] => {
      const basket = parts.baskets.get(id);
      const charge = parts.charges.get(id);
      return {
        ...{ name, householdId: id },
        pickup: pickupOf(order, basket),
        note: basket?.note ?? "",
        portions: joinPortions(
          order,
          parts.bookings.get(id) ?? [],
          parts.portions.get(id) ?? [],
          parts.friends,
          charge,
        ),
        enteredCents: charge?.isEntered ? charge.goodsCents : null,
        otherCents: charge ? charge.cents - charge.goodsCents : 0,
        totalCents: charge?.cents ?? 0,
      };
    });
  const [first] = order.pickups;
  return {
    order,
    producerName: loadRemoteActor(tx, order.producerId)?.name ?? loadActor(tx, order.producerId)?.name ?? "",
    groupName: loadActor(tx, order.actorId)?.name ?? "",
    when: first ? c.say("orders.report.when", { when: c.format.dateTime(first.startAt), place: first.place }) : "",
    warnings: order.needsPerson === null ? [] : [c.say("orders.report.needsPerson")],
    households,
    ordered: orderedByLine(tx, order, bookings),
    language: c.language,
    say: c.say,
  };
}

function pickupOf({ pickups }: Order, basket: Basket | undefined): string {
  return pickups.find(({ id }) => id === basket?.pickupId)?.place ?? "";
}

/** Booked and to be handed out side by side: once there are portions they are what counts. */
function joinPortions(
  order: Order,
  bookings: readonly Booking[],
  portions: readonly Portion[],
  friends: ReadonlyMap<string, string>,
  charge: HouseholdCharge | undefined,
): ReportPortion[] {
  const keyOf = (one: { lineNumber: number; friendId: string | null }) => `${one.lineNumber} ${one.friendId ?? ""}`;
  const bookingByKey = new Map(bookings.map((one) => [keyOf(one), one]));
  const portionByKey = new Map(portions.map((one) => [keyOf(one), one]));
  const all = [...portions, ...bookings.filter((one) => !portionByKey.has(keyOf(one)))];
  return all
    .sort((one, other) => one.lineNumber - other.lineNumber || keyOf(one).localeCompare(keyOf(other)))
    .map(({ lineNumber, friendId, ...rest }) => {
      const booked = bookingByKey.get(keyOf({ lineNumber, friendId }));
      const portion = portionByKey.get(keyOf({ lineNumber, friendId, ...rest }));
      const bookedThousandths = booked?.quantityThousandths ?? 0;
      const known = portion ? (portion.deliveredThousandths ?? portion.allocatedThousandths) : bookedThousandths;
      const quantityThousandths = portions.length > 0 && !portion ? 0 : known;
      const parts = charge?.lines.find((line) => line.lineNumber === lineNumber)?.parts;
      return {
        lineNumber,
        friendName: friendId === null ? null : (friends.get(friendId) ?? ""),
        bookedThousandths,
        quantityThousandths,
        cents: parts
          ? (parts.get(friendId ?? "") ?? 0)
          : amountOf(quantityThousandths, lineOf(order, lineNumber).goods),
        weights: portion?.weights ?? null,
        note: booked?.note ?? "",
      };
    });
}

/** What the producer agreed to; before that what it was sent; before that what a closing now would send. */
function orderedByLine(tx: Tx, order: Order, bookings: readonly Booking[]): Map<number, number> {
  const { offer, agreement } = loadDealing(tx, order.id);
  const lines = agreement?.lines ?? offer?.lines;
  const numbers = new Map(order.lines.map(({ number, goods }) => [goods.lineIri, number]));
  if (lines)
    return new Map(lines.map(({ lineIri, quantityThousandths }) => [numbers.get(lineIri) ?? 0, quantityThousandths]));
  return new Map(aggregate(order, bookings).lines.map((line) => [line.lineNumber, line.orderedThousandths]));
}
