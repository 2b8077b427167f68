// `catalogCrowd.ts PEOPLE`: people who read a farm's list of 5,000 products, five pages each, as densely as a thousand of them within a
// minute, at moments drawn from a seed: how long one waits for a page behind those that came before, in ms at the 95th percentile
// ("value"), and the node's memory ("rssMb"). Time between requests is only counted, not waited for, and a page counts as long as the
// processor worked for it: others use the machine too.
import { setImmediate as turn } from "node:timers/promises";
import { changeCatalog } from "../../../src/catalogs/actions.ts";
import { startFacts } from "../../../src/catalogs/product.ts";
import { transact } from "../../../src/db/transact.ts";
import { startBenchNode } from "../benchNode.ts";
import { makeDraw } from "../offers.ts";

const PEOPLE = Number(process.argv[2] ?? 1000);
const PAGES_EACH = 5;
const WITHIN_MS = 60 * PEOPLE;
const PRODUCTS = 5000;
const WORDS = "mele pere farina pane olio miele patate zucche cavoli ceci".split(" ");

const { node, actor, origin, close } = await startBenchNode("producer");
const changes = Array.from({ length: PRODUCTS }, (_, n) => {
  const facts = startFacts(`${WORDS[n % WORDS.length]} varietà ${n}`, 25_000, "KGM");
  return { kind: "add", facts } as const;
});
transact(node.db, (tx) => changeCatalog(node.wire, tx, actor, changes, "edit"));

const draw = makeDraw(2026);
const readings = Array.from({ length: PEOPLE * PAGES_EACH }, (_, i) => ({
  person: i % PEOPLE,
  at: draw() * WITHIN_MS,
}));
readings.sort((one, other) => one.at - other.at);
const next = new Map<number, string>();
const waitsMs: number[] = [];
let freeAt = 0;
for (const { person, at } of readings) {
  const before = process.cpuUsage();
  await readPage(person);
  const { user, system } = process.cpuUsage(before);
  freeAt = Math.max(at, freeAt) + (user + system) / 1000;
  waitsMs.push(freeAt - at);
  // As a socket's answer does, one that is only handed over goes when the loop turns; until then all of it is kept.
  await turn();
}
const rssMb = process.memoryUsage.rss() / 1e6;
await close();
waitsMs.sort((one, other) => one - other);
console.log(JSON.stringify({ value: waitsMs[Math.ceil(waitsMs.length * 0.95) - 1], rssMb }));
process.exit(0);

/** The list from its beginning or where this person stopped; every third looks for a word. */
async function readPage(person: number): Promise<void> {
  const start = person % 3 === 0 ? `/p/catalog?search=${WORDS[person % WORDS.length]}` : "/p/catalog";
  const url = next.get(person) ?? start;
  const headers = { host: new URL(origin).host, accept: "text/html" };
  const remoteAddress = `10.2.${person >> 8}.${person & 255}`;
  const { statusCode, body } = await node.app.inject({ url, headers, remoteAddress });
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`);
  const further = /href="(\/p\/catalog\?[^"]*after=[^"]*)"/.exec(body)?.[1];
  if (further) next.set(person, further.replaceAll("&amp;", "&"));
  else next.delete(person);
}
