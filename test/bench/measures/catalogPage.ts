// How long a partner's node waits for one page of a catalog of 3,000 products, in ms at the 95th percentile: the signed GET
// of our client, the farm's check of it, the page at the partner's prices, all pages three times.
import { startPartner } from "../partner.ts";

const PRODUCTS = 3000;
const ROUNDS = 3;

const { group, farm, close } = await startPartner(PRODUCTS);
const { actor, node } = group;

async function read(iri: string) {
  const found = await node.wire.fetchDocument(iri, actor.id);
  if ("failed" in found) throw new Error(`${iri}: ${found.detail}`);
  return found.document;
}

const timesMs: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  let items = 0;
  let next = (await read(`${farm.actorId}/catalog`)).first;
  while (typeof next === "string") {
    const started = performance.now();
    const page = await read(next);
    timesMs.push(performance.now() - started);
    items += Array.isArray(page.items) ? page.items.length : 0;
    next = page.next;
  }
  if (items !== PRODUCTS) throw new Error(`${items} products instead of ${PRODUCTS}`);
}
await close();
timesMs.sort((one, other) => one - other);
console.log(JSON.stringify({ value: timesMs[Math.ceil(timesMs.length * 0.95) - 1] }));
