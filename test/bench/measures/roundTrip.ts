// One POST of 1.5 kB to a server in another process and its answer, in ms at the 95th percentile: bare undici, one at a time.
import { Agent } from "undici";
import { startSinks } from "../sinks.ts";

const REQUESTS = 2000;
const WARM_UP = 200;

const { origins, close } = await startSinks();
const agent = new Agent({ connections: 1, pipelining: 1 });
const body = Buffer.alloc(1500, "x");
const headers = { "content-type": "application/activity+json" };
const timesMs: number[] = [];
for (let count = 0; count < WARM_UP + REQUESTS; count++) {
  const started = performance.now();
  const answer = await agent.request({ origin: origins[0]!, path: "/inbox", method: "POST", headers, body });
  await answer.body.dump();
  if (count >= WARM_UP) timesMs.push(performance.now() - started);
}
await agent.close();
close();
timesMs.sort((one, other) => one - other);
console.log(JSON.stringify({ value: timesMs[Math.ceil(REQUESTS * 0.95) - 1] }));
