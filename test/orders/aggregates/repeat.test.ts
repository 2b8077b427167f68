// Several orders run as one that come again: all of it at its day, who had no offer as soon as it has one, nothing twice.
import t from "tap";
import { noticeCycle, saveCopy } from "../../../src/catalogs/announced/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { insertPerson, insertSeat } from "../../../src/members/store.ts";
import {
  createAggregate,
  dissolveAggregate,
  joinAggregate,
  leaveAggregate,
  planAggregate,
} from "../../../src/orders/aggregates/actions.ts";
import type { Aggregate } from "../../../src/orders/aggregates/plan.ts";
import { repeatAggregate } from "../../../src/orders/aggregates/repeatActions.ts";
import { planOn } from "../../../src/orders/aggregates/rhythm.ts";
import { findRepeatOf, listAggregated, listAggregates, loadAggregate } from "../../../src/orders/aggregates/store.ts";
import { ordersClockTasks } from "../../../src/orders/clockActions.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";
import type { Recurrence } from "../../../src/orders/repeating/recurrence.ts";
import {
  editRecurrence,
  endRecurrence,
  resumeRecurrence,
  suspendAllRecurrences,
} from "../../../src/orders/repeating/recurrenceActions.ts";
import { type JointRepeat, loadRepeat } from "../../../src/orders/repeating/recurrenceStore.ts";
import { insertOrder } from "../../../src/orders/store.ts";
import { copyOf, DAY, GOODS, HOUR, MINUTE, makeGroup, makePact, NOW, sure } from "../group.ts";

const DAIRY = "https://casaro.example/casaro";
const VAN: Modifier = {
  ...{ id: "m1", name: "Furgone", kind: "transport", value: { cents: 1000 }, splitBy: "head" },
  ...{ thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true },
};
/** Closes every day at eight in the evening, handed out the day after at six. */
const DAILY: Recurrence = {
  ...{ anchor: "closing", startsOn: "2026-11-03", endsOn: null, every: 1, unit: "day", madeDaysAhead: 0 },
  opening: { days: 0, time: "08:00" },
  closing: { days: 0, time: "20:00" },
  completion: null,
  delivery: { days: 1, time: "18:00" },
  ...{ deliveryEndTime: null, suspensions: [] },
};
const CLOSES = Date.UTC(2026, 10, 2, 19);
const PLAN = {
  ...{ name: "Consegna", opensAt: null, closesAt: CLOSES, costs: [VAN] },
  pickups: [
    { id: "d1", place: "Circolo", startAt: CLOSES + DAY, endAt: null },
    { id: "d2", place: "Scuola", startAt: CLOSES + 2 * DAY, endAt: CLOSES + 2 * DAY + HOUR },
  ],
};
const opening = (day: number) => Date.UTC(2026, 10, day, 7);

/** Two drafts of the grove and one of a dairy whose offers nobody has read yet, run as one. */
function makeJoint(test: Parameters<typeof makeGroup>[0], hasDairy = false) {
  const group = makeGroup(test);
  const { orm } = group.db;
  const { id: actorId } = group.gas;
  const orders = [1, 2].map((n) => group.draft({ name: `Ordine ${n}`, closesAt: CLOSES, pickups: [] }));
  if (hasDairy) {
    const cheese = {
      ...orders[0]!,
      id: "f".repeat(26),
      producerId: DAIRY,
      cycleIri: `${DAIRY}/cycles/1`,
      name: "Formaggi",
    };
    insertOrder(orm, cheese, { createdBy: "rita", madeFrom: null, recurrenceId: null });
    orders.push(cheese);
  }
  const who = { actorId, personId: "rita" };
  const orderIds = orders.map(({ id }) => id);
  const aggregate = sure(createAggregate(group.buying, { ...who, plan: PLAN, orderIds }));
  const key = { ...who, id: aggregate.id };
  const tasks = ordersClockTasks(group.buying);
  const tick = (at: number) => {
    group.clock.at = at;
    for (const { run } of tasks) run(at);
  };
  const made = () => listAggregates(orm, actorId, 20).filter(({ id }) => id !== aggregate.id);
  const namesIn = (one: Aggregate) => listAggregated(orm, one).map(({ name }) => name);
  const row = (id: string) => loadRepeat(orm, actorId, id) as JointRepeat;
  return { ...group, group, orm, who, actorId, key, orders, aggregate, tick, made, namesIn, row };
}

