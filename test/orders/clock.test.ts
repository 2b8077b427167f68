// What time brings: orders open and close at the minute, silent producers are noticed, counters lapse, orders repeat.
import t from "tap";
import { pauseHost, resumeHost } from "../../src/activitypub/pauseStore.ts";
import { raiseEpoch } from "../../src/db/facts.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { editOrder, openOrder, scheduleOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { ordersClockTasks } from "../../src/orders/clockActions.ts";
import type { Order } from "../../src/orders/order.ts";
import type { Plan } from "../../src/orders/planning/plan.ts";
import type { Recurrence } from "../../src/orders/repeating/recurrence.ts";
import {
  editRecurrence,
  endRecurrence,
  resumeRecurrence,
  saveRecurrence,
  suspendAllRecurrences,
  suspendRecurrence,
} from "../../src/orders/repeating/recurrenceActions.ts";
import { listRepeats, loadRepeat } from "../../src/orders/repeating/recurrenceStore.ts";
import { listOrders, loadOrder } from "../../src/orders/store.ts";
import { CLOSING, DAY, GROVE, type Group, HOUR, MINUTE, makeGroup, NOW, sure } from "./group.ts";
import { crates, makeGrove } from "./grove.ts";

function clockOf(group: Group) {
  const tasks = ordersClockTasks(group.buying);
  return (at: number) => {
    group.clock.at = at;
    for (const { run } of tasks) run(at);
  };
}

function booked(group: Group, change: Partial<Plan> = {}, quantityThousandths = 10_000): Order {
  const order = group.open(change);
  const who = group.addMember(`m${order.id}`);
  saveLimit(group.db.orm, { ...who, cents: 100_000, personId: "rita", setAt: NOW });
  const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" };
  sure(saveBasket(group.buying, { ...who, orderId: order.id, seenVersion: 0, wishes: [wish] }));
  return order;
}

t.test("an order opens, closes and is sent at its minutes, without anybody", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const order = group.draft({ opensAt: NOW + HOUR });
  sure(scheduleOrder(group.buying, group.keyOf(order)));
  const now = () => loadOrder(group.db.orm, group.gas.id, order.id)!;
  tick(NOW + HOUR - 1);
  t.match(now(), { state: "scheduled" });
  tick(NOW + HOUR);
  t.match(now(), { state: "open" });
  const other = booked(group);
  tick(CLOSING - 1);
  t.match(now(), { state: "open" });
  tick(CLOSING);
  t.match(now(), { state: "cancelled", cancelReason: "nobody-booked" });
  t.match(loadOrder(group.db.orm, group.gas.id, other.id), { state: "sent", closedAt: CLOSING });
});

t.test("an order that its node slept through goes back to the drawer, and a person is told", async (t) => {
  const group = makeGroup(t);
  const order = group.draft({ opensAt: NOW + HOUR });
  sure(scheduleOrder(group.buying, group.keyOf(order)));
  clockOf(group)(CLOSING + HOUR);
  t.match(loadOrder(group.db.orm, group.gas.id, order.id), { state: "draft", needsPerson: "opening-missed" });
});

t.test("a completion ends at its minute and what is open then is cut", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const plan = { completesUntil: CLOSING + HOUR, policies: { ...group.policies, usesCompletion: true } };
  const order = booked(group, plan, 14_000);
  const [line, ...others] = order.lines;
  const lines = [{ ...line!, rules: { ...line!.rules, caseMode: "complete" as const } }, ...others];
  sure(
    editOrder(group.buying, group.keyOf(order), {
      lines: lines.map(({ goods, rules }) => ({ lineIri: goods.lineIri, rules })),
    }),
  );
  const now = () => loadOrder(group.db.orm, group.gas.id, order.id)!;
  tick(CLOSING);
  t.match(now(), { state: "completing" });
  tick(CLOSING + HOUR);
  t.match(now(), { state: "sent", revision: 1 });
});

t.test("I17 after a restore the clock closes but does not send until partners were asked", async (t) => {
  const group = makeGroup(t);
  const order = booked(group);
  raiseEpoch(group.db.orm, NOW);
  clockOf(group)(CLOSING);
  t.match(loadOrder(group.db.orm, group.gas.id, order.id), { state: "closed", needsPerson: null, thread: null });
});

t.test("a grove that says nothing is noted after two days; after four a person is asked", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const order = booked(group, { pickups: [] });
  const now = () => loadOrder(group.db.orm, group.gas.id, order.id)!;
  tick(CLOSING);
  for (const days of [1, 2, 3]) tick(CLOSING + days * DAY + MINUTE);
  t.match(now(), { state: "sent", needsPerson: null });
  tick(CLOSING + 4 * DAY + 2 * MINUTE);
  t.match(now(), { needsPerson: "silent" });
  await makeGrove(group).accept(order.id);
  t.match(now(), { state: "confirmed", needsPerson: null });
});

