// A node is taken home as one file, its machine is lost, and it is made again elsewhere: the same node, for its people and its partners.
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import t from "tap";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { createBackupKeeper } from "../../src/db/backupKeeper.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { type ImportWish, importExport } from "../../src/nodeData.ts";
import { suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { makePact } from "./orderTown.ts";

/** As the page "take everything home" gives it. */
async function takeHome({ node, config }: TestNode, file: string): Promise<void> {
  const parts = { db: node.db, dataFolder: config.dataFolder, clock: node.wire.clock, time: null };
  const keeper = createBackupKeeper({ ...parts, prove: async () => [], tellMissed: () => {}, note: () => {} });
  const opened = await keeper.openExport();
  if (isRefusal(opened)) throw new Error(opened.refused);
  await pipeline(opened.stream, createWriteStream(file));
}

t.test(
  "a node made again from its one file and its secret goes on with its partners, and from nothing less",
  async (t) => {
    const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
    const farm = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
    const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    await makePact({ farmHome: nodes.farm, gasHome: nodes.gas, farm, gas, settle });
    const { config, origin } = nodes.gas;
    const file = `${t.testdirName}/home.tar`;
    await takeHome(nodes.gas, file);
    await nodes.gas.stop();
    t.notMatch(readFileSync(file).toString("latin1"), config.secret.toString("base64url"), "the file has no secret");

    const { dataFolder, secret } = config;
    const wish: ImportWish = { file, dataFolder, origin, secret, keepsSecret: true, now: clock.at };
    t.match(importExport(wish), { refused: "data-in-use" });
    renameSync(dataFolder, `${dataFolder}-lost`);
    const refusals = {
      "secret-of-another": { secret: Buffer.alloc(32, 1) },
      "backup-of-another": { origin: "https://altro.example" },
      "not-an-export": { file: `${t.testdirName}/gas-lost/db.sqlite` },
    };
    for (const [refused, change] of Object.entries(refusals)) {
      t.match(importExport({ ...wish, ...change }), { refused });
      t.notOk(existsSync(dataFolder), "nothing is there");
      t.notOk(existsSync(`${dataFolder}.importing`), "nor beside it");
    }
    mkdirSync(dataFolder, { mode: 0o700 });
    t.match(importExport(wish), { epoch: 2, aside: null });
    t.equal(readFileSync(`${dataFolder}/secrets/secret`, "utf8").trim(), secret.toString("base64url"));

    await nodes.gas.start();
    clock.advance({ minutes: 5 });
    await settle();
    const { db } = nodes.gas.node;
    for (const { name, broken } of checkWire(db, origin, secret)) t.same(broken, [], name);
    const [held] = listPacts(db.orm, gas.id, 9);
    t.equal(held?.state, "live");
    sure(suspendPact(nodes.gas.node.wire, { actorId: gas.id, iri: held!.pact.iri }, null));
    await settle();
    const halves = listPacts(nodes.farm.node.db.orm, farm.id, 9)[0]?.pact.halves;
    t.match(halves?.buyer, { status: "suspended", epoch: 2 }, "its partner hears it, by the same key");
  },
);

t.test("a file of a newer version is refused before anything is written", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  const { config, origin } = nodes.gas;
  nodes.gas.node.db.raw.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('newer', 9e15)");
  const file = `${t.testdirName}/home.tar`;
  await takeHome(nodes.gas, file);
  const dataFolder = `${t.testdirName}/new`;
  const { secret } = config;
  const wish = { file, dataFolder, origin, secret, keepsSecret: false, now: clock.at };
  t.match(importExport(wish), { refused: "backup-newer" });
  t.notOk(existsSync(dataFolder));
});
