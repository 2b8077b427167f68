// The pages of who looks after the node: how it is, saving, mail, taking everything home, and every other node.
import t from "tap";
import { createClockWatch } from "../../src/activitypub/clockWatch.ts";
import { followActor } from "../../src/partners/followActions.ts";
import { judgeHealth, type NodeHealth } from "../../src/web/nodeHealthPages.ts";
import { sitDown } from "../partners/desks.ts";
import { startNodes } from "../tools/nodes.ts";

const HEALTH = "/node/health";
const GIGABYTE = 1024 ** 3;
const SOUND: NodeHealth = {
  ...{ version: "1", runtime: "24", sqlite: "3", databaseBytes: 1, clock: { aheadMs: 0, hosts: 3 } },
  disk: { freeBytes: 20 * GIGABYTE, totalBytes: 40 * GIGABYTE },
  backup: {
    ...{ running: null, trouble: null, isExporting: false, last: { at: 0, name: "x", bytes: 1 } },
    proof: { at: 0, name: "x", problems: [] },
  },
  mail: { isSet: true, to: null, lastTest: null },
};

t.test("each thing is judged by its own worst", async (t) => {
  t.same(judgeHealth(SOUND, 0), { disk: "good", backup: "good", proof: "good", clock: "good" });
  t.equal(judgeHealth({ ...SOUND, disk: { freeBytes: 3 * GIGABYTE, totalBytes: 40 * GIGABYTE } }, 0).disk, "wait");
  t.equal(judgeHealth({ ...SOUND, disk: { freeBytes: 1, totalBytes: 40 * GIGABYTE } }, 0).disk, "stop");
  t.equal(judgeHealth({ ...SOUND, clock: { aheadMs: -61_000, hosts: 1 } }, 0).clock, "stop");
  t.equal(judgeHealth(SOUND, 3 * 86_400_000).backup, "wait");
  const broken = { ...SOUND.backup, proof: { at: 0, name: "x", problems: ["y"] } };
  t.equal(judgeHealth({ ...SOUND, backup: broken }, 0).proof, "stop");
});

t.test("one host with a wrong clock does not make ours wrong", async (t) => {
  const watch = createClockWatch();
  t.equal(watch.median(), null);
  const now = Date.UTC(2026, 10, 23, 9);
  for (const host of ["a", "b"]) watch.note(host, new Date(now).toUTCString(), now);
  watch.note("c", new Date(now - 3_600_000).toUTCString(), now);
  watch.note("d", "yesterday", now);
  t.same(watch.median(), { aheadMs: -500, hosts: 3 });
});

t.test("C40 only who looks after the node sees its health, saves it and takes it home", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  for (const path of [HEALTH, "/node/partners"]) t.equal((await laura.get(path)).status, 404, path);
  const keeper = await sitDown(nodes.gas, "keeper", "fano", "admin", true);
  t.match((await keeper.get(HEALTH)).body, /Mai provata/);
  await keeper.submit(await keeper.get(HEALTH), `${HEALTH}/backup`);
  const waitFor = async (text: RegExp) => {
    for (let i = 0; i < 200; i++) {
      const page = await keeper.get(HEALTH);
      if (text.test(page.body)) return page;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`the page never says ${text}`);
  };
  const page = await waitFor(/riuscita/);
  const home = await keeper.submit(page, `${HEALTH}/export`);
  t.equal(home.status, 200);
  t.equal(home.headers["content-type"], "application/x-tar");
  clock.advance({ minutes: 31 });
  const late = await keeper.submit(await waitFor(/Scarica tutto/), `${HEALTH}/export`);
  t.equal(late.status, 401, "an old sign-in does not take everybody's data away");
});

t.test("a node that does not answer stands first, with what waits for it, and is tried again at a press", async (t) => {
  const { nodes, settle, clock } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { wire } = nodes.gas.node;
  const peer = await wire.senders.findActor(farm.id);
  if ("failed" in peer) return t.fail(peer.detail);
  await nodes.farm.stop();
  followActor(wire, gas.id, peer);
  await nodes.gas.node.runDue();
  const keeper = await sitDown(nodes.gas, "keeper", "fano", "admin", true);
  const page = await keeper.get("/node/partners");
  t.match(page.body, /non risponde/);
  t.match(page.body, /1 messaggio/);
  await nodes.farm.start();
  clock.advance({ minutes: 1 });
  await keeper.submit(page, "/node/partners/retry", { host: new URL(nodes.farm.origin).host });
  await settle();
  t.match((await keeper.get("/node/partners")).body, /tutto bene/);
});
