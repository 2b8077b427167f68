// The offers of an index that is measured, and what it is asked: all drawn from a seed, so that every run fills and asks the same.
import type { Entry, IndexQuery } from "../../src/network/index/networkIndex.ts";
import { COMUNI } from "../../src/network/places/places.ts";

/** So many of a source are read one after the other. */
const PER_VISIT = 20;
export const GROUP = "https://regione.example/marche";
export const NOW = Date.UTC(2026, 10, 23, 12);
const GOODS =
  "mele pere farina pane olio miele patate zucche cavoli ceci lenticchie farro orzo pecorino ricotta uova vino mosto noci arance".split(
    " ",
  );
const KINDS = "golden renetta antica integrale fresco dolce piccante novello selvatico montano".split(" ");
const CATEGORIES = "Frutta,Verdura,Farine,Formaggi,Conserve,Legumi,Miele,Vino".split(",");

export const EVERYTHING: IndexQuery = { groupId: GROUP, now: NOW, kinds: ["product"], limit: 24 };

/** Numbers in [0, 1). */
export type Draw = () => number;

/** The offer of that number, of one of so many sources, each in its comune. */
export function offerOf(i: number, sources: number, draw: Draw): Entry {
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

export function sourceOf(i: number): string {
  return `https://n${i}.example/produttore`;
}

/** Within 20 km of a comune: everything, or what a word finds. */
export function nearQuestion(i: number, draw: Draw): IndexQuery {
  const { latitude, longitude } = COMUNI[Math.floor(draw() * COMUNI.length)]!;
  const find = GOODS[Math.floor(draw() * GOODS.length)]!;
  return { ...EVERYTHING, near: { latitude, longitude, km: 20 }, ...(i % 2 === 0 ? {} : { find }) };
}

/** By words, rare and common, with filters, by comune and province, and half a word. */
export function question(i: number, draw: Draw): IndexQuery {
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

/** Made to be slow: common words that never meet or seldom do, that stand in everything, that are half typed, far around. */
export const WORST: readonly IndexQuery[] = [
  { find: "golden renetta" },
  { find: "golden renetta integrale" },
  { find: "coltivato golden renetta" },
  { find: "golden renetta", province: "043" },
  { find: "montano novello", category: "Vino" },
  { find: "vino", category: "Formaggi", certification: "organic", month: 10 },
  { find: "vino noci arance mele" },
  { find: "raccolt mont nov" },
  { find: "coltivat renettx" },
  { find: "golden renetta", near: { latitude: 43.18837, longitude: 13.54033, km: 20 } },
  { find: "mele pere", near: { latitude: 43.18837, longitude: 13.54033, km: 100 } },
  { category: "Vino", near: { latitude: 42.7, longitude: 12.2, km: 100 } },
].map((asked) => ({ ...EVERYTHING, ...asked }));

/** Numbers in [0, 1) that are the same at each run. */
export function makeDraw(seed: number): Draw {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
