// Several orders run as one: joined, planned, closed together, delivered one by one, and one transport charged once.
import t from "tap";
import { transact } from "../../../src/db/transact.ts";
import { checkLedger } from "../../../src/ledger/checkStore.ts";
import { creditOf } from "../../../src/ledger/creditActions.ts";
import { saveLimit } from "../../../src/ledger/creditStore.ts";
import { orderMoney } from "../../../src/ledger/orderActions.ts";
import { decideRequest } from "../../../src/ledger/requestActions.ts";
import { insertPerson, insertSeat } from "../../../src/members/store.ts";
import { discardOrder, openOrder } from "../../../src/orders/actions.ts";
import {
  actTogether,
  createAggregate,
  dissolveAggregate,
  joinAggregate,
  leaveAggregate,
  planAggregate,
} from "../../../src/orders/aggregates/actions.ts";
import { copyAggregate } from "../../../src/orders/aggregates/copyActions.ts";
import { chargeCosts, readSharedCosts } from "../../../src/orders/aggregates/costActions.ts";
import { listAggregated, listDeeds, loadAggregate } from "../../../src/orders/aggregates/store.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { orderBook } from "../../../src/orders/bookStore.ts";
import {
  closeDelivery,
  correctDelivery,
  countOut,
  startDelivery,
} from "../../../src/orders/delivery/deliveryActions.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";
import { insertOrder, loadOrder } from "../../../src/orders/store.ts";
import { cancelOrder } from "../../../src/orders/withdrawActions.ts";
import { CLOSING, DAY, makeGroup, NOW, PLAN, sure } from "../group.ts";

const TRANSPORT: Modifier = {
  id: "m1",
  name: "Furgone",
  kind: "transport",
  value: { cents: 1000 },
  thresholdOn: null,
  thresholds: [],
  splitBy: "head",
  isRecomputedOnDelivery: true,
};
const DATES = {
  name: "Consegna di novembre",
  opensAt: null,
  closesAt: CLOSING - DAY,
  pickups: [{ id: "d1", place: "Circolo", startAt: CLOSING + DAY, endAt: null }],
  costs: [TRANSPORT],
};
const QUICK = { ...PLAN.policies, usesConfirmation: false };

type Test = Parameters<typeof makeGroup>[0];

/** Two open orders, joined: one household in both, one in each alone, each with a crate of oranges. */
function makeJoint(test: Test) {
  const group = makeGroup(test);
  const { orm } = group.db;
  const orders = [1, 2].map((n) => group.open({ name: `Ordine ${n}`, policies: QUICK }));
  const [both, first, second] = ["both", "first", "second"].map((name) => {
    const who = group.addMember(name);
    saveLimit(orm, { ...who, cents: 100_000, personId: "rita", setAt: NOW });
    return who;
  }) as [Member, Member, Member];
  type Member = ReturnType<typeof group.addMember>;
  const book = (who: Member, n: number) => {
    const wish = { lineNumber: 1, friendId: null, quantityThousandths: 10_000, toleranceThousandths: 0, note: "" };
    sure(saveBasket(group.buying, { ...who, orderId: orders[n]!.id, seenVersion: 0, wishes: [wish] }));
  };
  book(both, 0);
  book(both, 1);
  book(first, 0);
  book(second, 1);
  const who = { actorId: group.gas.id, personId: "rita" };
  const orderIds = orders.map(({ id }) => id);
  const aggregate = sure(createAggregate(group.buying, { ...who, plan: DATES, orderIds }));
  const key = { ...who, id: aggregate.id };
  const keyOf = (n: number) => ({ ...group.keyOf(orders[n]!), personId: "rita" });
  const now = (n: number) => loadOrder(orm, group.gas.id, orders[n]!.id)!;
  const deliver = (n: number) => {
    sure(startDelivery(group.buying, keyOf(n)));
    sure(closeDelivery(group.buying, keyOf(n)));
  };
  const owes = ({ householdId }: Member) => -creditOf(orm, group.gas.id, householdId).balanceCents;
  const again = () => loadAggregate(orm, group.gas.id, aggregate.id)!;
  return {
    ...group,
    group,
    orm,
    orders,
    both,
    first,
    second,
    aggregate,
    key,
    keyOf,
    now,
    deliver,
    owes,
    again,
    orderIds,
  };
}

