// Nodes killed from outside, together or at any moment: once they are left alone both hold the same pact and the same orders.
import t from "tap";
import { torture } from "../torture/run.ts";
import { isAtRest, openTown, waitUntil } from "../torture/town.ts";

t.test(
  "A3 both nodes killed at once after the pact was proposed hold one and the same pact when they are back",
  async (t) => {
    const town = await openTown(t.testdir());
    t.teardown(() => Promise.all([town.kill("farm"), town.kill("gas")]));
    // A GAS that asks before the farm's node is up waits a minute before it asks again.
    town.start("farm", "calm");
    await waitUntil(town, () => town.count("farm", "SELECT count(*) FROM actors") === 2);
    town.start("gas", "calm");
    await waitUntil(town, () => town.count("gas", "SELECT count(*) FROM pacts") === 1);
    await Promise.all([town.kill("farm"), town.kill("gas")]);
    for (const side of ["farm", "gas"] as const) town.start(side, "calm");
    await waitUntil(town, () => isAtRest(town, "farm") && isAtRest(town, "gas"));
    await Promise.all([town.kill("farm"), town.kill("gas")]);
    const { farm, gas, broken } = town.end();
    t.same(broken, []);
    t.ok(gas);
    t.same(farm?.pact, gas?.pact);
  },
);

t.test("A2 killed four times at random, both nodes end with one and the same pact", async (t) => {
  const { farm, gas, broken } = await torture({
    folder: t.testdir(),
    seed: 2,
    kills: 4,
    until: Number.POSITIVE_INFINITY,
  });
  t.same(broken, []);
  t.ok(gas);
  t.same(farm?.pact, gas?.pact);
});

t.test(
  "A3 both nodes killed at once after an order was sent agree on it, deliver it and charge it once when they are back",
  async (t) => {
    const town = await openTown(t.testdir(), "orders");
    t.teardown(() => Promise.all([town.kill("farm"), town.kill("gas")]));
    town.start("farm", "busy");
    await waitUntil(town, () => town.count("farm", "SELECT count(*) FROM actors") === 2);
    town.start("gas", "busy");
    await waitUntil(town, () => town.count("gas", "SELECT count(*) FROM orders WHERE state = 'sent'") === 1);
    await Promise.all([town.kill("farm"), town.kill("gas")]);
    for (const side of ["farm", "gas"] as const) town.start(side, "calm");
    await waitUntil(town, () => isAtRest(town, "farm") && isAtRest(town, "gas"));
    await Promise.all([town.kill("farm"), town.kill("gas")]);
    t.match(town.end(), { orders: 1, broken: [] });
  },
);

t.test(
  "A2 killed four times at random while they order, both nodes end with the same orders, each charged once",
  async (t) => {
    const wish = { folder: t.testdir(), seed: 3, kills: 4, until: Number.POSITIVE_INFINITY, deeds: "orders" } as const;
    const { orders, broken } = await torture(wish);
    t.same(broken, []);
    t.ok(orders > 0);
  },
);