/** The dairy agrees a pact and opens a cycle. */
function openDairy({ group, actorId }: ReturnType<typeof makeJoint>): void {
  const key = { actorId, producerId: DAIRY, cycleIri: `${DAIRY}/cycles/1` };
  transact(group.db, (tx) => {
    makePact(tx, actorId, DAIRY);
    noticeCycle(tx, key, null, NOW);
    saveCopy(tx, key, { ...copyOf(GOODS), producerId: DAIRY, cycleIri: key.cycleIri }, NOW, null);
  });
}

t.test("all of it comes again at its day, with places, costs and rules, opens by itself, and each once", async (t) => {
  const joint = makeJoint(t);
  const { buying, key, tick, made, orm, aggregate } = joint;
  const repeat = sure(repeatAggregate(buying, key, DAILY));
  t.match(repeat, { state: "active", nextAt: opening(3), lastIndex: -1, producerId: key.actorId });
  t.equal(findRepeatOf(orm, aggregate)?.id, repeat.id);
  tick(opening(3) - MINUTE);
  t.same(made(), []);
  tick(opening(3));
  const [first] = made();
  t.match(first, { name: "Consegna", closesAt: CLOSES + DAY, costs: [{ name: "Furgone" }] });
  t.same(
    first!.pickups.map(({ place, startAt }) => [place, startAt]),
    [
      ["Circolo", Date.UTC(2026, 10, 4, 17)],
      ["Scuola", CLOSES + 3 * DAY - 2 * HOUR + 2 * HOUR],
    ],
    "the other place stays a day after the first",
  );
  t.match(listAggregated(orm, first!), [
    {
      name: "Ordine 1",
      state: "scheduled",
      closesAt: CLOSES + DAY,
      lines: [{}, {}],
      pickups: [{ place: "Circolo" }, {}],
    },
    { name: "Ordine 2", state: "scheduled" },
  ]);
  tick(opening(3) + MINUTE);
  t.match(listAggregated(orm, first!), [{ state: "open" }, { state: "open" }]);
  t.equal(findRepeatOf(orm, first!)?.id, repeat.id);
  tick(opening(3) + 2 * MINUTE);
  t.equal(made().length, 1);
  tick(opening(4));
  t.equal(made().length, 2);
  t.match(made()[0], { closesAt: CLOSES + 2 * DAY, costs: [{ name: "Furgone" }] });
});

t.test("what came in comes again, what went out does not", async (t) => {
  const { buying, key, tick, made, namesIn, orders, group } = makeJoint(t);
  sure(repeatAggregate(buying, key, DAILY));
  sure(leaveAggregate(buying, key, orders[0]!.id));
  sure(joinAggregate(buying, key, [group.draft({ name: "Ordine 3", closesAt: CLOSES }).id]));
  tick(opening(3));
  t.same(namesIn(made()[0]!), ["Ordine 2", "Ordine 3"]);
});

t.test("who has no offer holds none of the others, comes in when it has one, and is there the next time", async (t) => {
  const joint = makeJoint(t, true);
  const { buying, key, tick, made, namesIn, row } = joint;
  const { id } = sure(repeatAggregate(buying, key, DAILY));
  tick(opening(3));
  t.same(namesIn(made()[0]!), ["Ordine 1", "Ordine 2"]);
  t.match(row(id), {
    nextAt: opening(3) + 5 * MINUTE,
    template: { waiting: [{ name: "Formaggi", refused: "no-such-offer" }] },
  });
  openDairy(joint);
  tick(opening(3) + 5 * MINUTE);
  t.same(namesIn(made()[0]!).sort(), ["Formaggi", "Ordine 1", "Ordine 2"]);
  t.match(row(id), { nextAt: opening(4), template: { waiting: [] } });
  tick(opening(4));
  t.equal(made().length, 2);
  t.same(namesIn(made()[0]!).sort(), ["Formaggi", "Ordine 1", "Ordine 2"]);
});

