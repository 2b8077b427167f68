// How fast a network's index answers: `networkIndex.ts ENGINE COUNT SOURCES` fills an index of that engine (sqlite, postgres) with so many
// offers of so many sources, each in its comune, and prints 95th percentiles in ms: a search by words with filters (search), what is
// nearest (near), the counts of a map (map), the first page of everything (page), and how many entries a second it takes in (fill).
// Questions are drawn from a seed: common words, rare words, two words, words with filters, a place, half a word.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Entry, IndexQuery, NetworkIndex } from "../../../src/network/index/networkIndex.ts";
import { openPostgresIndex } from "../../../src/network/index/postgresStore.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { COMUNI } from "../../../src/network/places/places.ts";
import { startPostgres } from "../../tools/postgres.ts";
import { makeScratchFolder } from "../scratch.ts";

const BATCH = 500;
/** So many of a source are read one after the other. */
const PER_VISIT = 20;
const ASKED = 400;
const GROUP = "https://regione.example/marche";
const NOW = Date.UTC(2026, 10, 23, 12);
const GOODS =
  "mele pere farina pane olio miele patate zucche cavoli ceci lenticchie farro orzo pecorino ricotta uova vino mosto noci arance".split(
    " ",
  );
const KINDS = "golden renetta antica integrale fresco dolce piccante novello selvatico montano".split(" ");
const CATEGORIES = "Frutta,Verdura,Farine,Formaggi,Conserve,Legumi,Miele,Vino".split(",");

const EVERYTHING: IndexQuery = { groupId: GROUP, now: NOW, kinds: ["product"], limit: 24 };

const [engine, count, sources] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const draw = makeDraw(2026);
const { index, size, close } = await openEngine();
const fill = Math.round(await fillIndex(index));
await index.scope(
  GROUP,
  Array.from({ length: sources }, (_, i) => sourceOf(i)),
);
const bytes = size();
const asked = {
  page: await askAll(() => index.search(EVERYTHING)),
  search: await askAll((i) => index.search(question(i))),
  near: await askAll((i) => index.search(nearQuestion(i))),
  map: await askAll((i) => index.counts(GROUP, i % 2 === 0 ? "comune" : "province", NOW)),
};
const residentMb = Math.round(process.memoryUsage.rss() / 1_000_000);
await close();
const at = (share: number) =>
  Object.fromEntries(
    Object.entries(asked).map(([what, times]) => [
      what,
      Number((times[Math.ceil(times.length * share) - 1] ?? 0).toPrecision(3)),
    ]),
  );
console.log(JSON.stringify({ ...at(0.95), fill, median: at(0.5), slowest: at(1), residentMb, bytes }));

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
async function fillIndex(into: NetworkIndex): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < count; i += BATCH)
    await into.put(Array.from({ length: Math.min(BATCH, count - i) }, (_, j) => offerOf(i + j)));
  return count / ((performance.now() - from) / 1000);
}

function offerOf(i: number): Entry {
  const from = Math.floor(i / PER_VISIT) % sources;
  const source = sourceOf(from);
  const comune = COMUNI[(from * 7919) % COMUNI.length]!;
  const name = `${GOODS[Math.floor(draw() * GOODS.length)]} ${KINDS[Math.floor(draw() * KINDS.length)]} ${(i % 5000).toString(36)}x`;
  return {
    ...{ id: `${source}/catalog/${i}`, sourceId: source, kind: "product", name, url: `${source}/catalog/${i}` },
    text: `Coltivato a ${comune.name} senza trattamenti, raccolto a mano e consegnato fresco.`,
    category: CATEGORIES[Math.floor(draw() * CATEGORIES.length)]!,
    certifications: draw() < 0.6 ? ["organic"] : [],
    months: draw() < 0.5 ? [9, 10, 11] : [],
    place: comune,
    ...{
      startsAt: null,
      endsAt: null,
      pack: null,
      packagePriceCents: null,
      joining: null,
      joinUrl: null,
      audience: null,
      isSearchable: true,
      updatedAt: null,
    },
    ...{ joining: null, joinUrl: null, audience: null, isCancelled: false },
    readAt: NOW,
  };
}

function sourceOf(i: number): string {
  return `https://n${i}.example/produttore`;
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

/** Within 20 km of a comune: everything, or what a word finds. */
function nearQuestion(i: number): IndexQuery {
  const { latitude, longitude } = COMUNI[Math.floor(draw() * COMUNI.length)]!;
  const find = GOODS[Math.floor(draw() * GOODS.length)]!;
  return { ...EVERYTHING, near: { latitude, longitude, km: 20 }, ...(i % 2 === 0 ? {} : { find }) };
}

function question(i: number): IndexQuery {
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
  return { ...EVERYTHING, ...asked[i % asked.length] };
}

/** Numbers in [0, 1) that are the same at each run. */
function makeDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
