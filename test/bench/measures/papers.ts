// The papers of a big order: 200 households with 300 lines each, every report as PDF and as CSV, one after the other, as a person at the
// desk asks for them. The slowest in seconds ("slowestSeconds"), by how much the process grew ("grewMb"), and how long the loop was
// held up, in ms at the 99th percentile ("lagP99Ms").
import { createHash } from "node:crypto";
import { readConfig } from "../../../src/config.ts";
import { buildNode } from "../../../src/node.ts";
import { REPORTS } from "../../../src/orders/reports/reports.ts";
import { insertSession } from "../../../src/web/store.ts";
import { NOW } from "../../orders/group.ts";
import { openCrowd } from "../crowd.ts";
import { watchLag } from "../lag.ts";

const HOUSEHOLDS = 200;
const LINES = 300;

const crowd = openCrowd(HOUSEHOLDS, LINES);
const order = crowd.openBooked(LINES);
const { config } = readConfig(["--origin", "https://g.example", "--data", crowd.folder], {});
const carry = async () => ({ ok: false, failure: "unreachable", detail: "nobody is there" });
const node = await buildNode(config, {
  clock: crowd.group.clock,
  busyAfterMs: 0,
  carrier: { get: carry, post: carry, close: async () => {} } as never,
});
await node.app.ready();
const idHash = createHash("sha256").update("bench-rita").digest("hex");
insertSession(node.db.orm, { idHash, personId: "rita", device: "", createdAt: NOW, seenAt: NOW });

// The page of the order itself, so that only papers are counted.
await ask("");
const before = process.memoryUsage.rss();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 20);
const stopLag = watchLag();
const seconds: Record<string, number> = {};
const refused: string[] = [];
for (const name of Object.keys(REPORTS))
  for (const ending of ["pdf", "csv"]) {
    const from = performance.now();
    const isThere = await ask(`/reports/${name}.${ending}`);
    if (!isThere) refused.push(`${name}.${ending}`);
    seconds[`${name}.${ending}`] = Number(((performance.now() - from) / 1000).toPrecision(3));
    most = Math.max(most, process.memoryUsage.rss());
  }
const lagP99Ms = stopLag();
clearInterval(watch);
await node.stop();
await crowd.close();
const slowestSeconds = Math.max(...Object.values(seconds));
console.log(JSON.stringify({ slowestSeconds, grewMb: (most - before) / 1e6, lagP99Ms, seconds, refused }));
process.exit(0);

/** False where it was given up, as what takes too long or too much memory to draw is: that counts with the time until it was. */
async function ask(path: string): Promise<boolean> {
  const headers = { host: "g.example", accept: "text/html", cookie: "__Host-filiera=bench-rita" };
  const { statusCode, body } = await node.app.inject({ url: `/desk/g/orders/${order.id}${path}`, headers });
  if (statusCode === 503) return false;
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${body.slice(0, 300)}`);
  return true;
}