t.test(
  "who had no offer until the closing is tried again with the next, also after the rhythm was changed",
  async (t) => {
    const joint = makeJoint(t, true);
    const { buying, key, tick, made, namesIn, row, who } = joint;
    const { id: repeatId } = sure(repeatAggregate(buying, key, DAILY));
    tick(opening(3));
    const late = { ...DAILY, closing: { days: 0, time: "21:00" } };
    sure(editRecurrence(buying, { ...who, repeatId }, { rule: late, name: "Furgone del sabato", place: "" }));
    t.equal(row(repeatId).nextAt, opening(3), "who waits is thought of at once");
    tick(opening(3) + MINUTE);
    t.equal(made().length, 1, "that day is made already");
    tick(CLOSES + DAY + MINUTE);
    t.match(row(repeatId), { nextAt: opening(4), template: { waiting: [{ name: "Formaggi" }] } });
    openDairy(joint);
    tick(opening(4));
    t.match(made()[0], { name: "Furgone del sabato", closesAt: CLOSES + 2 * DAY + HOUR });
    t.same(namesIn(made()[0]!).sort(), ["Formaggi", "Ordine 1", "Ordine 2"]);
  },
);

t.test("where none can be made now the row says so, and tries until it would have closed", async (t) => {
  const { buying, key, tick, made, row, group } = makeJoint(t);
  const { id } = sure(repeatAggregate(buying, key, DAILY));
  group.db.raw.exec("UPDATE pact_halves SET status = 'suspended' WHERE party = 'seller'");
  tick(opening(3));
  t.match(row(id), { trouble: "nothing-to-copy", lastIndex: -1, nextAt: opening(3) + 5 * MINUTE });
  t.same(made(), []);
  tick(CLOSES + DAY);
  t.match(row(id), { trouble: null, lastIndex: 0, nextAt: opening(4) }, "the day is over");
  group.db.raw.exec("UPDATE pact_halves SET status = 'active'");
  tick(opening(4));
  t.equal(made().length, 1);
});

t.test("a plan that cannot stand any more is said, and makes nothing", async (t) => {
  const { buying, key, tick, made, row } = makeJoint(t);
  const { id } = sure(repeatAggregate(buying, key, { ...DAILY, delivery: null }));
  sure(
    planAggregate(buying, key, {
      ...PLAN,
      closesAt: CLOSES - HOUR,
      pickups: [{ ...PLAN.pickups[0]!, startAt: CLOSES - HOUR }],
    }),
  );
  tick(opening(3));
  t.match(row(id), { trouble: "delivery-before-closing" });
  t.same(made(), []);
});

t.test("a pause of the group holds it too; undone or ended it never comes again", async (t) => {
  const { buying, key, who, tick, made, row, orm, aggregate, actorId } = makeJoint(t);
  const { id: repeatId } = sure(repeatAggregate(buying, key, DAILY));
  t.same(suspendAllRecurrences(buying, who, { from: "2026-11-03", until: "2026-11-05" }), { count: 1 });
  for (const day of [3, 4]) tick(opening(day));
  t.same(made(), []);
  tick(opening(5));
  t.equal(made().length, 1);
  const last = { ...key, id: made()[0]!.id };
  sure(dissolveAggregate(buying, key));
  t.match(row(repeatId), { state: "active" }, "an older one that is undone changes nothing");
  sure(dissolveAggregate(buying, last));
  t.match(row(repeatId), { state: "ended", nextAt: null });
  t.match(resumeRecurrence(buying, { ...who, repeatId }), { refused: "wrong-state" });
  t.equal(findRepeatOf(orm, loadAggregate(orm, actorId, aggregate.id)!), undefined);
});