t.test("orders that are joined take one closing and one place; who books goes on as before", async (t) => {
  const { now, orm, aggregate, buying, key, orderIds } = makeJoint(t);
  for (const n of [0, 1])
    t.match(now(n), { closesAt: CLOSING - DAY, pickups: [{ id: "d2", place: "Circolo" }], state: "open" });
  t.match(listDeeds(orm, aggregate.id), [{ what: "made" }, { what: "joined" }, { what: "joined", about: "Ordine 2" }]);
  t.match(joinAggregate(buying, key, orderIds), { refused: "in-another-aggregate" });
  t.match(createAggregate(buying, { ...key, plan: DATES, orderIds: [] }), { refused: "aggregate-empty" });
});

t.test("a plan goes to each order that can follow it; one whose producer ends before stays, and says so", async (t) => {
  const { buying, key, again, now, keyOf } = makeJoint(t);
  sure(cancelOrder(buying, keyOf(1), "grandine"));
  const late = { ...DATES, closesAt: CLOSING + 2 * DAY, pickups: [] };
  t.match(planAggregate(buying, { ...key, seenUpdatedAt: 1 }, late), { refused: "stale-version" });
  sure(planAggregate(buying, { ...key, seenUpdatedAt: again().updatedAt }, late));
  t.equal(now(0).closesAt, CLOSING - DAY, "the producer takes no orders that late");
  sure(planAggregate(buying, key, { ...DATES, closesAt: CLOSING - 2 * DAY }));
  t.equal(now(0).closesAt, CLOSING - 2 * DAY);
  t.equal(now(1).closesAt, CLOSING - DAY, "what was called off keeps its dates");
});

t.test(
  "closed together, each sends its own letter; delivered one by one, and the transport is charged once at the end",
  async (t) => {
    const joint = makeJoint(t);
    const { buying, key, now, deliver, owes, both, first, second, orm, aggregate, gas } = joint;
    t.match(actTogether(buying, key, "close"), { done: [{ state: "sent" }, { state: "sent" }], left: [] });
    t.not(now(0).thread, now(1).thread);
    deliver(0);
    t.match(chargeCosts(buying, key, ""), { refused: "orders-under-way", count: 1 });
    t.same([owes(both), owes(first), owes(second)], [1750, 1750, 0], "goods of the first alone");
    deliver(1);
    t.match(chargeCosts(buying, key, ""), { cents: 1000, version: 1, requestId: null });
    t.equal(owes(both) + owes(first) + owes(second), 4 * 1750 + 1000);
    t.same([owes(both), owes(first), owes(second)].map((cents) => cents % 1750).sort(), [333, 333, 334]);
    t.match(chargeCosts(buying, key, ""), { refused: "costs-unchanged" });
    t.match(leaveAggregate(buying, key, joint.orders[0]!.id), { refused: "aggregate-over" });
    t.match(orderMoney(orm, gas.id, aggregate.id), { state: "settled", chargedCents: 1000, payableCents: 0 });
    t.equal(orderBook.nameOf(orm, gas.id, aggregate.id), "Consegna di novembre");
    t.match(orderBook.find(orm, gas.id, aggregate.id), { producerId: gas.id, delivered: null });
    t.same(checkLedger(orm), []);
  },
);

t.test(
  "an order that is called off bears nothing; after a correction the split is mended with a second person",
  async (t) => {
    const { buying, key, keyOf, deliver, owes, both, first, second, orm, again, gas } = makeJoint(t);
    sure(actTogether(buying, key, "close"));
    sure(cancelOrder(buying, keyOf(1), "grandine"));
    deliver(0);
    sure(chargeCosts(buying, key, ""));
    t.same([owes(both), owes(first), owes(second)], [2250, 2250, 0]);
    sure(correctDelivery(buying, keyOf(0), "non ritirato"));
    t.match(chargeCosts(buying, key, "x"), { refused: "orders-under-way" });
    sure(countOut(buying, keyOf(0), { householdId: first.householdId, lineNumber: 1, friendId: null }, 0));
    const approved = { approvedBy: "nora", memo: "non ritirato" };
    insertPerson(orm, { id: "nora", name: "Nora", createdAt: NOW });
    insertSeat(orm, { personId: "nora", actorId: gas.id, role: "admin", createdAt: NOW });
    sure(closeDelivery(buying, keyOf(0), approved));
    t.match(chargeCosts(buying, key, ""), { refused: "no-reason" });
    const { requestId } = sure(chargeCosts(buying, key, "non ritirato"));
    t.same([owes(both), owes(first)], [2250, 500], "nothing moves before the second yes");
    const yes = {
      actorId: gas.id,
      requestId: requestId!,
      decision: "approved",
      personId: "nora",
      ownHouseholdId: null,
    };
    sure(transact(buying.db, (tx) => decideRequest(tx, { ...yes, decision: "approved", reason: "", at: NOW })));
    t.same([owes(both), owes(first)], [2750, 0]);
    t.equal(again().dissolvedAt, null);
    t.same(checkLedger(orm), []);
  },
);

