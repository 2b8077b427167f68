// A group's months from the counter to everybody: real orders, counted once, frozen, taken back; and what of it stays within.
import { readFileSync, writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { describeActor } from "../../../src/activitypub/actors.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { verifyProof } from "../../../src/activitypub/proof.ts";
import { loadActor, loadKeys } from "../../../src/activitypub/store.ts";
import { saveLimit } from "../../../src/ledger/creditStore.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { closeOrder } from "../../../src/orders/closeActions.ts";
import {
  closeDelivery,
  correctDelivery,
  countOut,
  startDelivery,
} from "../../../src/orders/delivery/deliveryActions.ts";
import { previewMonth, revokeMonth, statisticsClockTasks } from "../../../src/orders/statistics/actions.ts";
import {
  proveMonth,
  readOwnStatistics,
  readTold,
  writeListUpdate,
  writeMonth,
  writeMonthList,
  writeMonthTombstone,
} from "../../../src/orders/statistics/activities.ts";
import type { ToldMonth } from "../../../src/orders/statistics/month.ts";
import { listCharged, listWritten, loadWritten } from "../../../src/orders/statistics/store.ts";
import { addUpTotals, instantsOf } from "../../../src/orders/statistics/totals.ts";
import { CLOSING, DAY, makeGroup, NOW, sure } from "../group.ts";
import { makeGrove } from "../grove.ts";

const MONTH = "2026-11";
const DUE = Date.UTC(2027, 0, 15, 12);
const BY = "rita";

/** A group whose families take `kilograms` of oranges each; delivered as agreed, and nothing published yet. */
async function deliveredOrder(t: Test, families: number, kilograms = 10) {
  const group = makeGroup(t);
  const { buying, clock, gas } = group;
  const { orm } = group.db;
  const order = group.open();
  const households = Array.from({ length: families }, (_, n) => {
    const who = group.addMember(`Zafferana${n}`);
    saveLimit(orm, { ...who, cents: 100_000, personId: BY, setAt: NOW });
    const wish = { friendId: null, toleranceThousandths: 0, note: "" };
    const wishes = [{ ...wish, lineNumber: 1, quantityThousandths: kilograms * 1000 }];
    if (n === 0) wishes.push({ ...wish, lineNumber: 2, quantityThousandths: 2000 });
    sure(saveBasket(buying, { ...who, orderId: order.id, seenVersion: 0, wishes }));
    return who.householdId;
  });
  const key = { ...group.keyOf(order), personId: BY };
  sure(closeOrder(buying, key));
  const grove = makeGrove(group);
  await grove.accept(order.id);
  sure(startDelivery(buying, key));
  const deliver = () => sure(closeDelivery(buying, key));
  sure(describeActor(orm, gas.id, { showsStatistics: true, place: "Fano" }, NOW));
  const [task] = statisticsClockTasks(buying, (place) => (place === "Fano" ? "041013" : null));
  const publish = (at = DUE) => {
    clock.at = at;
    task!.run(at);
  };
  const written = () => loadWritten(orm, gas.id, MONTH);
  const told = () => readTold(written()!.document!);
  return { ...group, orm, order, key, households, deliver, publish, written, told };
}

t.test("a month leaves once it is settled: what many took is in it, what one took is nowhere", async (t) => {
  const { orm, gas, deliver, publish, written, told, buying } = await deliveredOrder(t, 8);
  deliver();
  publish(DUE - 2 * DAY);
  t.equal(written(), undefined, "not before its time");
  t.match(previewMonth(orm, gas.id, MONTH), { families: 8 }, "and before it leaves it can be seen");
  publish();
  t.same(told(), {
    ...{ month: MONTH, families: 8, orders: 1, producers: 1, euros: null, isWithheld: true },
    cells: [{ category: "altro", unit: "KGM", families: 8, lines: 8, ordered: 80, delivered: 80, euros: null }],
  });
  const list = readOwnStatistics(buying, `${gas.id}/statistics`);
  t.same(list?.orderedItems, [`${gas.id}/statistics/${MONTH}`]);
  const document = readOwnStatistics(buying, `${gas.id}/statistics/${MONTH}`)!;
  t.equal(document["filiera:istat"], "041013");
  const key = loadKeys(orm, gas.id).find(({ algorithm }) => algorithm === "ed25519")!;
  t.ok(verifyProof(document, key.publicKey));
  t.same(proveMonth(buying, orm, gas.id, written()!), document, "the same bytes each time");
  t.equal(readOwnStatistics(buying, `${gas.id}/statistics/2026-10`), null, "too few to tell anything");
  sure(describeActor(orm, gas.id, { showsStatistics: false }, DUE));
  t.equal(readOwnStatistics(buying, `${gas.id}/statistics`), null);
});

t.test("I20 B39 canaries of members are in no published month", async (t) => {
  const { deliver, publish, written, households } = await deliveredOrder(t, 6);
  deliver();
  publish();
  const text = JSON.stringify(written()?.document);
  t.ok(text.includes("altro"));
  t.notMatch(text, /Zafferana/i);
  for (const id of households) t.notOk(text.includes(id));
});

t.test("for itself a group sees all it bought, as charged and corrected, by the day of the pickup", async (t) => {
  const { orm, gas, order, buying, key, households, deliver } = await deliveredOrder(t, 3);
  const november = instantsOf({ from: "2026-11-01", to: "2026-11-30" });
  t.same(listCharged(orm, gas.id, november, null), [], "nothing before it was delivered");
  deliver();
  const charged = () => listCharged(orm, gas.id, november, null);
  t.match(charged(), [{ id: order.id, charges: [{}, {}, {}] }]);
  const before = addUpTotals(charged(), "household");
  t.match(before, { rows: { length: 3 }, all: { households: 3, orders: 1 } });
  sure(correctDelivery(buying, key, "contata male"));
  sure(countOut(buying, key, { householdId: households[0]!, lineNumber: 1, friendId: null }, 0));
  sure(closeDelivery(buying, key, { memo: "contata male" }));
  const after = addUpTotals(charged(), "household");
  t.ok(after.all.goodsCents < before.all.goodsCents, "a correction counts");
  t.same(listCharged(orm, gas.id, november, ["https://mulino.example/m"]), [], "of other producers there is nothing");
  t.same(listCharged(orm, gas.id, instantsOf({ from: "2026-01-01", to: "2026-10-31" }), null), []);
});

t.test("of four families nothing leaves, and it is not counted a second time", async (t) => {
  const { orm, gas, deliver, publish, written } = await deliveredOrder(t, 4, 20);
  deliver();
  publish();
  t.match(written(), { document: null, revokedAt: null });
  t.same(writeMonthList(orm, gas.id).orderedItems, []);
  publish(DUE + DAY);
  t.equal(listWritten(orm, gas.id).length, 1);
});

t.test("a correction after freezing changes nothing that is public", async (t) => {
  const { db, buying, key, households, deliver, publish, written } = await deliveredOrder(t, 8);
  deliver();
  publish();
  const before = written();
  sure(correctDelivery(buying, key, "Cassa pesata male"));
  sure(countOut(buying, key, { householdId: households[0]!, lineNumber: 1, friendId: null }, 30_000));
  publish(DUE + DAY);
  t.same(written(), before);
  t.equal(db.raw.prepare("SELECT count(*) FROM statistics_orders").pluck().get(), 1);
});

t.test(
  "an order moved to another month after it was counted is not counted again: the difference would tell of who is beside it",
  async (t) => {
    const { db, orm, gas, deliver, publish } = await deliveredOrder(t, 8);
    deliver();
    publish();
    const pickups = [{ id: "d1", place: "Polisportiva", startAt: CLOSING + 30 * DAY, endAt: null }];
    db.raw.prepare("UPDATE orders SET pickups = ?").run(JSON.stringify(pickups));
    publish(DUE + 32 * DAY);
    t.same(
      listWritten(orm, gas.id).map(({ month, document }) => [month, document !== null]),
      [
        ["2026-12", false],
        [MONTH, true],
      ],
    );
  },
);

t.test("what is not delivered yet is not told", async (t) => {
  const { publish, written } = await deliveredOrder(t, 8);
  publish();
  t.match(written(), { document: null });
});

t.test("a month taken back is gone for ever, and its group says so", async (t) => {
  const { orm, gas, buying, deliver, publish, written, db } = await deliveredOrder(t, 8);
  deliver();
  publish();
  const who = { actorId: gas.id, byId: BY };
  t.match(revokeMonth(buying, who, "2026-10"), { refused: "not-found" });
  t.match(revokeMonth(buying, { ...who, actorId: "nobody" }, MONTH), { refused: "no-such-actor" });
  t.same(revokeMonth(buying, who, MONTH), { revoked: true });
  t.match(revokeMonth(buying, who, MONTH), { refused: "not-found" });
  publish(DUE + DAY);
  t.match(written(), { document: null, revokedAt: DUE });
  t.same(writeMonthList(orm, gas.id).orderedItems, []);
  t.equal(db.raw.prepare("SELECT detail FROM audit_log WHERE what = 'statistics'").pluck().get(), MONTH);
});

t.test("a group that has not chosen to publish publishes nothing", async (t) => {
  const { orm, gas, deliver, publish, written } = await deliveredOrder(t, 8);
  deliver();
  sure(describeActor(orm, gas.id, { showsStatistics: false }, NOW));
  publish();
  t.equal(written(), undefined);
  t.equal(loadActor(orm, gas.id)?.showsStatistics, false);
});

const GAS = "https://g.example/fano";
const TOLD: ToldMonth = {
  ...{ month: "2026-10", families: 23, orders: 6, producers: 5, euros: 1840, isWithheld: true },
  cells: [
    { category: "formaggi", unit: "KGM", families: 11, lines: 14, ordered: 31, delivered: 29, euros: 410 },
    { category: "uova", unit: "H87", families: 7, lines: 7, ordered: null, delivered: 96, euros: null },
  ],
};
const AT = Date.UTC(2026, 11, 16, 8);
const WRITTEN = { month: "2026-10", document: null, createdAt: AT, revokedAt: AT + DAY };
const SAID: Record<string, JsonObject> = {
  month: writeMonth({ id: GAS, name: "GAS Fano" }, TOLD, { istat: "041013", at: AT }),
  "month-untold": writeMonth(
    { id: GAS, name: "GAS Fano" },
    { ...TOLD, euros: null, cells: [] },
    { istat: null, at: AT },
  ),
  tombstone: writeMonthTombstone(GAS, WRITTEN),
  "list-update": { ...writeListUpdate({ id: GAS }, AT), id: `${GAS}/activities/1` },
};

for (const [name, json] of Object.entries(SAID)) {
  t.test(`${name} says what its golden file says`, async (t) => {
    const golden = new URL(`../../golden/statistics/${name}.json`, import.meta.url);
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, `${JSON.stringify(json, null, 2)}\n`);
    t.same(json, JSON.parse(readFileSync(golden, "utf8")));
  });
}

t.test("what a month told is read back as it was", async (t) => {
  t.same(readTold(SAID.month!), TOLD);
});
