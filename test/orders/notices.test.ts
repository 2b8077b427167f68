// Mails about orders: who is told what and when, once for each event whatever happens, nothing of one household to another.
import t, { type Test } from "tap";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { noticeClockTasks } from "../../src/members/notices/noticeActions.ts";
import { createAggregate, planAggregate } from "../../src/orders/aggregates/actions.ts";
import { takeCounter } from "../../src/orders/answers/answerActions.ts";
import { confirmBasket, saveBasket } from "../../src/orders/booking/basketActions.ts";
import { loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { closeOrder, reopenOrder } from "../../src/orders/closeActions.ts";
import { orderNoticeTasks, remindByHand } from "../../src/orders/notices/noticeActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { cancelOrder } from "../../src/orders/withdrawActions.ts";
import { openMailer } from "../../src/web/mail.ts";
import { type MailSink, startMailSink } from "../tools/mailSink.ts";
import { CLOSING, DAY, type Group, HOUR, makeGroup, NOW, PLAN, sure } from "./group.ts";
import { crates, makeGrove } from "./grove.ts";

const BY_HAND = { ...PLAN.policies, sendBy: "hand" } as const;

/** A group that writes mail, with Marta, Ada and Ugo; Rita looks after its orders. `tick` does what the clock would. */
async function start(t: Test, { file = ":memory:" } = {}) {
  const group = makeGroup(t, { file });
  const sink = await startMailSink(t);
  const mailer = openMailer(sink.url, "nodo@gas.example");
  t.teardown(() => mailer?.close());
  const { db, clock } = group;
  const house = {
    db,
    clock,
    origin: "https://g.example",
    secret: Buffer.alloc(32, 7),
    language: "it",
    mailer,
  } as const;
  const people = Object.fromEntries(["marta", "ada", "ugo"].map((name) => [name, group.addMember(name)]));
  const address = db.raw.prepare("UPDATE people SET email = id || '@posta.example', claimed_email = id");
  address.run();
  const owe = async () => {
    for (const { run } of orderNoticeTasks(house)) await run(clock.at);
  };
  const tick = async (at = clock.at) => {
    clock.at = at;
    await owe();
    for (const { run } of noticeClockTasks(house, () => 0.5)) await run(clock.at);
    return take(sink);
  };
  const book = (order: Pick<Order, "id">, name: string, quantityThousandths: number) => {
    const who = people[name]!;
    saveLimit(db.orm, { ...who, cents: 10_000_000, personId: "rita", setAt: NOW });
    const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" };
    sure(saveBasket(group.buying, { ...who, orderId: order.id, seenVersion: 0, wishes: [wish] }));
  };
  return { group, house, sink, owe, tick, book };
}

/** What came since the last look: "name: subject", sorted, and the texts by name. */
function take(sink: MailSink) {
  const all = sink.received.splice(0).map(({ recipients, mail }) => ({
    name: recipients.join().replace("@posta.example", ""),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
  }));
  return {
    subjects: all.map(({ name, subject }) => `${name}: ${subject}`).sort(),
    textTo: (name: string) => all.find((one) => one.name === name)?.text ?? "",
  };
}

const owed = ({ db }: Group) =>
  db.raw.prepare("SELECT person_id || ' ' || business_key FROM notice_queue ORDER BY 1").pluck().all() as string[];

t.test("A46 from opening to delivery each person is written to once for each event, of their own things", async (t) => {
  const { group, tick, book } = await start(t);
  const grove = makeGrove(group);
  const order = group.open();
  const opened = await tick();
  t.match(opened.subjects, [/^ada: Si apre «Agrumi di novembre»/, /^marta: Si apre/, /^ugo: Si apre/]);
  t.match(opened.textTo("ada"), /Ciao ada,[\s\S]*GAS Fano ha aperto[\s\S]*lunedì 9 novembre 2026/);
  t.match(opened.textTo("ada"), /Ritiro: [\s\S]*Polisportiva[\s\S]*https:\/\/g\.example\/desk\/g\/orders\/\w+\/book/);
  book(order, "marta", 60_000);
  book(order, "ada", 40_000);

  t.same((await tick(CLOSING - DAY - 1)).subjects, []);
  t.match((await tick(CLOSING - DAY)).subjects, [/^ugo: «Agrumi di novembre» chiude lunedì/]);
  t.same((await tick(CLOSING - HOUR)).subjects, []);

  group.clock.at = CLOSING;
  sure(closeOrder(group.buying, group.keyOf(order)));
  const closed = await tick();
  t.match(closed.subjects, [/^ada: .* ha chiuso/, /^marta: .* ha chiuso/]);
  t.match(closed.textTo("marta"), /da p\.example ha chiuso[\s\S]*- Arance: 60 kg, 105,00\s€[\s\S]*Totale: 105,00\s€/);
  t.notMatch(closed.textTo("marta"), /ada|40 kg|70,00/);

  await grove.counter(order.id, [crates(80)]);
  const asked = await tick();
  t.match(asked.subjects, [/^rita: .* aspetta una tua decisione/]);
  t.match(asked.textTo("rita"), /altre quantità[\s\S]*https:\/\/g\.example\/desk\/g\/orders\/\w+$/m);
  sure(takeCounter(group.buying, group.keyOf(order)));
  t.same((await tick()).subjects, [], "members hear what it comes to, not the haggling");
  await grove.accept(order.id);
  const answered = await tick();
  t.match(answered.subjects, [/^ada: .* ma non tutto/, /^marta: .* ma non tutto/]);
  t.match(answered.textTo("ada"), /- Arance: confermati 32 kg su 40, 56,00\s€ \(il produttore ne aveva 80 su 100\)/);

  const pickup = CLOSING + 4 * DAY;
  t.same((await tick(pickup - 4 * HOUR)).subjects, [], "not in the night");
  const today = await tick(pickup - HOUR);
  t.match(today.subjects, [/^ada: Oggi si ritira «Agrumi di novembre»: Polisportiva/, /^marta: Oggi/]);
  t.match(today.textTo("marta"), /- Arance: 48 kg/);
  t.same((await tick(pickup + HOUR)).subjects, []);
});

t.test("who booked reads their part of what several orders bear together, and that it is charged apart", async (t) => {
  const { group, tick, book } = await start(t);
  const orders = [1, 2].map((n) => group.open({ name: `Ordine ${n}`, policies: BY_HAND }));
  await tick();
  for (const order of orders) book(order, "marta", 10_000);
  book(orders[0]!, "ada", 30_000);
  const van = { id: "m1", name: "Furgone", kind: "transport", value: { cents: 1000 }, splitBy: "quantity" } as const;
  const costs = [{ ...van, thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true }];
  const plan = { name: "Consegna di novembre", opensAt: null, closesAt: CLOSING, pickups: PLAN.pickups, costs };
  const who = { actorId: group.gas.id, personId: "rita" };
  const aggregate = sure(createAggregate(group.buying, { ...who, plan, orderIds: orders.map(({ id }) => id) }));
  group.clock.at = CLOSING;
  sure(closeOrder(group.buying, group.keyOf(orders[0]!)));
  const closed = await tick();
  t.match(closed.textTo("marta"), /Totale: 17,50\s€[\s\S]*Spese comuni di «Consegna di novembre»: [^\n]* 4,00\s€/);
  t.match(closed.textTo("ada"), /Spese comuni di «Consegna di novembre»: [^\n]* 6,00\s€\. Si addebita a parte/);
  sure(planAggregate(group.buying, { ...who, id: aggregate.id }, { ...plan, costs: [] }));
  group.clock.at += HOUR;
  sure(closeOrder(group.buying, group.keyOf(orders[1]!)));
  t.notMatch((await tick()).textTo("marta"), /Spese comuni/);
});

t.test(
  "who left a basket to be confirmed is reminded once before the closing, and told afterwards that it counted",
  async (t) => {
    const { group, tick, book } = await start(t);
    const order = group.open({ policies: { ...group.policies, sendBy: "hand", asksToConfirm: true } });
    await tick();
    book(order, "marta", 10_000);
    book(order, "ada", 20_000);
    const ada = loadBasket(group.db.orm, order.id, householdOf(group.db.orm, group.gas.id, "ada")!.id)!;
    sure(confirmBasket(group.buying, { ...ada, personId: "ada" }));
    t.same((await tick(CLOSING - DAY - 1)).subjects, []);
    const before = await tick(CLOSING - DAY);
    t.match(before.subjects, [
      /^marta: «Agrumi di novembre» chiude .* è da confermare/,
      /^ugo: «Agrumi di novembre» chiude/,
    ]);
    t.match(
      before.textTo("marta"),
      /non ha ancora premuto «Conferma»[\s\S]*orders\/\w+\/book[\s\S]*vale quello che hai salvato/,
    );
    t.same((await tick(CLOSING - HOUR)).subjects, []);
    group.clock.at = CLOSING;
    sure(closeOrder(group.buying, group.keyOf(order)));
    const closed = await tick();
    t.match(
      closed.textTo("marta"),
      /Non avevi premuto «Conferma»: vale quello che avevi salvato\.[\s\S]*Arance: 10 kg/,
    );
    t.notMatch(closed.textTo("ada"), /Conferma/);
  },
);

t.test("A46 a power cut while mails are owed loses none and writes none twice, at each named point", async (t) => {
  for (const point of ["before-commit", "after-commit"]) {
    const { group, owe } = await start(t, { file: `${t.testdir()}/${point}.sqlite` });
    const order = group.open();
    setCrashTrap((name) => {
      if (name === point) throw new Error("the power is gone");
    });
    await t.rejects(owe(), point);
    setCrashTrap(null);
    const isOwed = point === "after-commit";
    t.equal(owed(group).length, isOwed ? 3 : 0, point);
    await owe();
    await owe();
    const key = `opened:${order.id}`;
    t.same(owed(group), [`ada ${key}`, `marta ${key}`, `ugo ${key}`], point);
  }
});

t.test("A46 a log that is read again from its beginning writes to nobody again", async (t) => {
  const { group, owe, book } = await start(t);
  const order = group.open();
  book(order, "ada", 10_000);
  sure(closeOrder(group.buying, group.keyOf(order)));
  await owe();
  const before = owed(group);
  t.ok(before.includes(`ada closed:${order.id}:${NOW}`));
  group.db.raw.exec("DELETE FROM node_facts WHERE name = 'orders-told'");
  await owe();
  t.same(owed(group), before);
});

t.test("what happened more than three days ago, or is true no more, is told to nobody", async (t) => {
  const late = await start(t);
  late.group.open();
  t.same((await late.tick(NOW + 3 * DAY + 1)).subjects, []);
  const gone = await start(t);
  const order = gone.group.open();
  gone.book(order, "ada", 10_000);
  sure(closeOrder(gone.group.buying, gone.group.keyOf(order)));
  t.match((await gone.tick()).subjects, [/^ada: .* ha chiuso/], "an opening that is over is not announced");
});

t.test("a closing is told again after the order was open again, the opening is not", async (t) => {
  const { group, tick, book } = await start(t);
  const order = group.open({ policies: { ...group.policies, sendBy: "hand" } });
  await tick();
  book(order, "ada", 10_000);
  sure(closeOrder(group.buying, group.keyOf(order)));
  t.match((await tick()).subjects, [/^ada: .* ha chiuso/]);
  group.clock.at += HOUR;
  sure(reopenOrder(group.buying, group.keyOf(order), { reason: "un camion più grande", closesAt: CLOSING }));
  t.same((await tick()).subjects, []);
  sure(closeOrder(group.buying, group.keyOf(order)));
  t.match((await tick()).subjects, [/^ada: .* ha chiuso/]);
});

t.test("an order that the producer refuses, or that is called off, is told to who booked, and why", async (t) => {
  const { group, tick, book } = await start(t);
  const grove = makeGrove(group);
  const order = group.open();
  book(order, "ada", 10_000);
  sure(closeOrder(group.buying, group.keyOf(order)));
  await tick();
  await grove.reject(order.id, "not-available");
  const refused = await tick();
  t.match(refused.subjects, [/^ada: .* non l'ha preso/, /^rita: .* aspetta una tua decisione/]);
  t.match(refused.textTo("ada"), /Non ha più quei prodotti/);
  sure(cancelOrder(group.buying, group.keyOf(order), "grandine"));
  const cancelled = await tick();
  t.match(cancelled.subjects, [/^ada: .* è annullato/]);
  t.match(cancelled.textTo("ada"), /Il motivo: grandine/);
});

t.test("an order that was open for a day and a half reminds nobody, nor does one whose closing is past", async (t) => {
  const { tick, group } = await start(t);
  group.open({ closesAt: NOW + 36 * HOUR });
  await tick();
  t.same((await tick(NOW + 20 * HOUR)).subjects, []);
  t.same((await tick(NOW + 40 * HOUR)).subjects, []);
});

t.test("a reader of English is written to in English, and a node without a mail server owes nothing", async (t) => {
  const { group, house, tick } = await start(t);
  group.db.raw.exec("UPDATE people SET language = 'en' WHERE id = 'ada'");
  group.open();
  const { subjects, textTo } = await tick();
  t.match(subjects[0], /^ada: “Agrumi di novembre” is open: book until Monday, 9 November 2026 at 09:00/);
  t.match(textTo("ada"), /Hello ada,/);
  t.same(orderNoticeTasks({ ...house, mailer: null }), []);
});

t.test(
  "who runs an order reminds whoever has not booked, each once a day, and then the node does not do it again",
  async (t) => {
    const { group, house, tick, book } = await start(t);
    const order = group.open();
    await tick();
    book(order, "marta", 60_000);
    const remind = () => remindByHand(house, group.buying, group.keyOf(order));
    group.clock.at = CLOSING - 2 * DAY + HOUR;
    t.same(remind(), { count: 2 });
    t.same(remind(), { count: 0 }, "a second press writes to nobody");
    t.match((await tick()).subjects, [/^ada: «Agrumi di novembre» chiude lunedì/, /^ugo: «Agrumi/]);
    book(order, "ada", 20_000);
    t.same((await tick(CLOSING - DAY)).subjects, [], "nor is it said again by the clock on that closing");
    group.clock.at = CLOSING - DAY + HOUR;
    t.same(remind(), { count: 1 }, "the next day it may be said again, to whoever still has not booked");

    t.equal(remindedAt(group, order), CLOSING - DAY + HOUR, "what is noted is when it was");

    t.match(remindByHand(house, group.buying, { ...group.keyOf(order), personId: "marta" }), { refused: "not-found" });
    t.match(remindByHand({ ...house, mailer: null }, group.buying, group.keyOf(order)), { refused: "no-mailer" });
    group.clock.at = CLOSING;
    sure(closeOrder(group.buying, group.keyOf(order)));
    t.match(remind(), { refused: "order-not-open" });
  },
);

const remindedAt = ({ db }: Group, { id }: Pick<Order, "id">) =>
  db.raw.prepare("SELECT reminded_at FROM orders WHERE id = ?").pluck().get(id);

t.test(
  "a reminder by hand long before the closing does not stand for the node's own, one the day before does",
  async (t) => {
    for (const { before, wanted } of [
      { before: 2 * DAY + HOUR, wanted: 1 },
      { before: 2 * DAY, wanted: 0 },
    ]) {
      const { group, house, tick } = await start(t);
      const order = group.open();
      await tick();
      group.clock.at = CLOSING - before;
      t.same(remindByHand(house, group.buying, group.keyOf(order)), { count: 3 });
      t.equal((await tick()).subjects.length, 3);
      t.equal((await tick(CLOSING - DAY)).subjects.length, wanted * 3, `${before}`);
      t.equal(remindedAt(group, order), wanted ? CLOSING - DAY : CLOSING - before);
      t.same((await tick(CLOSING - HOUR)).subjects, []);
    }
  },
);
