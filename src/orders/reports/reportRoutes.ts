// The sheets of an order on the screen, as CSV and as PDF, for those who run it. Names never leave through them but to people
// of the group: the sheet for the producer has none.
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { SHEET_FILES } from "../../exchange/writePdf.ts";
import type { Sheet } from "../../kernel/sheet.ts";
import { listAllFriends, listHouseholds } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { checkboxField, type FormState, postForm } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import { type PageContext, pageContext } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sendSheet, splitEnding } from "../../web/sheetPage.ts";
import { aggregate } from "../aggregate.ts";
import type { Booking } from "../booking/booking.ts";
import { type Basket, listBaskets, listBookings } from "../booking/bookingStore.ts";
import { loadDealing } from "../dealingStore.ts";
import type { HouseholdCharge } from "../delivery/delivery.ts";
import { listPortions, type Portion } from "../delivery/deliveryStore.ts";
import { estimateSettlement } from "../delivery/settlementStore.ts";
import { amountOf, lineOf, type Order } from "../order.ts";
import { loadOrder } from "../store.ts";
import { listHidden, saveHidden } from "./reportColumnStore.ts";
import { type ColumnedReport, findColumned, hiddenOf, leaveOut, REPORT_COLUMNS } from "./reportColumns.ts";
import { REPORTS, type Report, type ReportHousehold, type ReportPortion } from "./reports.ts";

type ReportRequest = FastifyRequest<{ Params: { handle: string; id: string; name: string } }>;
type ReportName = keyof typeof REPORTS;

/** `show.COLUMN` for each that is ticked. */
const ColumnsForm = Type.Object({
  show: Type.Record(Type.String({ pattern: "^[a-zA-Z]{1,20}$" }), Type.String({ maxLength: 10 })),
});

const RUNNERS = { config: { policy: { seat: ["admin", "referente"], of: "order" } as const } };

/** Adds `/desk/{handle}/orders/{id}/reports/{name}` with its `.csv` and `.pdf`; names are those of REPORTS. */
export function registerOrderReports(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/reports/:name", RUNNERS, (request: ReportRequest, reply) => {
    const { handle, id, name: file } = request.params;
    const asked = splitEnding(file);
    const name = (Object.keys(REPORTS) as ReportName[]).find((one) => one === asked?.name);
    const c = pageContext(request, reply);
    const whole = name && makeSheet(wire, request, c, name);
    if (!asked || !whole) return sendRefusal(request, reply, { refused: "not-found" });
    const order = `/desk/${handle}/orders/${id}`;
    const columned = findColumned(name);
    const hidden = columned ? listHidden(wire.db.orm, request.seat!.actorId, columned) : [];
    const sheet = columned ? leaveOut(whole, columned, hidden) : whole;
    const tools = columned ? columnsForm(c, `${order}/reports/${name}/columns`, columned, hidden) : null;
    const wish = {
      ...asked,
      ...{ base: `${order}/reports/${name}`, headingLabel: c.say("orders.report.family") },
      back: { href: order, label: c.say("orders.report.back") },
      ...(tools && { tools }),
    };
    return sendSheet(request, reply, sheet, wish, SHEET_FILES);
  });
  app.post("/desk/:handle/orders/:id/reports/:name/columns", RUNNERS, (request: ReportRequest, reply) => {
    const { handle, id, name } = request.params;
    const { actorId } = request.seat!;
    const report = findColumned(name);
    if (!report || !loadOrder(wire.db.orm, actorId, id)) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(ColumnsForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const hidden = hiddenOf(report, Object.keys(form.value.show));
    transact(wire.db, (tx) => saveHidden(tx, { actorId, report, hidden, now: wire.clock.now() }));
    return reply.redirect(`/desk/${handle}/orders/${id}/reports/${report}`, 303);
  });
}

/** The columns to choose from, put away until they are wanted; the first stands always. */
function columnsForm(c: PageContext, action: string, report: ColumnedReport, hidden: readonly string[]): Html {
  const { say } = c;
  const [, ...names] = REPORT_COLUMNS[report];
  const state: FormState = {
    typed: Object.fromEntries(names.map((name) => [`show.${name}`, hidden.includes(name) ? "" : "on"])),
    errors: {},
  };
  const boxes = names.map((name) =>
    checkboxField(c, state, { name: `show.${name}`, label: say(`orders.report.${name}`) }),
  );
  const fields = html`<p>${say("orders.report.columnsHint")}</p>${boxes}
    <button type="submit" class="quiet">${say("orders.report.columnsSave")}</button>`;
  return html`<details class="no-print"><summary>${say("orders.report.columns")}</summary>${postForm(c, { action }, fields)}</details>`;
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
        others: othersOf(order, charge),
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

/** Its parts of what is added to the goods, by name. */
function othersOf({ modifiers }: Order, charge: HouseholdCharge | undefined): ReportHousehold["others"] {
  const names = new Map(modifiers.map(({ id, name }) => [id, name]));
  return (charge?.modifiers ?? []).map(({ modifierId, cents }) => ({ name: names.get(modifierId) ?? "", cents }));
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