t.test("a counter that nobody answered lapses at its minute", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const order = booked(group, {}, 20_000);
  tick(CLOSING);
  await makeGrove(group).counter(order.id, [crates(10)], CLOSING + HOUR);
  tick(CLOSING + HOUR);
  t.match(loadOrder(group.db.orm, group.gas.id, order.id), { state: "sent", needsPerson: "counter-lapsed" });
});

/** Every day from 8 to 20 in Rome, from 3 November 2026 on; the goods eight days later. */
const DAILY: Recurrence = {
  anchor: "opening",
  startsOn: "2026-11-03",
  endsOn: null,
  every: 1,
  unit: "day",
  opening: { days: 0, time: "08:00" },
  closing: { days: 0, time: "20:00" },
  completion: null,
  delivery: { days: 8, time: "18:00" },
  deliveryEndTime: null,
  madeDaysAhead: 0,
  suspensions: [],
};

t.test("an order that repeats is made ahead, opens by itself, and keeps the group's rules", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const model = group.draft({}, { maxThousandths: 30_000 });
  const wish = { actorId: group.gas.id, personId: "rita", repeatId: null, orderId: model.id, rule: DAILY };
  const repeat = sure(saveRecurrence(group.buying, wish));
  t.match(repeat, { nextAt: Date.UTC(2026, 10, 3, 7), lastIndex: -1, state: "active" });
  const made = () => listOrders(group.db.orm, group.gas.id, { limit: 20 }).filter(({ id }) => id !== model.id);
  tick(NOW + HOUR);
  t.same(made(), []);
  tick(Date.UTC(2026, 10, 3, 7));
  const [first] = made();
  t.match(first, { state: "scheduled", closesAt: Date.UTC(2026, 10, 3, 19), pickups: [{ place: "Polisportiva" }] });
  tick(Date.UTC(2026, 10, 3, 7, 1));
  const opened = loadOrder(group.db.orm, group.gas.id, first!.id)!;
  t.match(opened, { state: "open", lines: [{ rules: { maxThousandths: 30_000 } }, {}] });
  tick(Date.UTC(2026, 10, 3, 7, 2));
  t.equal(made().length, 1, "each once");
});

t.test("another rhythm changes the orders to come, and makes none twice", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const model = group.draft();
  const wish = { actorId: group.gas.id, personId: "rita", repeatId: null, orderId: model.id, rule: DAILY };
  const { id: repeatId } = sure(saveRecurrence(group.buying, wish));
  const key = { actorId: group.gas.id, repeatId, personId: "rita" };
  const made = () => listOrders(group.db.orm, group.gas.id, { limit: 20 }).filter(({ id }) => id !== model.id);
  const ahead = { ...DAILY, madeDaysAhead: 1 };
  sure(editRecurrence(group.buying, key, { rule: ahead, name: "Agrumi", place: "Piazza" }));
  tick(NOW + HOUR);
  t.match(
    made(),
    [{ name: "Agrumi", state: "scheduled", pickups: [{ place: "Piazza" }] }],
    "the next is there already",
  );
  const later = { ...ahead, opening: { days: 0, time: "09:00" } };
  sure(editRecurrence(group.buying, key, { rule: later, name: "Agrumi", place: "Scuola" }));
  tick(NOW + 2 * HOUR);
  t.equal(made().length, 1, "the day's order stands, at its old hour");
  tick(Date.UTC(2026, 10, 3, 8, 5));
  t.match(made().length, 2);
  t.ok(
    made().some(({ opensAt }) => opensAt === Date.UTC(2026, 10, 4, 8)),
    "the next day's comes at the new one",
  );
  t.match(editRecurrence(group.buying, key, { rule: later, name: " ", place: "Scuola" }), { refused: "bad-name" });
  t.match(editRecurrence(group.buying, key, { rule: later, name: "Agrumi", place: "" }), { refused: "no-place" });
  t.match(editRecurrence(group.buying, key, { rule: { ...later, every: 0 }, name: "A", place: "B" }), {
    refused: "bad-rhythm",
  });
});

