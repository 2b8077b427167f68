// A1: a node that dies by SIGKILL at every crash point of a story, one after the other, and still nothing is lost or doubled.
import { spawn } from "node:child_process";
import t from "tap";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase } from "../../src/db/open.ts";
import { acceptPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { freePort, startNodes } from "../tools/nodes.ts";

const POINTS = [
  "before-begin",
  "before-commit",
  "after-commit",
  "before-group-commit",
  "after-group-commit",
  "before-send",
  "after-send",
];

type End = { signal: string | null; status: number | null; err: string };

function runGas(farm: string, dieAt: string, settings: string[]): Promise<End> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["test/tools/crashingGas.ts", farm, dieAt, ...settings]);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (status, signal) => resolve({ signal, status, err }));
  });
}

t.test(
  "A1 killed at each of 25 crash points and more, the GAS ends following the farm once, with one pact, all told once",
  async (t) => {
    const { nodes } = await startNodes(t, ["farm"], { clock: { now: Date.now }, chance: () => 0 });
    const { node, addActor } = nodes.farm;
    const farm = addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    // The farm's person says yes as soon as there is something to say it to.
    const person = setInterval(() => {
      const open = listPacts(node.db.orm, farm.id, 10).find(({ state }) => state === "proposed");
      if (open) acceptPact(node.wire, { actorId: farm.id, iri: open.pact.iri }, { revision: 1, isCompared: true });
    }, 50);
    t.teardown(() => clearInterval(person));
    const port = await freePort();
    const data = `${t.testdirName}/gas`;
    const settings = [
      "--origin",
      `http://127.0.0.1:${port}`,
      "--port",
      String(port),
      "--data",
      data,
      "--allow-private",
    ];
    const died: string[] = [];
    for (const dieAt of [1, 2, 3, 4].flatMap((occurrence) => POINTS.map((point) => `${point}:${occurrence}`))) {
      const end = await runGas(farm.id, dieAt, settings);
      if (end.signal === "SIGKILL") died.push(dieAt);
      else t.match(end, { status: 0 }, `${dieAt} was never reached`);
    }
    t.ok(died.length >= 25, `died ${died.length} times`);
    for (const point of POINTS) t.ok(died.includes(`${point}:1`), point);
    t.match(await runGas(farm.id, "", settings), { status: 0 }, "left alone, it ends well");

    const count = (db: typeof node.db, sql: string) => db.raw.prepare(sql).pluck().get();
    t.equal(count(node.db, "SELECT count(*) FROM follows"), 1, "one follower");
    t.equal(count(node.db, "SELECT count(*) FROM pacts WHERE state = 'live'"), 1, "one live pact");
    t.equal(count(node.db, "SELECT count(*) FROM pacts"), 1, "and no other");
    t.equal(
      count(node.db, "SELECT count(*) FROM inbox_log WHERE outcome <> 'applied'"),
      0,
      "nothing refused or unknown",
    );
    const { config } = readConfig(settings, {});
    const gas = openDatabase(`${data}/db.sqlite`);
    t.teardown(() => gas.raw.close());
    t.equal(count(gas, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0, "nothing is still owed");
    t.equal(count(gas, "SELECT count(*) FROM pacts WHERE state = 'live'"), 1);
    for (const [db, origin, secret] of [
      [gas, config.origin, config.secret],
      [node.db, nodes.farm.origin, nodes.farm.config.secret],
    ] as const) {
      t.same(findDamage(db), []);
      t.same(
        checkWire(db, origin, secret).filter(({ broken }) => broken.length > 0),
        [],
      );
    }
  },
);
