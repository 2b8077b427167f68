// Two processes that only read an index in PostgreSQL while a third fills it: `indexReaders.ts COUNT SOURCES` fills it with so many offers,
// then puts in more as long as the readers ask. Their searches in ms at the 95th percentile ("value"), and the offers taken in a second
// meanwhile ("fill").
import { fork } from "node:child_process";
import { openPostgresIndex, openPostgresWindow } from "../../../src/network/index/postgresStore.ts";
import { startPostgres } from "../../tools/postgres.ts";
import { GROUP, makeDraw, offerOf, question, sourceOf } from "../offers.ts";

const BATCH = 100;
const FIRST_BATCH = 500;
const ASKED = 400;
const READERS = 2;

const [first, second] = process.argv.slice(2);
if (first === "--read") await readAlong(second!, Number(process.argv[4]));
else await measure(Number(first), Number(second));

async function measure(count: number, sources: number): Promise<void> {
  const postgres = startPostgres({ isDurable: true });
  const index = await openPostgresIndex(postgres.url);
  const draw = makeDraw(2026);
  const put = (from: number, many: number) =>
    index.put(Array.from({ length: many }, (_, j) => offerOf(from + j, sources, draw)));
  for (let i = 0; i < count; i += FIRST_BATCH) await put(i, FIRST_BATCH);
  await index.scope(
    GROUP,
    Array.from({ length: sources }, (_, i) => sourceOf(i)),
  );
  let reading = READERS;
  const readings = Array.from({ length: READERS }, (_, n) => {
    const child = fork(new URL(import.meta.url), ["--read", postgres.url, String(n + 1)]);
    return new Promise<number[]>((resolve, reject) => {
      child.once("message", (times) => resolve(times as number[]));
      child.once("exit", (code) => reject(new Error(`a reader ended with ${code}`)));
    }).finally(() => {
      reading -= 1;
    });
  });
  const started = performance.now();
  let more = 0;
  while (reading > 0) {
    await put(count + more, BATCH);
    more += BATCH;
  }
  const fill = Math.round(more / ((performance.now() - started) / 1000));
  const times = (await Promise.all(readings)).flat().sort((one, other) => one - other);
  await index.close();
  postgres.stop();
  console.log(JSON.stringify({ value: times[Math.ceil(times.length * 0.95) - 1], fill, slowest: times.at(-1) }));
}

async function readAlong(url: string, seed: number): Promise<void> {
  const index = await openPostgresWindow(url);
  const draw = makeDraw(seed);
  const times: number[] = [];
  for (let i = 0; i < ASKED; i++) {
    const before = performance.now();
    await index.search(question(i, draw));
    // The first tenth warms what stays warm on a process that is asked all day.
    if (i >= ASKED / 10) times.push(performance.now() - before);
  }
  await index.close();
  await new Promise((resolve) => process.send!(times, resolve));
  process.disconnect();
}