t.test("a suspended row of orders makes none, and goes on by itself; an ended one never", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const wish = { actorId: group.gas.id, personId: "rita", repeatId: null, orderId: group.draft().id, rule: DAILY };
  const { id: repeatId } = sure(saveRecurrence(group.buying, wish));
  const key = { actorId: group.gas.id, repeatId, personId: "rita" };
  sure(suspendRecurrence(group.buying, key, { from: "2026-11-03", until: "2026-11-05" }));
  const count = () => listOrders(group.db.orm, group.gas.id, { limit: 20 }).length - 1;
  for (const day of [3, 4]) tick(Date.UTC(2026, 10, day, 7, 5));
  t.equal(count(), 0);
  tick(Date.UTC(2026, 10, 5, 7, 5));
  t.equal(count(), 1);
  sure(suspendRecurrence(group.buying, key, { from: "2026-11-06", until: null }));
  tick(Date.UTC(2026, 10, 6, 7, 5));
  t.equal(count(), 1);
  t.match(resumeRecurrence(group.buying, key), { state: "active" });
  tick(Date.UTC(2026, 10, 7, 7, 5));
  t.equal(count(), 2);
  sure(endRecurrence(group.buying, key));
  tick(Date.UTC(2026, 10, 8, 7, 5));
  t.equal(count(), 2);
  t.match(listRepeats(group.db.orm, group.gas.id), [{ state: "ended", nextAt: null }]);
  t.match(resumeRecurrence(group.buying, key), { refused: "wrong-state" });
});

t.test("a pause of the group passes over the orders of all its rows, which then go on by themselves", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const wish = { actorId: group.gas.id, personId: "rita", repeatId: null, orderId: group.draft().id, rule: DAILY };
  sure(saveRecurrence(group.buying, wish));
  sure(saveRecurrence(group.buying, wish));
  const ended = sure(saveRecurrence(group.buying, wish));
  sure(endRecurrence(group.buying, { actorId: group.gas.id, repeatId: ended.id, personId: "rita" }));
  const who = { actorId: group.gas.id, personId: "rita" };
  const backwards = { from: "2026-11-05", until: "2026-11-03" };
  t.match(suspendAllRecurrences(group.buying, who, backwards), { refused: "bad-suspension" });
  t.same(suspendAllRecurrences(group.buying, who, { from: "2026-11-03", until: "2026-11-05" }), { count: 2 });
  const count = () => listOrders(group.db.orm, group.gas.id, { limit: 20 }).length - 1;
  for (const day of [3, 4]) tick(Date.UTC(2026, 10, day, 7, 5));
  t.equal(count(), 0);
  tick(Date.UTC(2026, 10, 5, 7, 5));
  t.equal(count(), 2);
});

t.test(
  "no order opens with a paused node, by hand or by the clock, which asks a person; each may once it is resumed",
  async (t) => {
    const group = makeGroup(t);
    const { orm, raw } = group.db;
    const tick = clockOf(group);
    const { host } = new URL(GROVE);
    const drafted = group.draft();
    const planned = sure(scheduleOrder(group.buying, group.keyOf(group.draft({ opensAt: NOW + HOUR }))));
    const now = () => loadOrder(orm, group.gas.id, planned.id)!;
    raw.prepare("INSERT INTO peers (host) VALUES (?) ON CONFLICT DO NOTHING").run(host);
    t.ok(pauseHost(orm, host, NOW));
    t.match(openOrder(group.buying, group.keyOf(drafted)), { refused: "host-paused" });
    tick(NOW + HOUR);
    t.match(now(), { state: "scheduled", needsPerson: "host-paused" });
    t.ok(resumeHost(orm, host, NOW + HOUR));
    t.match(openOrder(group.buying, group.keyOf(now())), { state: "open", needsPerson: null });
    t.match(openOrder(group.buying, group.keyOf(drafted)), { state: "open" });
  },
);

t.test("an order that cannot be made says why, and is made when it can be", async (t) => {
  const group = makeGroup(t);
  const tick = clockOf(group);
  const wish = { actorId: group.gas.id, personId: "rita", repeatId: null, orderId: group.draft().id, rule: DAILY };
  const { id } = sure(saveRecurrence(group.buying, wish));
  group.db.raw.exec("UPDATE pact_halves SET status = 'suspended' WHERE party = 'seller'");
  tick(Date.UTC(2026, 10, 3, 7));
  t.match(loadRepeat(group.db.orm, group.gas.id, id), { trouble: "no-such-offer", lastIndex: -1 });
  group.db.raw.exec("UPDATE pact_halves SET status = 'active'");
  tick(Date.UTC(2026, 10, 3, 7, 6));
  t.match(loadRepeat(group.db.orm, group.gas.id, id), { trouble: null, lastIndex: 0 });
  t.equal(listOrders(group.db.orm, group.gas.id, { states: ["scheduled"], limit: 20 }).length, 1);
});
