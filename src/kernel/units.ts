// Units: UN/ECE Recommendation 20 codes (packages as X + Recommendation 21), what people call them, how they convert.
import { divideIfSafe } from "./money.ts";
import { UNIT_ROWS } from "./unitTable.ts";

/** The three units that prices are compared in: kilogram, litre, piece. */
export type BaseCode = "KGM" | "LTR" | "H87";

/** A unit. One of it holds `numerator / denominator` of its base; a package has no base: what it holds is the product's. */
export type Unit = {
  readonly code: string;
  readonly base: BaseCode | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly it: { readonly one: string; readonly many: string };
  readonly en: { readonly one: string; readonly many: string };
};

/** A unit as om2 and ValueFlows name it, and how many of those one of ours is. */
export type WireUnit = { readonly word: string; readonly times: number };

export const UNITS: readonly Unit[] = UNIT_ROWS.map(([code, base, numerator, denominator, it, en]) => ({
  code,
  base,
  numerator,
  denominator,
  it: { one: it[0], many: it[1] },
  en: { one: en[0], many: en[1] },
}));

const UNIT_BY_CODE = new Map(UNITS.map((unit) => [unit.code, unit]));
const CODE_BY_NAME = new Map(
  UNIT_ROWS.flatMap(([code, , , , it, en, aliases]) =>
    [code, ...it, ...en, ...aliases].map((name) => [plainName(name), code] as const),
  ),
);

/** The unit of a code, or `null` for a code we do not know. */
export function findUnit(code: string): Unit | null {
  return UNIT_BY_CODE.get(code) ?? null;
}

/**
 * The code of a unit as a file or a person names it: code, Italian or English label, or the words of PortAlGas (PZ GR HG
 * KG ML DL LT), Gasista Felice and GASdotto ("Chili", "Cassette", "etto"). `null` when nobody uses that word.
 */
export function readUnit(name: string): string | null {
  return CODE_BY_NAME.get(plainName(name)) ?? null;
}

/** What people call so much of a unit ("1 vasetto", "6 vasetti"), without the number. Unknown codes are shown as they are. */
export function unitLabel(code: string, quantityThousandths: number, language: "it" | "en"): string {
  const unit = findUnit(code);
  if (!unit) return code;
  return quantityThousandths === 1000 ? unit[language].one : unit[language].many;
}

/**
 * A price (ten-thousandths of a euro) for so much of a unit, as the price of one kilogram, litre or piece, half-up;
 * `null` for a package of unknown content, an unknown code, no quantity at all or a price beyond counting.
 */
export function pricePerBase(
  priceTenThousandths: number,
  quantityThousandths: number,
  code: string,
): { base: BaseCode; priceTenThousandths: number } | null {
  const unit = findUnit(code);
  if (!unit?.base || quantityThousandths <= 0) return null;
  const numerator = BigInt(priceTenThousandths) * 1000n * BigInt(unit.denominator);
  const denominator = BigInt(quantityThousandths) * BigInt(unit.numerator);
  const perBase = divideIfSafe(numerator, denominator);
  return perBase === null ? null : { base: unit.base, priceTenThousandths: perBase };
}

/**
 * The quantity in another unit of the same base, thousandths in and out; `null` when the units do not convert, or the
 * result is finer than a thousandth or beyond counting.
 */
export function convertQuantity(quantityThousandths: number, from: string, to: string): number | null {
  if (from === to) return quantityThousandths;
  const [source, target] = [findUnit(from), findUnit(to)];
  if (!source?.base || source.base !== target?.base) return null;
  const numerator = BigInt(quantityThousandths) * BigInt(source.numerator) * BigInt(target.denominator);
  const denominator = BigInt(source.denominator) * BigInt(target.numerator);
  return numerator % denominator === 0n ? divideIfSafe(numerator, denominator) : null;
}

/** How the wire names a unit (PROTOCOL.md section 4): SI words as om2 has them, "one" for pieces and packages. */
export function wireUnit(code: string): WireUnit | null {
  const unit = findUnit(code);
  if (!unit) return null;
  const word = WIRE_WORDS[code];
  if (word) return { word, times: 1 };
  const [base, times] = unit.base ? [unit.base, unit.numerator / unit.denominator] : (["H87", 1] as const);
  return { word: WIRE_WORDS[base]!, times };
}

/** The code of an om2 or ValueFlows unit word, with or without its prefix ("om2:kilogram"); `null` when unknown. */
export function unitOfWire(word: string): string | null {
  return CODE_BY_WORD.get(word.replace(/^.*[:#/]/, "")) ?? null;
}

const WIRE_WORDS: Readonly<Record<string, string>> = {
  KGM: "kilogram",
  GRM: "gram",
  HGM: "hectogram",
  TNE: "tonne",
  LTR: "litre",
  DLT: "decilitre",
  CLT: "centilitre",
  MLT: "millilitre",
  HLT: "hectolitre",
  H87: "one",
};
const CODE_BY_WORD = new Map(Object.entries(WIRE_WORDS).map(([code, word]) => [word, code]));

function plainName(name: string): string {
  const bare = name.normalize("NFD").replace(/\p{Mark}/gu, "");
  return bare
    .toLowerCase()
    .replace(/[.\s]+/g, " ")
    .trim();
}
