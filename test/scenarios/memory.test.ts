// A43: a node that may use 256 MiB and no more: it takes its whole data home under load, and where memory runs out it comes back as after
// any other death.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { request } from "undici";
import { readConfig } from "../../src/config.ts";
import { transact } from "../../src/db/transact.ts";
import { insertPerson } from "../../src/members/store.ts";
import { openNodeData } from "../../src/nodeData.ts";
import { cookieRules } from "../../src/web/sessions.ts";
import { insertSession } from "../../src/web/store.ts";
import { statusOf } from "../tools/letters.ts";
import { type MemoryGroup, openMemoryGroup } from "../tools/memoryGroup.ts";
import { startNodes } from "../tools/nodes.ts";
import { actAsFarm } from "../tools/orderPeople.ts";
import { checkBooks, killAgainAndAgain, openLeft, settingsOf } from "./killedOrders.ts";

const MEBIBYTES = 256;
const DATA_MEBIBYTES = 64;

const trial = openMemoryGroup(MEBIBYTES);
const whyNot = "whyNot" in trial ? trial.whyNot : false;
if (!("whyNot" in trial)) await trial.close();

function openGroup(t: Test): MemoryGroup {
  const group = openMemoryGroup(MEBIBYTES);
  if ("whyNot" in group) throw new Error(group.whyNot);
  t.teardown(() => group.close());
  return group;
}

/** Much data, and somebody signed in who looks after the node. Gives the cookie. */
function fillNode(settings: string[]): string {
  const { config } = readConfig(settings, {});
  const db = openNodeData(config, { now: Date.now });
  const fact = db.raw.prepare("INSERT INTO node_facts (name, value) VALUES (?, ?)");
  transact(db, (tx) => {
    for (let i = 0; i < DATA_MEBIBYTES; i++) fact.run(`much-${i}`, randomBytes(512 * 1024).toString("hex"));
    const now = Date.now();
    insertPerson(tx, { id: "ada", name: "Ada", nodeAdmin: true, createdAt: now });
    const idHash = createHash("sha256").update("a".repeat(22)).digest("hex");
    insertSession(tx, { idHash, personId: "ada", device: "test", createdAt: now, seenAt: now });
  });
  db.raw.close();
  return `${cookieRules(config.origin).session}=${"a".repeat(22)}`;
}

/** Asks for everything as the page's button does, and gives how many bytes came and the last of them. */
async function takeHome(origin: string, cookie: string) {
  const page = await request(`${origin}/node/health`, { headers: { cookie, accept: "text/html" } });
  const text = await page.body.text();
  const [, token = ""] = /action="\/node\/health\/export"[\s\S]*?name="_token" value="([^"]+)"/.exec(text) ?? [];
  const headers = { cookie, origin, "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ _token: token }).toString();
  const answer = await request(`${origin}/node/health/export`, { method: "POST", headers, body, bodyTimeout: 120_000 });
  let bytes = 0;
  let end: Buffer = Buffer.alloc(0);
  for await (const piece of answer.body) {
    bytes += piece.length;
    end = Buffer.concat([end, piece]).subarray(-1024);
  }
  return { page: page.statusCode, status: answer.statusCode, bytes, end };
}

t.test(
  "A43 with 256 MiB a node gives 64 MiB of data home as a stream, while ten visitors look at its pages",
  { skip: whyNot },
  async (t) => {
    t.testdir();
    const { origin, settings } = await settingsOf(t);
    const cookie = fillNode(settings);
    // As `npm start` runs it.
    const args = ["--max-semi-space-size=2", "--max-old-space-size=128", "src/main.ts", ...settings];
    const child = spawn(...openGroup(t).wrap(process.execPath, args), { stdio: "ignore" });
    t.teardown(() => child.kill("SIGKILL"));
    for (let i = 0; (await statusOf(`${origin}/readyz`)) !== 200; i++) {
      if (i > 1200 || child.exitCode !== null) throw new Error("the node did not get ready");
      await pause(50);
    }
    let isOver = false;
    const odd: number[] = [];
    const visit = async () => {
      while (!isOver) {
        const status = await statusOf(`${origin}/`);
        // While a copy is written the node may say for a moment that it is busy.
        if (status !== 200 && status !== 503) odd.push(status);
        await pause(20);
      }
    };
    const visitors = Array.from({ length: 10 }, visit);
    const taken = await takeHome(origin, cookie);
    isOver = true;
    await Promise.all(visitors);
    t.match(taken, { page: 200, status: 200 });
    t.ok(taken.bytes > DATA_MEBIBYTES * 1024 * 1024, `${taken.bytes} bytes`);
    t.same(taken.end, Buffer.alloc(1024), "to its end");
    t.same(odd, []);
    const [, resident] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    t.comment(`${Math.round(Number(resident) / 1024)} MiB at most`);
    t.equal(child.exitCode, null, "and it lives");
  },
);

t.test(
  "A43 killed because memory ran out as an order is sent and as it is charged, a group's node has each order once all the same",
  { skip: whyNot },
  async (t) => {
    const { nodes } = await startNodes(t, ["farm"], { clock: { now: Date.now }, chance: () => 0 });
    const { node, config, addActor } = nodes.farm;
    const farm = addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    const farmer = setInterval(() => actAsFarm(node, farm), 50);
    t.teardown(() => clearInterval(farmer));
    const { settings } = await settingsOf(t);
    const deaths = ["offer-posted:1:memory", "after-charge:1:memory"];
    const { wrap } = openGroup(t);
    const orders = await killAgainAndAgain(t, { side: "gas", deaths, farm: farm.id, settings, wrap });
    checkBooks(t, { gas: openLeft(t, settings), farm: { db: node.db, config } }, "gas", orders);
  },
);
