// Words and facts as the index knows them: without accents, case and Italian endings, so that every engine finds the same. Pure.
import { foldText } from "../../kernel/foldText.ts";
import type { Entry, IndexQuery } from "./networkIndex.ts";
import { pointAt } from "./points.ts";

/** What an entry must have to be found: all terms, something that begins with each of `begins`, one of every list of `anyOf`. */
export type Wants = {
  readonly all: readonly string[];
  readonly begins: readonly string[];
  readonly anyOf: readonly (readonly string[])[];
};

const MOST_TERMS = 300;
const LONGEST_WORD = 40;
const MOST_ASKED = 12;
const SHORTEST_BEGINNING = 3;
/** Words a question may hold and an entry need not: "olio di oliva" finds "olio d'oliva". */
const SMALL_WORDS = new Set(
  "a ad ai al all alla alle agli con d da dal dalla de dei del dell della delle degli di e ed gli i il in l la le lo o per su un una uno the of and".split(
    " ",
  ),
);

/** A folded word without its ending, so that "mele" finds "mela" and "funghi" finds "fungo". Latin letters and digits only. */
function stemWord(word: string): string {
  const plain = word
    .slice(0, LONGEST_WORD)
    // Engines differ in what they call a letter: all know these.
    .replaceAll(/[^a-z0-9]/gu, (sign) => `x${sign.codePointAt(0)!.toString(16)}`);
  if (!/^[a-z]{3,}$/.test(plain)) return plain;
  const stem = plain.replace(/(?<=..)[aeiou]{1,2}$/, "");
  return stem === plain ? plain : stem.replace(/(?<=.[cg])h$/, "");
}

/** Everything an entry is found by: its facts always, its words where its actor lets itself be searched (FEP-5feb). */
export function termsOf(entry: Entry): readonly string[] {
  const { name, category, certifications, place, text } = entry;
  const words = [name, category ?? "", ...certifications, place?.name ?? "", text].flatMap((part) => wordsOf(part));
  return [...new Set([...factsOf(entry), ...(entry.isSearchable ? words.map(stemWord) : [])])].slice(0, MOST_TERMS);
}

function wordsOf(text: string): string[] {
  const folded = foldText(text);
  return folded === "" ? [] : folded.split(" ");
}

function factsOf({ category, certifications, months, place }: Entry): string[] {
  const point = pointOf(place);
  return [
    ...(category ? [categoryFact(category)] : []),
    ...certifications.map(certificationFact),
    ...months.map((month) => `m:${month}`),
    ...(place?.istat ? [`i:${place.istat}`, `p:${place.istat.slice(0, 3)}`] : []),
    ...(point ? [pointFact(point)] : []),
  ];
}

function pointOf(place: Entry["place"]): string | null {
  if (!place || place.latitude === null || place.longitude === null) return null;
  return pointAt(place.latitude, place.longitude);
}

/** What an entry at that point (`pointAt`) has among its terms. */
export function pointFact(point: string): string {
  return `g:${point}`;
}

function categoryFact(category: string): string {
  return `c:${wordsOf(category).map(plainOf).join(":")}`;
}

function certificationFact(certification: string): string {
  return `b:${wordsOf(certification).map(plainOf).join(":")}`;
}

function plainOf(word: string): string {
  return word.replaceAll(/[^a-z0-9]/gu, (sign) => `x${sign.codePointAt(0)!.toString(16)}`);
}

/**
 * The question as terms; null when it asks for nothing that is a term. `isLoose`: words count as beginnings, for who typed half
 * a word.
 */
export function wantsOf(query: IndexQuery, isLoose: boolean): Wants | null {
  const words = askedWords(query.find ?? "");
  const isBeginning = (word: string) => isLoose && word.length >= SHORTEST_BEGINNING;
  const all = [
    ...words.filter((word) => !isBeginning(word)),
    ...(query.category ? [categoryFact(query.category)] : []),
    ...(query.certification ? [certificationFact(query.certification)] : []),
    ...(query.month ? [`m:${query.month}`] : []),
    ...(query.comune ? [`i:${plainOf(query.comune)}`] : []),
    ...(query.province ? [`p:${plainOf(query.province)}`] : []),
  ];
  const begins = words.filter(isBeginning);
  return all.length + begins.length === 0 ? null : { all, begins, anyOf: [] };
}

function askedWords(find: string): string[] {
  const words = wordsOf(find);
  const telling = words.filter((word) => !SMALL_WORDS.has(word));
  return [...new Set((telling.length > 0 ? telling : words).map(stemWord))].slice(0, MOST_ASKED);
}

/** What counts are kept of: the facts by which an entry is counted, each with its value. */
export function countedOf({
  kind,
  place,
  category,
  certifications,
  months,
}: Entry): readonly (readonly [string, string])[] {
  const point = pointOf(place);
  return [
    ["kind", kind],
    ...(place?.istat
      ? ([
          ["comune", place.istat],
          ["province", place.istat.slice(0, 3)],
        ] as const)
      : []),
    ...(point ? ([["point", point]] as const) : []),
    ...(category ? ([["category", foldText(category)]] as const) : []),
    ...[...new Set(certifications)].map((one) => ["certification", one] as const),
    ...[...new Set(months)].map((month) => ["month", String(month)] as const),
  ];
}
