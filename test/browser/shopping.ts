// A group that buys at the season's farm: orders in each of their states, two households with credit, what they booked.

import { transact } from "../../src/db/transact.ts";
import { post } from "../../src/ledger/postActions.ts";
import { householdOf, insertFriend } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder, sendOrder } from "../../src/orders/closeActions.ts";
import { loadLastOffer, saveCounter } from "../../src/orders/dealingStore.ts";
import { markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { type Plan, START_POLICIES } from "../../src/orders/planning/plan.ts";
import { saveRecurrence } from "../../src/orders/repeating/recurrenceActions.ts";
import { readRepeat } from "../../src/orders/repeating/repeatForm.ts";
import { loadSource } from "../../src/orders/sourceStore.ts";
import { totalOf } from "../../src/partners/threads/agreement.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Season } from "./season.ts";

const DAY = 86_400_000;

/** The orders by what a page of each shows, and the second household. */
export type Shopping = Readonly<Record<"open" | "draft" | "closed" | "delivering" | "countered", string>> & {
  readonly householdId: string;
};

/** Gives the administrator a member's and a referente's seat, and lets two households book. */
export async function addShopping(
  home: TestNode,
  groupHandle: string,
  email: string,
  season: Season,
): Promise<Shopping> {
  const { wire, db } = home.node;
  const actorId = `${home.origin}/${groupHandle}`;
  const personId = loadPersonByEmail(db.orm, email)?.id ?? "";
  for (const role of ["referente", "member"] as const) insertSeat(db.orm, { personId, actorId, role, createdAt: 0 });
  insertPerson(db.orm, { id: "giulia", name: "Giulia Bartolini e famiglia", createdAt: 0 });
  insertSeat(db.orm, { personId: "giulia", actorId, role: "member", createdAt: 0 });
  const [own, other] = [personId, "giulia"].map((id) => householdOf(db.orm, actorId, id)!.id);
  for (const ref of [own!, other!]) topUp(home, actorId, ref, personId);
  const friendId = insertFriend(db.orm, actorId, own!, "Anna del terzo piano", 0);
  const key = (order: Order) => ({ actorId, orderId: order.id, personId });
  const make = (change: Partial<Plan>) => makeOrder(home, actorId, personId, season, change);
  const fast = { ...START_POLICIES, usesConfirmation: false };
  const delivering = sure(openOrder(wire, key(make({ name: "Agrumi di novembre", policies: fast }))));
  const countered = sure(openOrder(wire, key(make({ name: "Agrumi, secondo giro" }))));
  const draft = make({ name: "Agrumi, terzo giro" });
  const open = sure(openOrder(wire, key(make({}))));
  const closed = sure(openOrder(wire, key(make({ name: "Agrumi, primo giro" }))));
  for (const order of [open, closed, delivering, countered]) {
    const [first] = order.lines;
    const wish = (friend: string | null, quantityThousandths: number) => ({
      ...{ lineNumber: first!.number, friendId: friend, quantityThousandths, toleranceThousandths: 0, note: "" },
    });
    const basket = { actorId, orderId: order.id, personId, seenVersion: 0, pickupId: "a" };
    sure(saveBasket(wire, { ...basket, householdId: own!, wishes: [wish(null, 3000), wish(friendId, 1000)] }));
    sure(saveBasket(wire, { ...basket, householdId: other!, wishes: [wish(null, 2000)] }));
  }
  sure(closeOrder(wire, key(closed)));
  sure(closeOrder(wire, key(delivering)));
  sure(sendOrder(wire, key(delivering)));
  sure(markArrived(wire, key(delivering)));
  sure(closeOrder(wire, key(countered)));
  sure(sendOrder(wire, key(countered)));
  offerLess(home, countered);
  const rule = readRepeat({
    ...{ anchor: "closing", startsOn: "2027-01-10", every: 1, unit: "month", openDays: 7, openTime: "08:00" },
    ...{ closeTime: "20:00", deliverDays: 6, deliverTime: "17:30" },
  });
  sure(saveRecurrence(wire, { actorId, personId, repeatId: null, orderId: open.id, rule: sure(rule) }));
  return {
    draft: draft.id,
    open: open.id,
    closed: closed.id,
    delivering: delivering.id,
    countered: countered.id,
    householdId: other!,
  };
}

/** As if the farm had answered with half of what was asked: the row that its letter leaves. */
function offerLess({ node }: TestNode, order: Order): void {
  const at = node.wire.clock.now();
  transact(node.db, (tx) => {
    const { epoch, revision, lines } = loadLastOffer(tx, order.id)!;
    const half = lines.map((line) => ({
      ...line,
      quantityThousandths: line.quantityThousandths / 2,
      amountCents: line.amountCents / 2,
    }));
    saveCounter(tx, order, {
      ...{
        epoch,
        revision,
        answerIri: `${order.producerId}/activities/half`,
        answerBy: at + DAY,
        reason: "not-available",
      },
      ...{ lines: half, totalCents: totalOf(half), state: "open", at, settledAt: null },
    });
  });
}

function topUp({ node }: TestNode, actorId: string, ref: string, personId: string): void {
  const at = node.wire.clock.now();
  transact(node.db, (tx) =>
    sure(
      post(tx, {
        ...{ actorId, businessKey: `top-up:${ref}`, kind: "top-up", memo: "Ricarica", at, personId },
        postings: [
          { account: { kind: "household", ref }, cents: 20_000 },
          { account: { kind: "bank", ref: "" }, cents: -20_000 },
        ],
      }),
    ),
  );
}

/** A draft of the group on the season's open cycle, as a referente would plan it; `change` is what is other in its plan. */
export function makeOrder(
  home: TestNode,
  actorId: string,
  personId: string,
  season: Season,
  change: Partial<Plan>,
): Order {
  const { wire, db } = home.node;
  const producerId = `${home.origin}/${season.farm}`;
  const cycleIri = `${producerId}/cycles/${season.open}`;
  const now = wire.clock.now();
  const minute = Math.floor(now / 60_000) * 60_000;
  const source = loadSource(db.orm, actorId, { producerId, cycleIri }, now)!;
  const plan: Plan = {
    name: "Agrumi di dicembre",
    note: "Le arance sono quelle di Mario: si conservano un mese in cantina.",
    opensAt: null,
    closesAt: minute + 6 * DAY,
    completesUntil: null,
    pickups: [
      { id: "a", place: "Cortile della scuola, via delle Rimembranze, Fano", startAt: minute + 19 * DAY, endAt: null },
      { id: "b", place: "Casa di Rita, Bellocchi", startAt: minute + 20 * DAY, endAt: null },
    ],
    policies: { ...START_POLICIES, minimumCents: 15_000 },
    modifiers: [],
    ...change,
  };
  const lines = source.goods.map(({ lineIri }) => ({
    lineIri,
    rules: {
      ...{ stepThousandths: 500, minThousandths: 1000, maxThousandths: 20_000, advisedMaxThousandths: null },
      ...{ orderMinThousandths: null, orderMaxThousandths: null, caseMode: "warn" as const, isCut: true },
    },
  }));
  return sure(createOrder(wire, { actorId, personId, producerId, cycleIri, plan, lines }));
}
