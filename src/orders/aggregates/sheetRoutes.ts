// The papers of an aggregate for those who run all of it (its sums for the treasurer too), and its counter: one list of households over all producers.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { SHEET_FILES } from "../../exchange/writePdf.ts";
import { listHouseholds } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { LIST_QUERY, type ListQuery, sift } from "../../web/lists.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sendSheet, splitEnding } from "../../web/sheetPage.ts";
import { holdsRole } from "../../web/visitor.ts";
import { listBaskets, listBookings } from "../booking/bookingStore.ts";
import { HAND_OUT_ROLES } from "../changeActions.ts";
import { listPortions } from "../delivery/deliveryStore.ts";
import { estimateSettlement, previewSettlement } from "../delivery/settlementStore.ts";
import { nameOf } from "../namesStore.ts";
import type { Order } from "../order.ts";
import { readReport } from "../reports/reportRoutes.ts";
import { HANDLER_ROLES, runsOrders } from "../runRoutes.ts";
import { readSharedCosts } from "./costActions.ts";
import { type CounterRow, type CounterView, jointCounterPage } from "./counterPages.ts";
import type { Aggregate } from "./plan.ts";
import { type AggregateRequest, findAggregate, pathOf, runsThemAll } from "./routes.ts";
import { JOINT_SHEETS, type JointReport } from "./sheets.ts";
import { listAggregated, loadAggregate } from "./store.ts";

const PATH = "/desk/:handle/aggregates/:id";
/** Whoever hands out, of whichever producer: what they see is held to their producers. */
const HANDLERS = { config: { policy: { seat: HANDLER_ROLES } } };
/** Who reads its papers: those who run all of it, and of the sums whoever keeps the books. */
const READERS = { config: { policy: { seat: ["admin", "referente", "treasurer"] } as const } };
const CounterQuery = Type.Object(LIST_QUERY);
const AT_COUNTER: readonly Order["state"][] = ["sent", "confirmed", "arrived", "delivering", "delivered", "archived"];
/** A counter is one list: whoever scrolls with a thumb does not turn pages. */
const SIZE = 200;

type SheetName = keyof typeof JOINT_SHEETS;
type SheetRequest = AggregateRequest & { readonly params: { readonly name: string } };

/** Adds `/desk/{handle}/aggregates/{id}/sheets/{name}` with its `.csv` and `.pdf`, and `/counter`. */
export function registerAggregatePapers(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  app.get(`${PATH}/sheets/:name`, READERS, (request: AggregateRequest, reply) => {
    const asked = splitEnding((request as SheetRequest).params.name);
    const name = (Object.keys(JOINT_SHEETS) as SheetName[]).find((one) => one === asked?.name);
    const runs = findAggregate(wire, request);
    const found = runs ?? (name === "sums" ? findKept(wire, request) : undefined);
    if (!asked || !name || !found) return sendRefusal(request, reply, { refused: "not-found" });
    // Names and sums of households: of those producers whose orders one runs, and here they are of all.
    if (!runsThemAll(request, found) && !(name === "sums" && keepsBooks(request)))
      return sendRefusal(request, reply, { refused: "aggregate-of-others" });
    const c = pageContext(request, reply);
    const sheet = JOINT_SHEETS[name](readJointReport(tx, found.aggregate, found.orders, c));
    const wish = {
      ...asked,
      ...{ base: `${pathOf(request)}/sheets/${name}`, headingLabel: c.say("orders.report.family") },
      back: runs
        ? { href: pathOf(request), label: c.say("aggregates.backToOne") }
        : { href: `/desk/${request.params.handle}/money/orders`, label: c.say("aggregates.backToOrders") },
    };
    return sendSheet(request, reply, sheet, wish, SHEET_FILES);
  });
  app.get(`${PATH}/counter`, HANDLERS, (request: AggregateRequest, reply) => {
    const { actorId } = request.seat!;
    const aggregate = loadAggregate(tx, actorId, request.params.id);
    const query = readForm(CounterQuery, request.query);
    const hands = ({ producerId }: Order) => holdsRole(request.visitor, actorId, HAND_OUT_ROLES, producerId);
    const orders = aggregate ? listAggregated(tx, aggregate).filter(hands) : [];
    if (!aggregate || orders.length === 0 || "refused" in query)
      return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    const back = orders.some(({ producerId }) => runsOrders(request, producerId))
      ? { href: pathOf(request), label: c.say("aggregates.backToOne") }
      : { href: `/desk/${request.params.handle}/orders`, label: c.say("aggregates.backToOrders") };
    return sendPage(request, reply, jointCounterPage(c, readCounter(tx, aggregate, orders, query.value), back));
  });
}

