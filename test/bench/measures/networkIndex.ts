// How fast a network's index answers: `networkIndex.ts ENGINE COUNT SOURCES` fills an index of that engine (sqlite, postgres) with so many
// offers of so many sources, each in its comune, and prints 95th percentiles in ms: a search by words with filters (search), what is
// nearest (near), the counts of a map (map), the first page of everything (page). Then the slowest of some questions that are made to be
// slow (worst, a median), how many entries a second it takes in (fill), and in MB what it takes of the disk (disk) and of memory (memory;
// with the server's own, where there is one).
// Questions are drawn from a seed: common words, rare words, two words, words with filters, a place, half a word.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { NetworkIndex } from "../../../src/network/index/networkIndex.ts";
import { openPostgresIndex } from "../../../src/network/index/postgresStore.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { startPostgres } from "../../tools/postgres.ts";
import { EVERYTHING, GROUP, makeDraw, NOW, nearQuestion, offerOf, question, sourceOf, WORST } from "../offers.ts";
import { makeScratchFolder } from "../scratch.ts";

const BATCH = 500;
const ASKED = 400;

const [engine, count, sources] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const draw = makeDraw(2026);
const { index, sizes, close } = await openEngine();
const fill = Math.round(await fillIndex(index));
await index.scope(
  GROUP,
  Array.from({ length: sources }, (_, i) => sourceOf(i)),
);
const asked = {
  page: await askAll(() => index.search(EVERYTHING)),
  search: await askAll((i) => index.search(question(i, draw))),
  near: await askAll((i) => index.search(nearQuestion(i, draw))),
  map: await askAll((i) => index.counts(GROUP, i % 2 === 0 ? "comune" : "province", NOW)),
};
const worst = Math.max(...(await askWorst()));
const { disk, server } = await sizes();
const memory = Math.round(process.memoryUsage.rss() / 1e6 + server);
await close();
const at = (share: number) =>
  Object.fromEntries(
    Object.entries(asked).map(([what, times]) => [
      what,
      Number((times[Math.ceil(times.length * share) - 1] ?? 0).toPrecision(3)),
    ]),
  );
console.log(
  JSON.stringify({
    ...at(0.95),
    worst: Number(worst.toPrecision(3)),
    fill,
    disk,
    memory,
    median: at(0.5),
    slowest: at(1),
  }),
);

type Sizes = { readonly disk: number; readonly server: number };

async function openEngine(): Promise<{
  index: NetworkIndex;
  sizes: () => Promise<Sizes>;
  close: () => Promise<void>;
}> {
  if (engine === "postgres") {
    const postgres = startPostgres({ isDurable: true });
    const opened = await openPostgresIndex(postgres.url);
    return {
      index: opened,
      sizes: () => sizesOf(postgres.url),
      close: async () => {
        await opened.close();
        postgres.stop();
      },
    };
  }
  const { folder, remove } = makeScratchFolder();
  const file = join(folder, "index.sqlite");
  const opened = openSqliteIndex(file);
  return {
    index: opened,
    sizes: async () => ({ disk: Math.round(statSync(file).size / 1e6), server: 0 }),
    close: async () => {
      await opened.close();
      remove();
    },
  };
}

/** What the database takes of the disk, and the processes of its server of memory, in MB; what they share counted once. */
async function sizesOf(url: string): Promise<Sizes> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(
    "SELECT pg_database_size(current_database())::float8 AS bytes, pg_backend_pid() AS pid",
  );
  const parent = parentOf(rows[0].pid);
  const family = readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && (pid === parent || parentOf(pid) === parent),
  );
  const kilobytes = family.reduce((sum, pid) => sum + sharedOut(pid), 0);
  await client.end();
  return { disk: Math.round(rows[0].bytes / 1e6), server: Math.round((kilobytes * 1024) / 1e6) };
}

function parentOf(pid: string | number): string {
  return /^PPid:\s*(\d+)/m.exec(readProc(pid, "status"))?.[1] ?? "";
}

function sharedOut(pid: string): number {
  return Number(/^Pss:\s*(\d+) kB/m.exec(readProc(pid, "smaps_rollup"))?.[1] ?? 0);
}

/** Of a process that has ended meanwhile there is nothing. */
function readProc(pid: string | number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Entries a second. */
async function fillIndex(into: NetworkIndex): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < count; i += BATCH)
    await into.put(Array.from({ length: Math.min(BATCH, count - i) }, (_, j) => offerOf(i + j, sources, draw)));
  return count / ((performance.now() - from) / 1000);
}

/** Of each question that is made to be slow, its median in ms. */
async function askWorst(): Promise<number[]> {
  const medians: number[] = [];
  for (const query of WORST) {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const before = performance.now();
      await index.search(query);
      times.push(performance.now() - before);
    }
    medians.push(times.sort((one, other) => one - other)[2]!);
  }
  return medians;
}

/** Times in ms, ascending. */
async function askAll(ask: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < ASKED; i++) {
    const before = performance.now();
    await ask(i);
    // The first tenth warms what stays warm on a node that is asked all day.
    if (i >= ASKED / 10) times.push(performance.now() - before);
  }
  return times.sort((one, other) => one - other);
}
