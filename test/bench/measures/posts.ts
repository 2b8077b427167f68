// POSTs of 1.5 kB to five servers on loopback: "bare" undici, or "guarded" by our outbound client.
import { Agent } from "undici";
import { createFetcher } from "../../../src/activitypub/guardedFetch.ts";
import { startSinks } from "../sinks.ts";

const DURATION_MS = 3000;
const IN_FLIGHT = 40;

const { origins, close } = await startSinks();
const body = Buffer.alloc(1500, "x");
const headers = { "content-type": "application/activity+json" };
const agent = new Agent({ connections: 8, pipelining: 1 });
const fetcher = createFetcher({ allowPrivate: true, userAgent: "Filiera bench" });

async function postBare(origin: string): Promise<void> {
  const answer = await agent.request({ origin, path: "/inbox", method: "POST", headers, body });
  await answer.body.dump();
}
async function postGuarded(origin: string): Promise<void> {
  const answer = await fetcher.post(`${origin}/inbox`, body, { headers });
  if (!answer.ok) throw new Error(`${answer.failure}: ${answer.detail}`);
}

const post = process.argv[2] === "guarded" ? postGuarded : postBare;
let count = 0;
const started = performance.now();
async function keepPosting(origin: string): Promise<void> {
  while (performance.now() - started < DURATION_MS) {
    await post(origin);
    count++;
  }
}
await Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => keepPosting(origins[index % origins.length]!)));
const value = count / ((performance.now() - started) / 1000);
await Promise.all([agent.close(), fetcher.close()]);
close();
console.log(JSON.stringify({ value }));
