// How fast a network's index answers: `networkIndex.ts ENGINE COUNT WHAT` fills an index of that engine (sqlite, postgres) with so many
// offers of 300 sources and prints, as the 95th percentile in ms, a search by words with a filter (search), the counts of a map (map), or
// how many entries a second it takes in (fill). Questions are drawn from a seed: common words, rare words, two words, a place, a page on.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Entry, IndexQuery, NetworkIndex } from "../../../src/network/index/networkIndex.ts";
import { openPostgresIndex } from "../../../src/network/index/postgresStore.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { COMUNI } from "../../../src/network/places/places.ts";
import { startPostgres } from "../../tools/postgres.ts";
import { makeScratchFolder } from "../scratch.ts";

const SOURCES = 300;
const BATCH = 500;
const ASKED = 400;
const GROUP = "https://regione.example/marche";
const NOW = Date.UTC(2026, 10, 23, 12);
const GOODS =
  "mele pere farina pane olio miele patate zucche cavoli ceci lenticchie farro orzo pecorino ricotta uova vino mosto noci arance".split(
    " ",
  );
const KINDS = "golden renetta antica integrale fresco dolce piccante novello selvatico montano".split(" ");
const CATEGORIES = "Frutta,Verdura,Farine,Formaggi,Conserve,Legumi,Miele,Vino".split(",");

const [engine, count, what] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const draw = makeDraw(2026);
const { index, size, close } = await openEngine();
const perSecond = await fill(index);
await index.scope(
  GROUP,
  Array.from({ length: SOURCES }, (_, i) => sourceOf(i)),
);
const bytes = size();
const timesMs = what === "fill" ? [] : await askAll(index);
const residentMb = Math.round(process.memoryUsage.rss() / 1_000_000);
await close();
timesMs.sort((one, other) => one - other);
const at = (share: number) => Number((timesMs[Math.ceil(timesMs.length * share) - 1] ?? 0).toPrecision(3));
const value = what === "fill" ? Math.round(perSecond) : at(0.95);
console.log(
  JSON.stringify({ value, p50Ms: at(0.5), slowestMs: at(1), perSecond: Math.round(perSecond), residentMb, bytes }),
);

async function openEngine(): Promise<{ index: NetworkIndex; size: () => number | null; close: () => Promise<void> }> {
  if (engine === "postgres") {
    const postgres = startPostgres({ isDurable: true });
    const opened = await openPostgresIndex(postgres.url);
    return {
      index: opened,
      size: () => null,
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
    size: () => statSync(file).size,
    close: async () => {
      await opened.close();
      remove();
    },
  };
}

/** Entries a second. */
async function fill(into: NetworkIndex): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < count; i += BATCH)
    await into.put(Array.from({ length: Math.min(BATCH, count - i) }, (_, j) => offerOf(i + j)));
  return count / ((performance.now() - from) / 1000);
}

function offerOf(i: number): Entry {
  const source = sourceOf(Math.floor(i / BATCH) % SOURCES);
  const comune = COMUNI[(i * 7919) % COMUNI.length]!;
  const name = `${GOODS[Math.floor(draw() * GOODS.length)]} ${KINDS[Math.floor(draw() * KINDS.length)]} ${(i % 5000).toString(36)}x`;
  return {
    ...{ id: `${source}/catalog/${i}`, sourceId: source, kind: "product", name, url: `${source}/catalog/${i}` },
    text: `Coltivato a ${comune.name} senza trattamenti, raccolto a mano e consegnato fresco.`,
    category: CATEGORIES[Math.floor(draw() * CATEGORIES.length)]!,
    certifications: draw() < 0.6 ? ["organic"] : [],
    months: draw() < 0.5 ? [9, 10, 11] : [],
    place: comune,
    ...{ startsAt: null, endsAt: null, pack: null, packagePriceCents: null, isSearchable: true, updatedAt: null },
    ...{ joining: null, joinUrl: null, audience: null, isCancelled: false },
    readAt: NOW,
  };
}

function sourceOf(i: number): string {
  return `https://n${i}.example/produttore`;
}

async function askAll(from: NetworkIndex): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < ASKED; i++) {
    const before = performance.now();
    if (what === "map") await from.counts(GROUP, i % 2 === 0 ? "comune" : "province", NOW);
    else await from.search(question(i));
    // The first tenth warms what stays warm on a node that is asked all day.
    if (i >= ASKED / 10) times.push(performance.now() - before);
  }
  return times;
}

function question(i: number): IndexQuery {
  const base = { groupId: GROUP, now: NOW, kinds: ["product"] as const, limit: 24 };
  const good = GOODS[Math.floor(draw() * GOODS.length)]!;
  const kind = KINDS[Math.floor(draw() * KINDS.length)]!;
  const comune = COMUNI[Math.floor(draw() * COMUNI.length)]!;
  const asked: Partial<IndexQuery>[] = [
    { find: good },
    { find: `${good} ${kind}` },
    { find: `${good} ${Math.floor(draw() * 5000).toString(36)}x` },
    { find: good, category: CATEGORIES[i % CATEGORIES.length]!, certification: "organic", month: 10 },
    { find: kind, comune: comune.istat },
    { find: good, province: "043" },
    { category: CATEGORIES[i % CATEGORIES.length]! },
    { find: `${good.slice(0, 3)}q` },
  ];
  return { ...base, ...asked[i % asked.length] };
}

/** Numbers in [0, 1) that are the same at each run. */
function makeDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
