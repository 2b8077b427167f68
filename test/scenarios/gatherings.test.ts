// A meeting that a group publishes, as a district sees it: of a group on another node, and of one on the district's own.
import t from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { transact } from "../../src/db/transact.ts";
import { cancelGathering, publishGathering, removeGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { saveGatheringRow } from "../../src/gatherings/store.ts";
import { evening } from "../gatherings/evenings.ts";
import { factsOf } from "../gatherings/hall.ts";
import { claim, found, takeIn } from "../network/reading/district.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BY = "p1";

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

  await t.test("three hundred meetings are read whole, from another node and from its own, and a change far behind", async (t) => {
    const ids = Array.from({ length: 300 }, (_, n) => `m${n}`.replaceAll(/\d/g, (d) => "abcdefghij"[Number(d)]!).padEnd(26, "z"));
    for (const [home, { id: actorId }] of homes)
      transact(home.node.db, (tx) => {
        for (const [n, id] of ids.entries()) {
          const startsAt = clock.at + 10 * DAY + n * HOUR;
          saveGatheringRow(tx, evening({ id, actorId, name: `Incontro ${n}`, startsAt, endsAt: startsAt + HOUR }));
        }
      });
    for (const [home, gas] of homes) publish(home, gas, "Una in più", 3);
    await settle();
    const counted = async () => {
      const all = await found(nodes.des, des.id, { kinds: ["event"] });
      return homes.map(([, gas]) => new Set(all.filter(({ sourceId }) => sourceId === gas.id).map(({ id }) => id)).size);
    };
    t.same(await counted(), [301, 302]);
    for (const [home, gas] of homes)
      sure(cancelGathering(home.node.wire, { actorId: gas.id, id: ids[299]!, byId: BY }, "Nevica."));
    await settle();
    const last = (await found(nodes.des, des.id, { kinds: ["event"] })).filter(({ name }) => name === "Incontro 299");
    t.same(last.map(({ isCancelled }) => isCancelled), [true, true]);
  });
});
