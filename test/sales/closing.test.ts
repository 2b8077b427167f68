// The common minimum told to everyone, missed or reached; hours in which the node was down; a restored node that asks first.
import t from "tap";
import { openOrderLane } from "../../src/activitypub/laneStore.ts";
import { loadAnnounced } from "../../src/catalogs/announced/store.ts";
import { raiseEpoch } from "../../src/db/facts.ts";
import { transact } from "../../src/db/transact.ts";
import { checkSales } from "../../src/sales/checkStore.ts";
import { salesClockTasks } from "../../src/sales/closingActions.ts";
import { stateOf } from "../../src/sales/received.ts";
import type { Threshold } from "../../src/sales/saleRules.ts";
import { type Market, openMarket } from "./market.ts";

const PALLET: Threshold = { unitCode: "KGM", quantityThousandths: 100_000, whenMissed: "cancel", extensionHours: 0 };

const copyOf = ({ gasHome, farm, gas, iri }: Market) =>
  loadAnnounced(gasHome.node.db.orm, { actorId: gas.actor.id, producerId: farm.id, cycleIri: iri })?.copy;

t.test(
  "8.2 groups on another node read how much is missing: at once, then every ten minutes, at once when reached",
  async (t) => {
    const market = await openMarket(t, { where: "two", groups: 3, rules: { threshold: PALLET } });
    const { groups, oranges, pass, settle } = market;
    t.match(copyOf(market)?.commonMinimum, { missing: { quantityThousandths: 100_000 }, groupsCount: null });
    groups[0]!.offer([oranges(3)]);
    await settle();
    await settle();
    t.match(copyOf(market)?.commonMinimum, { missing: { quantityThousandths: 70_000 }, groupsCount: null });
    groups[1]!.offer([oranges(2)]);
    await settle();
    await settle();
    t.match(copyOf(market)?.commonMinimum, { missing: { quantityThousandths: 70_000 } }, "not yet told again");
    await pass({ minutes: 10 });
    t.match(copyOf(market)?.commonMinimum, { missing: { quantityThousandths: 50_000 }, groupsCount: null });
    groups[2]!.offer([oranges(6)]);
    await settle();
    await settle();
    t.match(copyOf(market)?.commonMinimum, { missing: { quantityThousandths: 0 }, groupsCount: 3 }, "reached: at once");
  },
);

t.test("8.2 a minimum missed at closing cancels for all, with the reason", async (t) => {
  const { groups, oranges, settle, pass, cycle, said, order } = await openMarket(t, {
    groups: 2,
    rules: { threshold: PALLET },
  });
  groups[0]!.offer([oranges(3)]);
  await settle();
  await pass({ days: 8 });
  t.equal(cycle().state, "closed");
  await pass({ minutes: 11 });
  t.equal(cycle().state, "cancelled");
  t.match(said(groups[0]).at(-1), { kind: "status", status: "cancelled", note: /minimo comune/ });
  t.equal(stateOf(order(groups[0])!), "cancelled");
});

t.test("8.2 a minimum missed is extended once, and reached then it confirms by the clock", async (t) => {
  const threshold: Threshold = { ...PALLET, whenMissed: "extend", extensionHours: 24 };
  const market = await openMarket(t, { groups: 2, rules: { threshold, confirms: "clock" } });
  const { groups, oranges, settle, pass, cycle, order } = market;
  groups[0]!.offer([oranges(3)]);
  await settle();
  await pass({ days: 8 });
  t.match(cycle(), { state: "open", extendedAt: Number });
  groups[1]!.offer([oranges(7)]);
  await settle();
  await pass({ hours: 24 });
  t.equal(cycle().state, "closed");
  await pass({ minutes: 11 });
  t.equal(cycle().state, "confirmed");
  for (const group of groups) t.match(order(group), { status: "confirmed" });
});

t.test("6.4 an order that comes after an hour in which the farm's node was down is in time", async (t) => {
  const market = await openMarket(t, { where: "two", groups: 2 });
  const { groups, oranges, settle, clock, farmHome, said, pass } = market;
  await pass({ days: 7, hours: 23, minutes: 30 });
  await farmHome.stop();
  clock.advance({ hours: 1 });
  await farmHome.start();
  groups[0]!.offer([oranges(1)]);
  await settle();
  t.match(said(groups[0]), [{ kind: "accepted" }], "half an hour after closing, an hour was lost");
  await pass({ hours: 2 });
  groups[1]!.offer([oranges(1)]);
  await settle();
  t.match(said(groups[1]), [{ kind: "rejected", reason: "closed" }]);
});

t.test("I17 a restored farm promises nothing until its partners were asked, then answers what waited", async (t) => {
  const { gas, oranges, settle, wire, farm, order, said, pass } = await openMarket(t);
  transact(wire().db, (tx) => raiseEpoch(tx, 1));
  gas.offer([oranges(1)]);
  await settle();
  t.ok(order() === undefined || order()?.status === null, "held");
  transact(wire().db, (tx) => openOrderLane(tx, farm.id));
  await pass({ minutes: 5 });
  await settle();
  t.match(order(), { status: "accepted", epoch: 2 });
  t.match(said(), [{ kind: "accepted" }]);
});

t.test(
  "I17 a restored farm neither extends nor closes a cycle with a common minimum until its partners were asked",
  async (t) => {
    const threshold: Threshold = { ...PALLET, whenMissed: "extend", extensionHours: 24 };
    const { clock, cycle, wire, farm } = await openMarket(t, { rules: { threshold, confirms: "clock" } });
    const close = () =>
      salesClockTasks(wire())
        .find(({ name }) => name === "cycles-open-and-close")!
        .run(clock.at);
    transact(wire().db, (tx) => raiseEpoch(tx, 1));
    clock.advance({ days: 8 });
    close();
    t.match(cycle(), { state: "open", extendedAt: null }, "what it forgot may reach the minimum");
    transact(wire().db, (tx) => openOrderLane(tx, farm.id));
    close();
    t.match(cycle(), { state: "open", extendedAt: Number }, "now it knows that nobody has ordered");
  },
);

t.test("checkSales finds an order that says other than its messages", async (t) => {
  const { gas, oranges, settle, wire, order } = await openMarket(t);
  gas.offer([oranges(1)]);
  await settle();
  const { raw, orm } = wire().db;
  const set = (column: string, value: unknown) => raw.prepare(`UPDATE received_orders SET ${column} = ?`).run(value);
  const { agreed } = order()!;
  set("agreed", JSON.stringify({ ...agreed, lines: [oranges(2)] }));
  t.match(checkSales(orm), [/^I2 .*differ/]);
  set("agreed", JSON.stringify(agreed));
  set("sequence", 7);
  t.match(checkSales(orm), [/^I6 /]);
  set("sequence", 1);
  t.same(checkSales(orm), []);
});