t.test("the last one that is undone when every order has left ends it too, whoever still waits", async (t) => {
  const joint = makeJoint(t, true);
  const { buying, key, tick, made, namesIn, row, orm } = joint;
  const { id } = sure(repeatAggregate(buying, key, DAILY));
  tick(opening(3));
  const last = { ...key, id: made()[0]!.id };
  for (const order of listAggregated(orm, made()[0]!)) sure(leaveAggregate(buying, last, order.id));
  t.same(namesIn(made()[0]!), []);
  sure(dissolveAggregate(buying, last));
  t.match(row(id), { state: "ended", nextAt: null });
  openDairy(joint);
  tick(opening(4));
  t.same(made(), []);
});

t.test("C3 who runs only some of its orders has none of it repeated; what cannot repeat is refused", async (t) => {
  const { buying, key, who, orm, actorId, orders } = makeJoint(t, true);
  insertPerson(orm, { id: "olga", name: "Olga", createdAt: NOW });
  const seat = { personId: "olga", actorId, role: "referente" as const, createdAt: NOW };
  insertSeat(orm, { ...seat, producers: JSON.stringify([DAIRY]) });
  const olga = { ...key, personId: "olga" };
  t.match(repeatAggregate(buying, olga, DAILY), { refused: "aggregate-of-others" });
  t.match(repeatAggregate(buying, { ...key, personId: "nobody" }, DAILY), { refused: "not-found" });
  t.match(repeatAggregate(buying, key, { ...DAILY, every: 0 }), { refused: "bad-rhythm" });
  sure(planAggregate(buying, key, { ...PLAN, pickups: [] }));
  t.match(repeatAggregate(buying, key, DAILY), { refused: "no-place" });
  const row = sure(repeatAggregate(buying, key, { ...DAILY, delivery: null }));
  t.match(repeatAggregate(buying, key, DAILY), { refused: "aggregate-repeats" });
  const rhythm = { ...who, repeatId: row.id };
  t.match(editRecurrence(buying, rhythm, { rule: DAILY, name: "Consegna", place: "" }), { refused: "no-place" });
  t.match(endRecurrence(buying, { ...rhythm, personId: "olga" }), { refused: "not-found" });
  sure(endRecurrence(buying, rhythm));
  for (const { id } of orders) sure(leaveAggregate(buying, key, id));
  t.match(repeatAggregate(buying, key, DAILY), { refused: "nothing-to-copy" });
});

t.test(
  "without a day of delivery every place stays as far from the closing; an hour that no longer fits is left out",
  async (t) => {
    const times = { dissolvedAt: null, createdAt: 0, updatedAt: 0 };
    const last: Aggregate = { ...PLAN, ...times, id: "a", actorId: "g", pickups: [PLAN.pickups[1]!] };
    const when = { index: 0, anchorDate: "2026-11-09", opensAt: NOW, closesAt: CLOSES + 7 * DAY, completesUntil: null };
    const far = planOn(last, { ...when, pickup: null }, "Poi", NOW + HOUR);
    t.match(far, { name: "Poi", opensAt: NOW + HOUR, costs: [VAN] });
    t.match(far.pickups, [{ startAt: CLOSES + 9 * DAY, endAt: CLOSES + 9 * DAY + HOUR }]);
    const pickup = { startAt: CLOSES + 9 * DAY + 2 * HOUR, endAt: null };
    t.match(planOn(last, { ...when, pickup }, "Poi", NOW).pickups, [{ startAt: pickup.startAt, endAt: null }]);
    t.same(planOn({ ...last, pickups: [] }, { ...when, pickup }, "Poi", NOW).pickups, []);
  },
);
