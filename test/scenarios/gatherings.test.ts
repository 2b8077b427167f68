// A meeting that a group publishes, as a district sees it: of a group on another node, and of one on the district's own.
import t from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { transact } from "../../src/db/transact.ts";
import { cancelGathering, publishGathering, removeGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { saveGatheringRow } from "../../src/gatherings/store.ts";
import { evening as anEvening } from "../gatherings/evenings.ts";
import { factsOf } from "../gatherings/hall.ts";
import { claim, found, takeIn } from "../network/reading/district.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BY = "p1";
const MANY = Array.from({ length: 300 }, (_, n) =>
  `m${n}`.replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)] ?? "").padEnd(26, "z"),
);

/** Three hundred published meetings, an hour each, from that time on. */
function addMany(home: TestNode, { id: actorId }: LocalActor, from: number): void {
  transact(home.node.db, (tx) => {
    for (const [n, id] of MANY.entries()) {
      const startsAt = from + n * HOUR;
      saveGatheringRow(tx, anEvening({ id, actorId, name: `Incontro ${n}`, startsAt, endsAt: startsAt + HOUR }));
    }
  });
}

t.test("a district shows its members' meetings as soon as they are published, called off or taken out", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["gas", "des"]);
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
  const fano = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano", place: "Fano" });
  const urbino = nodes.des.addActor({ kind: "gas", handle: "urbino", name: "GAS Urbino", place: "Urbino" });
  const homes: [TestNode, LocalActor][] = [
    [nodes.gas, fano],
    [nodes.des, urbino],
  ];
  for (const [home, gas] of homes) {
    takeIn(nodes.des, des.id, gas.id);
    claim(home, gas.id, [des.id]);
  }
  await settle();
  const publish = ({ node }: TestNode, actor: LocalActor, name: string, days: number) => {
    const startsAt = clock.at + days * 24 * HOUR;
    const facts = { ...factsOf(), name, startsAt, endsAt: startsAt + 2 * HOUR };
    const { id } = sure(saveGathering(node.wire, actor.id, facts, BY));
    return sure(publishGathering(node.wire, { actorId: actor.id, id, byId: BY }));
  };
  const evening = publish(nodes.gas, fano, "Serata di Fano", 4);
  publish(nodes.des, urbino, "Serata di Urbino", 2);
  await settle();
  const shown = async () =>
    (await found(nodes.des, des.id, { kinds: ["event"] })).map(({ name, isCancelled }) => [name, isCancelled]);
  t.same(await shown(), [
    ["Serata di Urbino", false],
    ["Serata di Fano", false],
  ]);
  const key = { actorId: fano.id, id: evening.id, byId: BY };
  sure(cancelGathering(nodes.gas.node.wire, key, "Nevica."));
  await settle();
  t.same((await shown())[1], ["Serata di Fano", true], "called off: at once, and still there");
  const { body } = await nodes.des.node.app.inject("/des/calendar");
  t.match(body, /<s>Serata di Fano<\/s>/);
  sure(removeGathering(nodes.gas.node.wire, key));
  await settle();
  t.same(await shown(), [["Serata di Urbino", false]]);

  await t.test(
    "three hundred meetings are read whole, from another node and from its own, and a change far behind",
    async (t) => {
      for (const [home, gas] of homes) {
        addMany(home, gas, clock.at + 10 * DAY);
        publish(home, gas, "Una in più", 3);
      }
      await settle();
      const all = await found(nodes.des, des.id, { kinds: ["event"] });
      const idsOf = (gas: LocalActor) => all.filter(({ sourceId }) => sourceId === gas.id).map(({ id }) => id);
      const counts = homes.map(([, gas]) => new Set(idsOf(gas)).size);
      t.same(counts, [301, 302]);
      for (const [home, { id: actorId }] of homes)
        sure(cancelGathering(home.node.wire, { actorId, id: MANY.at(-1)!, byId: BY }, "Nevica."));
      await settle();
      const last = (await shown()).filter(([name]) => name === "Incontro 299");
      const off = ["Incontro 299", true];
      t.same(last, [off, off]);
    },
  );
});
