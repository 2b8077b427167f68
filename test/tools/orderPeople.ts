// The people of a farm and of a group, as often as one asks them: each looks at what its node holds and does the next thing. They may
// be interrupted anywhere and asked again; they never do a thing twice.
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { listOpenOffers } from "../../src/catalogs/announced/store.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import type { Node } from "../../src/node.ts";
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { listBaskets } from "../../src/orders/booking/bookingStore.ts";
import { closeOrder } from "../../src/orders/closeActions.ts";
import { listDeliveryNotes } from "../../src/orders/dealingStore.ts";
import { closeDelivery, markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import { ORDER_STATES } from "../../src/orders/order.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { listOrders } from "../../src/orders/store.ts";
import { answerNote } from "../../src/orders/withdrawActions.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { createCycle, openCycle } from "../../src/sales/actions.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { listReceived, loadNote } from "../../src/sales/receivedStore.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import { listCycles } from "../../src/sales/store.ts";

const DAY = 86_400_000;
const PERSON = "rita";
/** What the group orders, and what the farm has of it: enough for the group to take it by itself. */
const WISHED = 50_000;
const LESS = 40_000;

/**
 * What the farm does next: says yes to a pact, opens its cycle, has a little less of everything than was ordered, confirms what the group
 * makes of that, and hands it over.
 */
export function actAsFarm({ wire, db }: Pick<Node, "wire" | "db">, farm: LocalActor): void {
  const [pact] = listPacts(db.orm, farm.id, 10);
  if (pact?.state === "proposed")
    acceptPact(wire, { actorId: farm.id, iri: pact.pact.iri }, { revision: 1, isCompared: true });
  // Announced to partners, so there has to be one.
  if (pact?.state !== "live") return;
  const [cycle] = listCycles(db.orm, farm.id, 1, 0);
  if (!cycle) plantCycle(wire, farm);
  else if (cycle.state === "draft") openCycle(wire, { actorId: farm.id, cycleId: cycle.id });
  for (const order of listReceived(db.orm, farm.id, { states: ["received", "accepted", "confirmed"], limit: 100 })) {
    const key = { actorId: farm.id, thread: order.thread };
    if (order.status === null) {
      const wishes = order.latest.lines.map(({ lineIri }) => ({ lineIri, quantityThousandths: LESS }));
      answerOrder(wire, key, { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note: "" });
    } else if (order.status === "accepted") moveOrder(wire, key, "confirm", "");
    else if (!loadNote(db.orm, farm.id, order.thread))
      writeDeliveryNote(wire, key, { deliveredByLine: new Map(), charges: [] });
  }
}

function plantCycle(wire: Node["wire"], farm: LocalActor): void {
  const facts = { ...startFacts("Arance", 20_000, "KGM"), supplierStepThousandths: 10_000 };
  const product = saveProduct(wire, farm, { productId: null, expectedVersion: 0, facts });
  if (isRefusal(product)) throw new Error(product.refused);
  const goods = { productIri: product.id, productVersion: product.version, facts };
  const minute = Math.floor(wire.clock.now() / 60_000) * 60_000;
  const plan = {
    name: "Arance",
    note: "",
    opensAt: null,
    closesAt: minute + 8 * DAY,
    deliveries: [
      { number: 1, startAt: minute + 9 * DAY, endAt: minute + 9 * DAY + 3_600_000, place: "Fano", position: null },
    ],
    minimumOrderCents: null,
    visibility: "partners",
    rules: { ...DEFAULT_RULES, answers: "hand" },
  } as const;
  const cycle = createCycle(wire, farm.id, plan, [{ goods, availableThousandths: null }]);
  if (isRefusal(cycle)) throw new Error(cycle.refused);
}

/** What the group does next; `most` is how many orders it opens in all. */
export async function actAsGroup(
  { wire, db }: Pick<Node, "wire" | "db">,
  gas: LocalActor,
  farm: string,
  most: number,
): Promise<void> {
  const [pact] = listPacts(db.orm, gas.id, 10);
  if (!pact) {
    const peer = await wire.senders.findActor(farm);
    const money = { priceDeltaHundredthsPercent: 0, minOrderCents: 0, deliveryCostCents: 0 };
    const terms = { ...money, leadDays: 0, referents: [], catalogSubset: [`${farm}/catalog`] };
    if (!("failed" in peer)) proposePact(wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
  }
  const householdId = seatPerson({ wire, db }, gas);
  const orders = listOrders(db.orm, gas.id, { states: ORDER_STATES, limit: 100 });
  const open = orders.filter(({ id }) => !isOver({ db }, id));
  if (open.length === 0 && orders.length < most && pact?.state === "live") openNext(wire, gas, farm);
  for (const order of open) {
    const key = { actorId: gas.id, orderId: order.id, personId: PERSON };
    if (order.state === "draft") openOrder(wire, key);
    else if (order.state === "open") {
      const wish = { lineNumber: 1, friendId: null, quantityThousandths: WISHED, toleranceThousandths: 0, note: "" };
      const basket = { ...key, householdId, seenVersion: 0, wishes: [wish], onceKey: `tutte-le-arance-${order.id}` };
      if (listBaskets(db.orm, order.id).length === 0) saveBasket(wire, basket);
      else closeOrder(wire, key);
    } else if (order.state === "delivered")
      for (const { documentIri } of listDeliveryNotes(db.orm, order.id))
        answerNote(wire, key, { documentIri, isAccepted: true, text: "" });
    else if (order.state === "arrived") closeDelivery(wire, key, { onceKey: `chiusa-${order.id}-di-domenica` });
    else if (listDeliveryNotes(db.orm, order.id).length > 0) markArrived(wire, key);
  }
}

function isOver({ db }: Pick<Node, "db">, orderId: string): boolean {
  return listDeliveryNotes(db.orm, orderId).some(({ answer }) => answer === "accepted");
}

function seatPerson({ wire, db }: Pick<Node, "wire" | "db">, gas: LocalActor): string {
  const known = householdOf(db.orm, gas.id, PERSON);
  if (known) return known.id;
  const now = wire.clock.now();
  return transact(db, (tx) => {
    saveLimit(tx, { actorId: gas.id, householdId: null, cents: 10_000_000, personId: null, setAt: now });
    insertPerson(tx, { id: PERSON, name: "Rita", createdAt: now });
    for (const role of ["member", "referente"] as const)
      insertSeat(tx, { personId: PERSON, actorId: gas.id, role, createdAt: now });
    return householdOf(tx, gas.id, PERSON)!.id;
  });
}

function openNext(wire: Node["wire"], gas: LocalActor, farm: string): void {
  const now = wire.clock.now();
  const [offer] = listOpenOffers(wire.db.orm, gas.id, now, 1);
  if (!offer?.copy) return;
  const plan = {
    name: "Arance del gruppo",
    note: "",
    opensAt: null,
    closesAt: Math.floor(now / 60_000) * 60_000 + DAY,
    completesUntil: null,
    pickups: [],
    policies: { ...START_POLICIES, sendBy: "clock", acceptShortPercent: 80 },
    modifiers: [],
  } as const;
  const lines = offer.copy.lines.map(({ id }) => ({ lineIri: id }));
  createOrder(wire, { actorId: gas.id, personId: PERSON, producerId: farm, cycleIri: offer.cycleIri, plan, lines });
}