function keepsBooks(request: AggregateRequest): boolean {
  return holdsRole(request.visitor, request.seat!.actorId, ["treasurer"]);
}

/** The same for a treasurer, who runs none of its orders. */
function findKept(wire: Wire, request: AggregateRequest): ReturnType<typeof findAggregate> {
  const aggregate = loadAggregate(wire.db.orm, request.seat!.actorId, request.params.id);
  return aggregate && keepsBooks(request) ? { aggregate, orders: listAggregated(wire.db.orm, aggregate) } : undefined;
}

/** Everything the papers show; orders that were called off are not on them. */
function readJointReport(tx: Tx, aggregate: Aggregate, all: readonly Order[], c: PageContext): JointReport {
  const orders = all.filter(({ state }) => state !== "cancelled");
  const [first] = aggregate.pickups;
  return {
    name: aggregate.name,
    groupName: loadActor(tx, aggregate.actorId)?.name ?? "",
    when: first ? c.say("orders.report.when", { when: c.format.dateTime(first.startAt), place: first.place }) : "",
    orders: orders.map((order) => ({
      report: readReport(tx, order, c),
      stateName: c.say(`orders.state.${order.state}`),
      settlement: estimateSettlement(tx, order, listBookings(tx, order.id)),
    })),
    shared: readSharedCosts(tx, aggregate, all),
    householdNames: namesOf(tx, aggregate),
    warnings: orders.some(({ needsPerson }) => needsPerson !== null) ? [c.say("aggregates.sheet.needsPerson")] : [],
    language: c.language,
    say: c.say,
  };
}

function namesOf(tx: Tx, { actorId }: Aggregate): Map<string, string> {
  return new Map(listHouseholds(tx, actorId, true).map(({ id, name }) => [id, name]));
}

/** Every household that has something to collect, with each order in which it has. */
function readCounter(tx: Tx, aggregate: Aggregate, orders: readonly Order[], query: ListQuery): CounterView {
  const here = orders.filter(({ state }) => AT_COUNTER.includes(state));
  const names = namesOf(tx, aggregate);
  const shared = readSharedCosts(tx, aggregate, listAggregated(tx, aggregate)).shares;
  const parts = here.flatMap((order) => readParts(tx, order));
  const rows = [...Map.groupBy(parts, ({ householdId }) => householdId)]
    .map(([householdId, its]): CounterRow => {
      const sharedCents = shared.get(householdId) ?? 0;
      return {
        ...{ householdId, name: names.get(householdId) ?? "", parts: its, sharedCents },
        doneCount: its.reduce((sum, { doneCount }) => sum + doneCount, 0),
        count: its.reduce((sum, { count }) => sum + count, 0),
        cents: its.reduce((sum, { cents }) => sum + cents, sharedCents),
      };
    })
    .sort((one, other) => one.name.localeCompare(other.name, "it"));
  const chips = { todo: (row: CounterRow) => row.doneCount < row.count };
  const waiting = orders.filter(
    ({ id, state }) => state !== "cancelled" && !parts.some(({ orderId }) => orderId === id),
  );
  return {
    name: aggregate.name,
    done: rows.reduce((sum, { doneCount }) => sum + doneCount, 0),
    all: rows.reduce((sum, { count }) => sum + count, 0),
    list: sift(rows, query, { text: ({ name }) => name, chips, size: SIZE }),
    here: here.map(({ id, name, producerId, state }) => ({ id, name, state, producerName: nameOf(tx, producerId) })),
    waiting: waiting.map(({ producerId }) => nameOf(tx, producerId)),
  };
}

function readParts(tx: Tx, order: Order) {
  const portions = Map.groupBy(listPortions(tx, order.id), ({ householdId }) => householdId);
  const charges = new Map(previewSettlement(tx, order).charges.map(({ householdId, cents }) => [householdId, cents]));
  const states = new Map(listBaskets(tx, order.id).map(({ householdId, state }) => [householdId, state]));
  const producerName = nameOf(tx, order.producerId);
  return [...portions].map(([householdId, its]) => ({
    ...{ householdId, orderId: order.id, producerName, count: its.length, cents: charges.get(householdId) ?? 0 },
    doneCount: its.filter(({ deliveredThousandths }) => deliveredThousandths !== null).length,
    isCollected: ["delivered", "not-collected"].includes(states.get(householdId) ?? ""),
  }));
}
