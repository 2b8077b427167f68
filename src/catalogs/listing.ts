// A price list against the catalog as it is: what is new, changed, the same, gone, and what a person should look at twice.
import { type BadRow, type Doubt, isUsableSku, type ListedProduct } from "../exchange/priceList.ts";
import { findProblems, type Problem } from "./check.ts";
import { layOver } from "./listed.ts";
import { changedFacts, type FactName, type ProductFacts, usableSku } from "./product.ts";

/** A product the catalog has now; removed ones are not shown to a list. */
export type Known = { readonly id: string; readonly version: number; readonly facts: ProductFacts };

/** What makes a line doubtful besides what its reader already saw. */
export type ListingDoubt = Doubt | { readonly doubt: "price-jump" | "name-repeated"; readonly value?: string };

type Line = { readonly row: number; readonly after: ProductFacts; readonly doubts: readonly ListingDoubt[] };
export type NewLine = Line & { readonly kind: "new" };
export type ChangedLine = Line & {
  readonly kind: "changed";
  readonly product: Known;
  readonly fields: readonly FactName[];
};
type SameLine = Line & { readonly kind: "same"; readonly product: Known };

/** A line that says something no product can be: the form's reason for one of its facts. */
export type BadLine = {
  readonly row: number;
  readonly name: string;
  readonly field: FactName;
  readonly problem: Problem;
};

/** Every line of the list once, in its order, and every product of the catalog that no line names. */
export type Listing = {
  readonly added: readonly NewLine[];
  readonly changed: readonly ChangedLine[];
  readonly same: readonly SameLine[];
  readonly gone: readonly Known[];
  readonly unreadable: readonly BadRow[];
  readonly impossible: readonly BadLine[];
};

/**
 * Compares. A line is a product's by its code where that names something, else by its name and unit (accents, case and
 * blanks aside); of several with one name, the first line is the first product's, and so on. DOMAIN.md 6.5, trap 7.
 */
export function compareListing(
  known: readonly Known[],
  lines: readonly ListedProduct[],
  badRows: readonly BadRow[] = [],
): Listing {
  const matches = matchLines(known, lines);
  const repeated = repeatedNames(lines);
  const added: NewLine[] = [];
  const changed: ChangedLine[] = [];
  const same: SameLine[] = [];
  const impossible: BadLine[] = [];
  for (const [i, line] of lines.entries()) {
    const product = matches.get(i) ?? null;
    const after = layOver(product?.facts ?? null, line);
    const [problem] = Object.entries(findProblems(after)) as [FactName, Problem][];
    if (problem) {
      impossible.push({ row: line.row, name: line.name, field: problem[0], problem: problem[1] });
      continue;
    }
    const found = { row: line.row, after, doubts: [...line.doubts, ...doubtsOf(line, product, repeated)] };
    const fields = product ? changedFacts(product.facts, after) : [];
    if (!product) added.push({ kind: "new", ...found });
    else if (fields.length === 0) same.push({ kind: "same", ...found, product });
    else changed.push({ kind: "changed", ...found, product, fields });
  }
  const matched = new Set([...matches.values()].map(({ id }) => id));
  return { added, changed, same, gone: known.filter(({ id }) => !matched.has(id)), unreadable: badRows, impossible };
}

/** Whether a line waits for a person's yes: a price that is none, doubled or halved, or a name that stands twice. */
export function isDoubtful(line: { readonly doubts: readonly ListingDoubt[] }): boolean {
  return line.doubts.some(({ doubt }) => GRAVE.has(doubt));
}

const GRAVE: ReadonlySet<ListingDoubt["doubt"]> = new Set([
  "zero-price",
  "price-jump",
  "name-repeated",
  "package-price-ambiguous",
  "unit-unknown",
]);

function matchLines(known: readonly Known[], lines: readonly ListedProduct[]): Map<number, Known> {
  const matches = new Map<number, Known>();
  const free = new Set(known);
  const take = (i: number, product: Known | undefined) => {
    if (!product || !free.delete(product)) return;
    matches.set(i, product);
  };
  const bySku = new Map(known.flatMap((product) => (usableSku(product.facts) ? [[product.facts.sku!, product]] : [])));
  lines.forEach(({ sku }, i) => {
    if (sku !== null && isUsableSku(sku)) take(i, bySku.get(sku));
  });
  const byName = new Map<string, Known[]>();
  for (const product of known) {
    if (!free.has(product)) continue;
    const key = nameKey(product.facts);
    byName.set(key, [...(byName.get(key) ?? []), product]);
  }
  lines.forEach((line, i) => {
    if (!matches.has(i)) take(i, byName.get(nameKey(line))?.shift());
  });
  return matches;
}

function repeatedNames(lines: readonly ListedProduct[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const line of lines) {
    if (line.sku !== null) continue;
    const key = nameKey(line);
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  return repeated;
}

/** A name and unit as lists are compared by: without accents, case, punctuation and double blanks. */
function nameKey({ name, saleUnitCode }: { name: string; saleUnitCode: string }): string {
  return `${plainText(name)}|${saleUnitCode}`;
}

/** A text as it is searched: lower case, without accents, everything but letters and digits one blank. */
export function plainText(text: string): string {
  const bare = text.normalize("NFD").replace(/\p{Mark}/gu, "");
  return bare
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function doubtsOf(line: ListedProduct, product: Known | null, repeated: ReadonlySet<string>): ListingDoubt[] {
  const doubts: ListingDoubt[] = [];
  if (line.sku === null && repeated.has(nameKey(line))) doubts.push({ doubt: "name-repeated", value: line.name });
  if (product && isJump(product.facts, line)) doubts.push({ doubt: "price-jump" });
  return doubts;
}

// Half or double: a comma in the wrong place, or the price of a case where the price of a jar stood.
function isJump(before: ProductFacts, line: ListedProduct): boolean {
  const [old, fresh] = [before.priceTenThousandths, line.priceTenThousandths];
  return old > 0 && fresh > 0 && (fresh >= 2 * old || 2 * fresh <= old);
}
