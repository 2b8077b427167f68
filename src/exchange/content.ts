// Quantities hidden in words: "vasetto 500 g", "6 x 75 cl", "circa 1,2 kg", "12,50 €/kg".
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { findUnit, readUnit } from "../kernel/units.ts";
import type { Content, ListedProduct } from "./priceList.ts";

/** A content and whether the words say that it varies ("circa", "ca."). */
export type WrittenContent = { content: Content; isApproximate: boolean };

const NUMBER = "\\d{1,7}(?:[.,]\\d{1,3})?";
const MEASURE = "(?:kg|hg|gr?|lt?|dl|cl|ml|etti|etto|chil[oi]|kilo|gramm[oi]|litr[oi])";
const AFTER = new RegExp(`(?:(\\d{1,3})\\s?[x×]\\s?)?(${NUMBER})\\s?(${MEASURE})(?![\\p{L}\\d])`, "iu");
const BEFORE = new RegExp(`(?<![\\p{L}\\d])(${MEASURE})\\.?\\s?(${NUMBER})(?![\\d.,]*\\d)`, "iu");
const SEVERAL = new RegExp(`${NUMBER}\\s?(?:${MEASURE})?\\s?[/-]\\s?${NUMBER}\\s?(?:${MEASURE})`, "iu");
const ROUGHLY = /(?:^|[\s(])(?:circa|ca\b\.?|variabile|about|approx)/iu;

/**
 * The first measured content in a text of bounded length, with its decimals after `mark`; `null` when there is none, or
 * when there are several to choose from ("5Kg/9Kg/15Kg circa").
 */
export function findContent(text: string, mark: "," | "."): WrittenContent | null {
  const near = text.slice(0, 300);
  if (SEVERAL.test(near)) return null;
  const after = AFTER.exec(near);
  const before = after ? null : BEFORE.exec(near);
  const [number, word] = after ? [after[2]!, after[3]!] : before ? [before[2]!, before[1]!] : ["", ""];
  const quantityThousandths = parseWrittenDecimal(number, 3, numberMark(number, mark));
  const unitCode = readUnit(word);
  if (!quantityThousandths || quantityThousandths < 0 || !unitCode) return null;
  const times = Number(after?.[1] ?? 1) || 1;
  return { content: { quantityThousandths: quantityThousandths * times, unitCode }, isApproximate: ROUGHLY.test(near) };
}

/**
 * What a unit cell means: a unit alone ("kg", "Cassette"), or a package with its content ("vasetto 500 g", "500 g").
 * `null` when no unit is recognised in it.
 */
export function readUnitCell(
  text: string,
  mark: "," | ".",
): { unitCode: string; content: Content | null; isApproximate: boolean } | null {
  const alone = readUnit(text);
  if (alone) return { unitCode: alone, content: null, isApproximate: false };
  const found = findContent(text, mark);
  const packageCode = text
    .slice(0, 200)
    .split(/[\s,(]+/)
    .map((word) => readUnit(word))
    .find((code) => code !== null && findUnit(code)?.base !== "KGM" && findUnit(code)?.base !== "LTR");
  if (!found) return packageCode ? { unitCode: packageCode, content: null, isApproximate: false } : null;
  if (!packageCode && found.content.quantityThousandths === 1000) {
    return { unitCode: found.content.unitCode, content: null, isApproximate: found.isApproximate };
  }
  return { unitCode: packageCode ?? "XPK", ...found };
}

const PRICE_WITH_UNIT = /^([^/\p{L}]*(?:€|eur|euro)?[^/\p{L}]*)(?:\/|al(?:l['’])?|il|per)\s*(\p{L}{1,20})\.?$/iu;

/** A price cell as number and unit ("12,50 €/kg" → "12,50 €", "KGM"); the unit is `null` when none is named. */
export function splitPriceCell(text: string): { number: string; unitCode: string | null } {
  const match = PRICE_WITH_UNIT.exec(text.slice(0, 60).trim());
  const unitCode = match ? readUnit(match[2]!) : null;
  return match && unitCode ? { number: match[1]!, unitCode } : { number: text, unitCode: null };
}

/** Pieces and packages whose name tells their size get it as content, marked as a guess: prices compare per kilogram. */
export function guessContent(listed: ListedProduct): ListedProduct {
  const base = findUnit(listed.saleUnitCode)?.base;
  const isPiece = base === null || listed.saleUnitCode === "H87";
  const found = isPiece && !listed.content ? findContent(listed.name, ",") : null;
  if (!found) return listed;
  return {
    ...listed,
    content: found.content,
    isVariableWeight: listed.isVariableWeight || found.isApproximate,
    doubts: [...listed.doubts, { doubt: "content-guessed", value: listed.name }],
  };
}

// "0,500 kg" and "0.500 kg" are both half a kilogram: one mark before three digits after a zero parts no thousands.
function numberMark(number: string, mark: "," | "."): "," | "." {
  if (/^0[.,]/.test(number)) return number[1] as "," | ".";
  return mark;
}