t.test(
  "an order that goes before it closes takes its households out of the costs; a draft leaves when it is thrown away",
  async (t) => {
    const { buying, key, orders, orm, again, group, now } = makeJoint(t);
    const share = () => readSharedCosts(orm, again(), listAggregated(orm, again()));
    t.equal(share().shares.size, 3);
    sure(leaveAggregate(buying, key, orders[1]!.id));
    t.same([share().cents, share().shares.size], [1000, 2]);
    t.equal(now(1).state, "open");
    const draft = group.draft({ name: "Terzo" });
    sure(joinAggregate(buying, key, [draft.id]));
    sure(discardOrder(buying, group.keyOf(draft)));
    t.same(
      listAggregated(orm, again()).map(({ name }) => name),
      ["Ordine 1"],
    );
    sure(actTogether(buying, key, "close"));
    t.match(leaveAggregate(buying, key, orders[0]!.id), { refused: "aggregate-closed-order" });
    t.match(dissolveAggregate(buying, key), { refused: "aggregate-closed-order" });
  },
);

t.test(
  "undone before anything closed, every order goes on alone; a copy is drafts of all, with the costs",
  async (t) => {
    const { buying, key, orm, gas, aggregate, now } = makeJoint(t);
    const copy = sure(copyAggregate(buying, key, { ...DATES, closesAt: CLOSING - 3 * DAY }));
    t.match(copy, { count: 2, left: [], aggregate: { costs: [TRANSPORT] } });
    t.match(listAggregated(orm, copy.aggregate), [
      { state: "draft", name: "Ordine 1", closesAt: CLOSING - 3 * DAY, policies: { usesConfirmation: false } },
      { state: "draft", name: "Ordine 2" },
    ]);
    const opened = sure(actTogether(buying, { ...key, id: copy.aggregate.id }, "open"));
    t.match(opened, { done: [{ state: "open" }, { state: "open" }] });
    sure(dissolveAggregate(buying, key));
    t.match(loadAggregate(orm, gas.id, aggregate.id), { dissolvedAt: NOW });
    t.match(now(0), { state: "open" });
    t.match(actTogether(buying, key, "close"), { done: [], left: [] });
    t.match(joinAggregate(buying, key, []), { refused: "aggregate-over" });
  },
);

t.test(
  "C3 a referente of one producer moves that order alone, and decides nothing for the others' households",
  async (t) => {
    const { buying, key, orm, orders, group, orderIds, now } = makeJoint(t);
    const dairy = "https://casaro.example/casaro";
    const origin = { createdBy: "rita", madeFrom: null, recurrenceId: null };
    const other = {
      ...now(0),
      id: "o".repeat(26),
      producerId: dairy,
      name: "Formaggi",
      state: "draft" as const,
      lines: [],
    };
    insertOrder(orm, other, origin);
    sure(joinAggregate(buying, key, [other.id]));
    insertPerson(orm, { id: "olga", name: "Olga", createdAt: NOW });
    const seat = { personId: "olga", actorId: group.gas.id, role: "referente" as const, createdAt: NOW };
    insertSeat(orm, { ...seat, producers: JSON.stringify([dairy]) });
    const olga = { ...key, personId: "olga" };
    t.match(planAggregate(buying, olga, DATES), { refused: "aggregate-of-others" });
    t.match(chargeCosts(buying, olga, ""), { refused: "aggregate-of-others" });
    t.match(dissolveAggregate(buying, olga), { refused: "aggregate-of-others" });
    t.match(leaveAggregate(buying, olga, orders[0]!.id), { refused: "not-found" });
    t.match(actTogether(buying, olga, "close"), {
      done: [],
      left: [{ refusal: { refused: "aggregate-of-others" } }, { refusal: { refused: "aggregate-of-others" } }],
    });
    const wish = { ...key, plan: DATES, orderIds: [other.id] };
    sure(leaveAggregate(buying, olga, other.id));
    t.match(planAggregate(buying, olga, DATES), { refused: "not-found" }, "none of its orders is theirs any more");
    t.match(createAggregate(buying, { ...wish, personId: "olga", orderIds }), { refused: "not-found" });
    for (const personId of ["both", "nobody"])
      t.match(createAggregate(buying, { ...wish, personId }), { refused: "not-found" }, personId);
    t.match(openOrder(buying, { ...group.keyOf(orders[0]!), personId: "olga" }), { refused: "not-found" });
  },
);
