// Deliveries a second of small activities, from the outbox row to the row that says delivered: `fanOut.ts DEAD` to 200 inboxes on 200
// hosts, so many of them dead, for six seconds at most; only deliveries to the living count. `fanOut.ts DEAD HOSTS LETTERS SLOW` goes on
// until every living host has every letter, `SLOW` of them answering after ten seconds; then also how many seconds that took
// ("seconds"), the share of the machine's processors ("cpuPercent"), memory ("rssMb"), the 95th percentile of a page asked for
// meanwhile ("pageP95Ms") and how long the loop was held up ("lagP99Ms").
import { availableParallelism } from "node:os";
import { mintIri } from "../../../src/activitypub/outbox.ts";
import { transact } from "../../../src/db/transact.ts";
import { startBenchNode } from "../benchNode.ts";
import { watchLag } from "../lag.ts";
import { startHosts } from "../peers.ts";

const DURATION_MS = 6000;
const WHOLE_MS = 12 * 60_000;
/** Rows of so many letters at a time, as a node that writes them one by one would have them. */
const AT_ONCE = 20;

const [dead = "0", hosts = "200", letters = "60", slow] = process.argv.slice(2);
const isWhole = slow !== undefined;
const { inboxes, close: closeHosts } = await startHosts(Number(hosts), Number(dead), false, Number(slow ?? 0));
const { node, actor, origin, close } = await startBenchNode("producer");
const recipients = inboxes.map((inbox) => ({ inbox, actorUri: null }));
const countDelivered = node.db.raw.prepare("SELECT count(*) FROM outbox WHERE state = 'delivered'").pluck();

const started = performance.now();
const [before, beforeThread] = [process.cpuUsage(), process.threadCpuUsage()];
const stopLag = watchLag();
for (let letter = 0; letter < Number(letters); letter++) {
  if (isWhole && letter % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  transact(node.db, (tx) => {
    const id = mintIri(actor, "activities");
    const object = {
      id: mintIri(actor, "notes"),
      type: "Note",
      attributedTo: actor.id,
      content: "Arance da mercoledì",
    };
    const context = "https://www.w3.org/ns/activitystreams";
    const activity = {
      "@context": context,
      id,
      type: "Create",
      actor: actor.id,
      to: [`${actor.id}/followers`],
      object,
    };
    const how = { lane: "social", thread: null, isPublic: true, isProven: true } as const;
    node.wire.post(tx, { from: actor, activity, ...how, recipients, now: Date.now() });
  });
}
const goal = Number(letters) * (Number(hosts) - Number(dead));
const pagesMs: number[] = [];
let delivered = 0;
while (delivered < goal && performance.now() - started < (isWhole ? WHOLE_MS : DURATION_MS)) {
  await new Promise((resolve) => setTimeout(resolve, isWhole ? 200 : 50));
  if (isWhole) pagesMs.push(await askPage());
  delivered = Number(countDelivered.get());
}
const seconds = (performance.now() - started) / 1000;
if (isWhole && delivered < goal) throw new Error(`${delivered} of ${goal} delivered in ${seconds} s`);
const [all, thread] = [process.cpuUsage(before), process.threadCpuUsage(beforeThread)];
const lagP99Ms = stopLag();
const rssMb = process.memoryUsage.rss() / 1e6;
await close();
closeHosts();
pagesMs.sort((one, other) => one - other);
// On a machine that others use too the time of the processor says more than the rate; signatures are made beside.
const cpuMicrosecondsEach = (all.user + all.system) / delivered;
const mainThreadMicrosecondsEach = (thread.user + thread.system) / delivered;
const cpuPercent = (100 * (all.user + all.system)) / 1e6 / seconds / availableParallelism();
console.log(
  JSON.stringify({
    ...{ value: delivered / seconds, seconds, cpuPercent, rssMb, lagP99Ms },
    ...{
      pageP95Ms: pagesMs[Math.ceil(pagesMs.length * 0.95) - 1] ?? 0,
      cpuMicrosecondsEach,
      mainThreadMicrosecondsEach,
    },
  }),
);
process.exit(0);

/** How long somebody waits who asks the node for its first page, in ms. */
async function askPage(): Promise<number> {
  const from = performance.now();
  const headers = { accept: "text/html", host: new URL(origin).host };
  const { statusCode } = await node.app.inject({ url: "/", headers });
  if (statusCode !== 200) throw new Error(`the page was answered with ${statusCode}`);
  return performance.now() - from;
}
