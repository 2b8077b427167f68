// A farm and a group join a district, the district a province, the province a region: what changes at the farm is found at the region.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { LocalActor } from "../../../src/activitypub/actor.ts";
import { removeProduct, saveProduct } from "../../../src/catalogs/actions.ts";
import { transact } from "../../../src/db/transact.ts";
import { insertPerson, insertSeat } from "../../../src/members/store.ts";
import { acceptMember, joinNetwork, leaveNetwork } from "../../../src/network/membership/actions.ts";
import { sure } from "../../sales/cycles.ts";
import { startNodes, type TestNode } from "../../tools/nodes.ts";
import { offer, openPublicCycle, shown, sourcesOf } from "./district.ts";

const CANARIES = ["Zafferana", "Ginestrelli", "zafferana.ginestrelli@posta.example"];

/** A member of a group, with an unmistakable name (SAFETY B39). */
function housePerson({ node }: TestNode, actorId: string): void {
  const createdAt = node.wire.clock.now();
  const person = { id: "canary", name: `${CANARIES[0]} ${CANARIES[1]}`, email: CANARIES[2]!, language: "it" as const };
  transact(node.db, (tx) => {
    insertPerson(tx, { ...person, nodeAdmin: true, createdAt });
    insertSeat(tx, { personId: person.id, actorId, role: "member", createdAt });
  });
}

/** Three nodes: farm and group; their district; the province and the region, which live on one. */
async function startRegion(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["valley", "des", "high"]);
  const farm = nodes.valley.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto", place: "Fano" });
  const gas = nodes.valley.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
  const province = nodes.high.addActor({ kind: "district", handle: "provincia", name: "Pesaro", level: "province" });
  const region = nodes.high.addActor({ kind: "district", handle: "regione", name: "Marche", level: "region" });
  housePerson(nodes.valley, gas.id);
  const oranges = offer(nodes.valley, farm, "Arance Navel");
  const enter = async (home: TestNode, member: LocalActor, networkHome: TestNode, network: LocalActor) => {
    const found = await home.node.wire.senders.findActor(network.id, { fresh: true });
    if ("failed" in found) throw new Error(found.detail);
    sure(joinNetwork(home.node.wire, { actorId: member.id, byId: "p1" }, found, null));
    await settle();
    acceptMember(networkHome.node.wire, { actorId: network.id, peer: member.id, byId: "p2" });
    await settle();
  };
  await enter(nodes.high, province, nodes.high, region);
  await enter(nodes.des, des, nodes.high, province);
  await enter(nodes.valley, farm, nodes.des, des);
  await enter(nodes.valley, gas, nodes.des, des);
  const atRegion = (wish?: Parameters<typeof shown>[2]) => shown(nodes.high, region.id, wish);
  return { nodes, clock, settle, farm, gas, des, province, region, oranges, atRegion };
}

t.test(
  "what a farm of a district offers is found at the region, through the province, and changes with it",
  async (t) => {
    const { nodes, clock, settle, farm, gas, des, province, region, oranges, atRegion } = await startRegion(t);
    t.match(sourcesOf(nodes.high, region.id), {
      provincia: { via: region.id, depth: 1, standing: "agreed" },
      des: { via: province.id, depth: 2, standing: "agreed" },
      agrumeto: { via: des.id, depth: 3, standing: "agreed" },
      fano: { via: des.id, depth: 3, standing: "agreed" },
    });
    t.same(await atRegion({ kinds: ["gas", "producer", "district"] }), ["GAS Fano", "Agrumeto", "Due Valli", "Pesaro"]);
    t.same(await atRegion({ find: "arance" }), ["Arance Navel"]);
    t.same(await shown(nodes.high, province.id, { find: "arance" }), ["Arance Navel"], "and at the province");
    const { body } = await nodes.high.node.app.inject("/regione/search?find=arance");
    t.match(body, /attraverso Due Valli/, "the card says through which network it came");

    const { wire } = nodes.valley.node;
    const { id: productId, version: expectedVersion, facts } = oranges;
    const changed = sure(
      saveProduct(wire, farm, { productId, expectedVersion, facts: { ...facts, name: "Arance Tarocco" } }),
    );
    openPublicCycle(nodes.valley, farm, changed, "Arance di fine anno");
    await settle();
    t.same(await atRegion({ kinds: ["product", "cycle"] }), ["Arance Tarocco", "Arance di fine anno"]);
    sure(removeProduct(wire, farm, { productId, expectedVersion: changed.version }));
    await settle();
    t.same(await atRegion({ find: "tarocco" }), []);

    await t.test("B39 no member of a group is in the index of the region, nor anywhere at its node", async (t) => {
      for (const name of ["index.sqlite", "index.sqlite-wal", "db.sqlite", "db.sqlite-wal"]) {
        const file = join(nodes.high.config.dataFolder, name);
        const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
        for (const canary of CANARIES) t.notOk(bytes.includes(canary), `${canary} in ${name}`);
        if (name === "index.sqlite-wal" || name === "index.sqlite") t.ok(existsSync(file), name);
      }
    });

    await t.test("a member that leaves the district is gone at the region too", async (t) => {
      sure(leaveNetwork(wire, { actorId: gas.id, peer: des.id, byId: "p1" }));
      await settle();
      clock.advance({ minutes: 2 });
      await settle();
      t.same(await atRegion({ kinds: ["gas"] }), []);
      t.notOk("fano" in sourcesOf(nodes.high, region.id));
    });
  },
);
