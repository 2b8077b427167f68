// A network with three hundred farms on three hundred hosts: entries read again a second after the index was thrown away ("rebuild"),
// seconds to catch up after a day's outage ("catch-up"), signed digests turned into new entries a second ("letters"), and the memory
// of the node after all that ("rss"). `networkReading.ts year SOURCES PRODUCTS`: a bigger network, its first reading in minutes
// ("firstMinutes"), a day on which one of twenty changes its catalog ("dayMinutes"), a search ("searchP95Ms") and memory ("rssMb").
import { INBOX_LIMITS } from "../../../src/activitypub/gateLimits.ts";
import { readConfig } from "../../../src/config.ts";
import { transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import type { Membership } from "../../../src/network/membership/membership.ts";
import { saveMembership } from "../../../src/network/membership/store.ts";
import { listAllSources } from "../../../src/network/reading/store.ts";
import { buildNode, makeActor, type Node } from "../../../src/node.ts";
import { findFreePort } from "../benchNode.ts";
import { hammer } from "../hammer.ts";
import { makeScratchFolder } from "../scratch.ts";
import { startSources } from "../sources.ts";

const CHANGE_SHARE = 0.05;
const SEARCHES = 200;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const [what, sourceCount = "300", productCount = "50"] = process.argv.slice(2);
const SOURCES = Number(sourceCount);
const PRODUCTS = Number(productCount);
const { folder, remove } = makeScratchFolder();
const port = await findFreePort();
const origin = `http://127.0.0.1:${port}`;
const flags = ["--origin", origin, "--port", String(port), "--data", folder, "--allow-private", "--backup-time", "off"];
const { config } = readConfig(flags, {});
let ahead = 0;
const clock = { now: () => Date.now() + ahead };
const often = { requestsPerAddress: 1e9, requestsPerPartner: 1e9 };
const setting = { clock, inboxLimits: { ...INBOX_LIMITS, ...often } as never, busyAfterMs: 0 };
let node: Node = await buildNode(config, setting);
const network = transact(node.db, (tx) =>
  makeActor(tx, { kind: "district", handle: "d", name: "Bench" }, config, clock),
);
if (isRefusal(network)) throw new Error(network.refused);
const networkId = network.id;
const sources = await startSources(SOURCES, PRODUCTS, networkId);
transact(node.db, (tx) => {
  for (const peer of sources.ids) saveMembership(tx, membership(network.id, peer));
});
const entries = () => listAllSources(node.db.orm).reduce((sum, one) => sum + one.entries, 0);
const all = SOURCES * (PRODUCTS + 1);

const firstMs = await measure(async () => {
  await node.start();
  await until(() => entries() === all);
});
let value = all / (firstMs / 1000);
const letters = await sources.signDigests(origin, 2);
if (what === "letters" || what === "rss") value = SOURCES / ((await measure(hearDigests)) / 1000);
if (what === "catch-up") value = (await measure(catchUp)) / 1000;
if (what === "rss") value = process.memoryUsage().rss / 1e6;
const big = what === "year" ? await liveOn() : {};
await node.stop();
sources.close();
remove();
console.log(JSON.stringify({ value, ...big }));
process.exit(0);

/** Every farm says that its catalog changed; until what changed was read. The letters are signed before the clock starts. */
async function hearDigests(requests = letters): Promise<void> {
  const toldAt = clock.now();
  await hammer({ port, requests, repeat: false, connections: 16, warmUpMs: 0, durationMs: 60_000 }, 202);
  const heard = () => listAllSources(node.db.orm).filter(({ okAt }) => (okAt ?? 0) >= toldAt).length;
  await until(() => heard() >= requests.length);
}

/** A search among all, then a day: one of twenty says that its catalog changed, and everybody is looked at again. */
async function liveOn(): Promise<Record<string, number>> {
  const index = await node.index.open();
  const finds = ["farina", "grano tenero", "pietra", "numero 37", "settimane", "farina numero 4", "mulino", "gran"];
  const times: number[] = [];
  for (let i = 0; i < SEARCHES; i++) {
    const query = {
      groupId: networkId,
      now: clock.now(),
      kinds: ["product"],
      find: finds[i % finds.length]!,
    } as const;
    times.push(await measure(async () => void (await index.search({ ...query, limit: 24 }))));
  }
  times.sort((one, other) => one - other);
  const dayMs = await measure(async () => {
    await hearDigests(letters.slice(0, Math.ceil(SOURCES * CHANGE_SHARE)));
    ahead = DAY + HOUR;
    const from = clock.now();
    await node.runDue();
    await until(() => listAllSources(node.db.orm).every(({ triedAt }) => (triedAt ?? 0) >= from));
  });
  const searchP95Ms = times[Math.ceil(SEARCHES * 0.95) - 1] ?? 0;
  const rssMb = process.memoryUsage().rss / 1e6;
  return { firstMinutes: firstMs / 60_000, dayMinutes: dayMs / 60_000, searchP95Ms, rssMb };
}

/** The node was off for a day; what is spread over five minutes comes at once here: the work is measured, not the waiting. */
async function catchUp(): Promise<void> {
  await node.stop();
  ahead = DAY + HOUR;
  node = await buildNode(config, setting);
  const outageEnd = clock.now();
  await node.start();
  await node.runDue();
  ahead += HOUR / 6;
  await until(() =>
    listAllSources(node.db.orm).every(
      ({ triedAt, catalogDueAt }) => (triedAt ?? 0) >= outageEnd && (catalogDueAt ?? 0) > clock.now(),
    ),
  );
}

function membership(actorId: string, peer: string): Membership {
  const at = clock.now();
  return {
    ...{ actorId, side: "network", peer, host: new URL(peer).host, state: "member", joinIri: `${peer}/join` },
    ...{
      inbox: `${peer}/inbox`,
      charterVersion: null,
      charterDigest: null,
      charterText: null,
      reason: null,
      code: null,
    },
    ...{ since: at, createdAt: at, updatedAt: at },
  };
}

async function measure(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function until(isSo: () => boolean): Promise<void> {
  // To look at all sources costs the node itself time.
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, SOURCES > 300 ? 1000 : 20));
}
