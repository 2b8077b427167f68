import t from "tap";
import { createFetcher } from "../../src/activitypub/guardedFetch.ts";
import {
  type ChaosProxy,
  type Fault,
  type FaultPlan,
  listedFaults,
  seededFaults,
  startChaosProxy,
} from "./chaosProxy.ts";
import { type EvilPeer, startEvilPeer } from "./evilPeer.ts";

type Teardown = { teardown(work: () => unknown): void };

async function stage(
  t: Teardown,
  plan: FaultPlan,
): Promise<{ peer: EvilPeer; proxy: ChaosProxy; post: () => Promise<string> }> {
  const fetcher = createFetcher({
    allowPrivate: true,
    userAgent: "Filiera/test",
    deadlines: { getMs: 2000, postMs: 2000 },
  });
  const peer = await startEvilPeer();
  const proxy = await startChaosProxy(peer.port, plan);
  t.teardown(() => Promise.all([fetcher.close(), proxy.close(), peer.close()]));
  peer.serve("/inbox", { status: 202, body: { ok: true } });
  const bytes = Buffer.from(JSON.stringify({ letter: "x".repeat(500) }));
  const post = async () => {
    const answer = await fetcher.post(`${proxy.origin}/inbox`, bytes, { headers: { "content-type": "text/plain" } });
    return answer.ok ? `${answer.status} ${answer.body}` : answer.failure;
  };
  return { peer, proxy, post };
}

t.test("each fault does to a delivery what its name says", async (t) => {
  const faults: Fault[] = [
    { kind: "none" },
    { kind: "delay", delayMs: 20 },
    { kind: "cut-request", atByte: 300 },
    { kind: "cut-answer", atByte: 40 },
    { kind: "drop-answer" },
    { kind: "duplicate", times: 3 },
  ];
  const { peer, proxy, post } = await stage(t, listedFaults(...faults));
  const arrived: number[] = [];
  const heard: string[] = [];
  for (let request = 0; request < 7; request++) {
    heard.push(await post());
    arrived.push(peer.hits.filter(({ body }) => body.length === 513).length);
  }
  const good = '202 {"ok":true}';
  t.strictSame(heard, [good, good, "network", "network", "network", good, good]);
  t.strictSame(arrived.slice(0, 5), [1, 2, 2, 3, 4]);
  t.equal(arrived[6], 8, "the copies arrived too");
  t.match(proxy.log[2], { method: "POST", path: "/inbox", fault: { kind: "cut-request" } });
});

t.test("A22 a line cut at any byte, both ways, is a failure or a whole answer, never half a one", async (t) => {
  const cuts: Fault[] = [];
  for (let atByte = 0; atByte < 900; atByte += 64)
    cuts.push({ kind: "cut-request", atByte }, { kind: "cut-answer", atByte });
  const { post } = await stage(t, listedFaults(...cuts));
  for (const fault of cuts) {
    const heard = await post();
    t.ok(
      heard === "network" || heard === "malformed" || heard === '202 {"ok":true}',
      `${JSON.stringify(fault)}: ${heard}`,
    );
  }
});

t.test("the same seed gives the same faults, another seed others", async (t) => {
  const plan = (seed: number) => Array.from({ length: 200 }, (_, index) => seededFaults(seed)(index));
  t.strictSame(plan(7), plan(7));
  t.not(JSON.stringify(plan(7)), JSON.stringify(plan(8)));
  t.equal(new Set(plan(7).map(({ kind }) => kind)).size, 6, "all kinds occur");
});
