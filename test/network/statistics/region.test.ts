// Eight groups publish a month, over real HTTP with real signatures: a region sums what they tell and nothing they keep back, and what
// they take back is gone at once.
import t from "tap";
import type { LocalActor } from "../../../src/activitypub/actor.ts";
import { describeActor } from "../../../src/activitypub/actors.ts";
import { updateActor } from "../../../src/activitypub/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { suppress } from "../../../src/kernel/cells.ts";
import type { NetworkIndex } from "../../../src/network/index/networkIndex.ts";
import { loadSource, saveSource } from "../../../src/network/reading/store.ts";
import { visitSource } from "../../../src/network/reading/visitActions.ts";
import { readTotals } from "../../../src/network/statistics/store.ts";
import { chooseStatistics, revokeMonth } from "../../../src/orders/statistics/actions.ts";
import { writeMonth } from "../../../src/orders/statistics/activities.ts";
import { cellsOf, type DeliveredOrder, roundMonth } from "../../../src/orders/statistics/month.ts";
import { insertWritten } from "../../../src/orders/statistics/store.ts";
import { goods } from "../../orders/oranges.ts";
import { sure } from "../../sales/cycles.ts";
import { startNodes, type TestNode } from "../../tools/nodes.ts";
import { claim, takeIn } from "../reading/district.ts";

const MONTH = "2026-09";
const { nodes, clock, settle } = await startNodes(t, ["valley", "region"]);
const region = nodes.region.addActor({ kind: "district", level: "region", handle: "marche", name: "Rete Marche" });

/** Three farms' bread for all, wine for nine and, in the first group, honey for four. */
function taken(hasHoney: boolean): DeliveredOrder[] {
  const sold: [string, number, number][] = [
    ["Pane", 0, 20],
    ["Vino", 0, 9],
    ...(hasHoney ? [["Miele", 5, 4] as [string, number, number]] : []),
  ];
  return ["a", "b", "c"].map((farm) => ({
    ...{ id: farm, producerId: farm },
    goods: new Map(sold.map(([category], n) => [n + 1, goods({ category, packagePriceCents: 1000 * (n + 1) })])),
    taken: sold.flatMap(([, first, families], n) =>
      Array.from({ length: families }, (_, family) => ({
        ...{ householdId: `Zafferana${first + family}`, lineNumber: n + 1 },
        ...{ orderedThousandths: 2000, deliveredThousandths: 2000 },
      })),
    ),
  }));
}

function publish(home: TestNode, handle: string, hasHoney: boolean): LocalActor {
  const gas = home.addActor({ kind: "gas", handle, name: `GAS ${handle}`, place: "Fano" });
  transact(home.node.db, (tx) => {
    sure(describeActor(tx, gas.id, { showsStatistics: true }, clock.at));
    const told = roundMonth(MONTH, 3, suppress(cellsOf(taken(hasHoney)))!);
    const document = writeMonth(gas, told, { istat: "041013", at: clock.at });
    insertWritten(tx, gas.id, { month: MONTH, document, createdAt: clock.at }, []);
  });
  takeIn(nodes.region, region.id, gas.id);
  claim(home, gas.id, [region.id]);
  return gas;
}

const groups = ["uno", "due", "tre", "quattro", "cinque", "sei", "sette"].map((handle, n) =>
  publish(nodes.valley, handle, n === 0),
);
publish(nodes.region, "otto", false);
await settle();

const page = async () =>
  (await nodes.region.node.app.inject({ url: "/marche/statistics", headers: { accept: "text/html" } })).body;
const categories = () =>
  readTotals(nodes.region.node.db.orm, region.id, { from: MONTH, to: MONTH, by: "category" }).map(
    ({ key, sources, families, delivered }) => `${key}: ${sources} groups, ${families} families, ${delivered} kg`,
  );

t.test(
  "the region sums eight groups, its own node's too; a cell of four and the one beside it are nowhere",
  async (t) => {
    t.same(categories(), ["pane: 8 groups, 160 families, 960 kg", "vino: 7 groups, 63 families, 378 kg"]);
    const body = await page();
    t.match(body, /8 GAS su 8, mesi fino a settembre 2026/);
    t.match(body, /960 kg/);
    t.notMatch(body, /miele|Zafferana/i);
  },
);

t.test("a group that stops publishing is gone from the sums at once, and so is a month taken back", async (t) => {
  const { wire } = nodes.valley.node;
  const [one, two] = groups;
  sure(chooseStatistics(wire, { actorId: one!.id, byId: "p1" }, false));
  await settle();
  t.same(categories(), ["pane: 7 groups, 140 families, 840 kg", "vino: 7 groups, 63 families, 378 kg"]);
  sure(revokeMonth(wire, { actorId: two!.id, byId: "p1" }, MONTH));
  await settle();
  t.same(categories(), ["pane: 6 groups, 120 families, 720 kg", "vino: 6 groups, 54 families, 324 kg"]);
  sure(chooseStatistics(wire, { actorId: one!.id, byId: "p1" }, true));
  clock.advance({ days: 1 });
  await settle();
  t.match(categories()[0], /^pane: 7 groups/, "what was not taken back is there again");
});

/** An index that is away: whatever is asked of it fails. */
const away = new Proxy({} as NetworkIndex, { get: () => () => Promise.reject(new Error("the index is away")) });

t.test("what a group takes back is gone from the sums although the index is away", async (t) => {
  const { wire } = nodes.region.node;
  const desk = { wire, index: away, readOwn: () => null, membersOf: () => [], isStopped: () => false };
  /** Reads a group now, with such an index. */
  const read = async (gas: LocalActor, isGone = false) => {
    const source = loadSource(wire.db.orm, gas.id)!;
    saveSource(wire.db.orm, { ...source, actorDueAt: clock.at, retryAt: clock.at });
    if (isGone) await visitSource(desk, gas.id);
    else await t.rejects(visitSource(desk, gas.id), /is away/);
    return loadSource(wire.db.orm, gas.id);
  };
  const [, , three, four, five, six] = groups;
  const say = (gas: LocalActor | undefined, change: Parameters<typeof updateActor>[2]) =>
    transact(nodes.valley.node.db, (tx) => updateActor(tx, gas!.id, { ...change, updatedAt: clock.at }));
  const before = Number(/^pane: (\d)/.exec(categories()[0] ?? "")?.[1]);
  transact(nodes.valley.node.db, (tx) => sure(describeActor(tx, three!.id, { showsStatistics: false }, clock.at)));
  await read(three!);
  t.match(categories()[0], `pane: ${before - 1} groups`);
  say(four, { discoverable: false });
  t.match(await read(four!), { isDiscoverable: false, statisticsEtag: null });
  t.match(categories()[0], `pane: ${before - 2} groups`);
  claim(nodes.valley, five!.id, []);
  t.match(await read(five!), { claims: [] });
  say(six, { goneAt: clock.at });
  t.match(await read(six!, true), { isGone: true });
  t.match(categories()[0], `pane: ${before - 3} groups`);
});
