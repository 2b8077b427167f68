// Cells to values: prices, quantities, months, yes and no, as farmers write them.
import { parseWrittenDecimal, scaleNumber } from "../kernel/decimal.ts";
import { isDate } from "../kernel/time.ts";
import { readUnit } from "../kernel/units.ts";
import { isVatRate, type VatRatePercent } from "../kernel/vat.ts";
import { findContent } from "./content.ts";
import type { Cell } from "./grid.ts";
import { type CertificationKind, type Content, LIST_LIMITS, type Variant } from "./priceList.ts";

export type Mark = "," | ".";

/** A number cell scaled by 10^`places`; `null` when it is none. */
export function readDecimal(cell: Cell, places: number, mark: Mark): number | null {
  if (typeof cell === "number") return scaleNumber(cell, places);
  return typeof cell === "string" && cell.length <= 60 ? parseWrittenDecimal(cell, places, mark) : null;
}

/** A rate in force; `null` for "nessuna"; `undefined` for anything else. A percent cell holds 0.04 for 4 %. */
export function readVat(cell: Cell): VatRatePercent | null | undefined {
  if (typeof cell === "string" && /^\s*(?:nessuna?|none|-|n\.?d\.?)\s*$/i.test(cell)) return null;
  if (typeof cell === "string" && /^\s*(?:esente|exempt)/i.test(cell)) return 0;
  const text = String(cell)
    .slice(0, 40)
    .replace(/iva|vat|%/gi, "");
  const hundredths = typeof cell === "number" ? scaleNumber(cell, 2) : parseWrittenDecimal(text, 2, ",");
  if (hundredths === null) return undefined;
  const isShare = typeof cell === "number" && cell > 0 && cell < 1;
  const rate = isShare ? hundredths : hundredths / 100;
  return isVatRate(rate) ? rate : undefined;
}

/** Yes or no in the ways people mark a cell; `null` when it is neither. */
export function readYesNo(cell: Cell): boolean | null {
  const text = String(cell).trim().toLowerCase();
  if (/^(?:true|vero|s[iì]|yes|y|s|x|1|ok|✓)$/.test(text)) return true;
  return /^(?:false|falso|no|n|0|-)$/.test(text) ? false : null;
}

/** A day, "YYYY-MM-DD", out of 31/12/2026, 31.12.26 or 2026-12-31; `null` when it is none. */
export function readDateCell(cell: Cell): string | null {
  const text = String(cell).trim();
  if (isDate(text.slice(0, 10)) && /^.{10}(?:[T ]|$)/.test(text)) return text.slice(0, 10);
  const match = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$/.exec(text);
  if (!match) return null;
  const [, day, month, year] = match;
  const date = `${year!.padStart(4, "20")}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
  return isDate(date) ? date : null;
}

/** "6 bottiglie", "1,2 kg", "500g", "circa 1,2 kg": a content and whether it is approximate; `null` when unreadable. */
export function readContentCell(cell: Cell, mark: Mark): { content: Content; isApproximate: boolean } | null {
  const text = String(cell).trim().slice(0, 200);
  const match = /^(\d[\d.,]*)\s*(\D.*)$/.exec(text);
  const unitCode = match ? readUnit(match[2]!) : null;
  const quantityThousandths = match ? parseWrittenDecimal(match[1]!, 3, mark) : null;
  const isCountable = quantityThousandths && quantityThousandths <= LIST_LIMITS.quantityThousandths;
  if (unitCode && isCountable) return { content: { quantityThousandths, unitCode }, isApproximate: false };
  return findContent(text, mark);
}

/** Months as written: "ott, nov", "10-12", "novembre - febbraio", "tutto l'anno" (none named); `null` when unreadable. */
export function readSeason(cell: Cell): number[] | null {
  const text = String(cell).slice(0, 200).toLowerCase().trim();
  if (/^(?:tutto l['’]anno|sempre|annuale|all year)$/.test(text)) return [];
  const months = new Set<number>();
  for (const part of text.split(/[,;/+&]|\s+e\s+|\s+and\s+/)) {
    const ends = part
      .trim()
      .replace(/^da\s+/, "")
      .split(/\s*(?:-|–|—|\ba\b|\bto\b)\s*/)
      .map(readMonth);
    const [first, last = first] = ends;
    if (ends.length > 2 || !first || !last) return null;
    for (let month = first; ; month = (month % 12) + 1) {
      months.add(month);
      if (month === last) break;
    }
  }
  return months.size === 12 ? [] : [...months].sort((one, other) => one - other);
}

export const MONTHS_IT = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"] as const;
const MONTHS_EN = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function readMonth(text: string): number | null {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= 12 ? Number(text) : null;
  const start = text.slice(0, 3);
  if (!/^\p{L}{3,10}\.?$/u.test(text)) return null;
  const month = Math.max((MONTHS_IT as readonly string[]).indexOf(start), MONTHS_EN.indexOf(start));
  return month < 0 ? null : month + 1;
}

/** How we name each kind of certification, and what else says it. First match wins, so the narrow ones come first. */
export const CERTIFICATION_WORDS: readonly (readonly [CertificationKind, label: string, says: RegExp])[] = [
  ["conversion", "in conversione", /conversion/i],
  ["self-declared", "autocertificazione", /auto-?\s?certific|autodichiar|self/i],
  ["participatory", "garanzia partecipata", /partecipat|participat|\b(?:sgp|pgs)\b/i],
  ["biodynamic", "biodinamico", /biodin|biodyn|demeter/i],
  ["dop", "DOP", /\b(?:dop|pdo)\b|origine protetta/i],
  ["igp", "IGP", /\b(?:igp|pgi)\b|geografica protetta/i],
  ["conventional", "convenzionale", /convenzional|conventional|lotta integrata/i],
  ["organic", "bio certificato", /\bbio\b|biologic|organic|\b(?:icea|ccpb|suolo e salute|bioagricert)\b/i],
];

/** The kind a cell names ("bio", "sì" in a column headed so, "DOP"); `null` for none ("no"), `undefined` if unreadable. */
export function readCertification(text: string): CertificationKind | null | undefined {
  const flag = readYesNo(text);
  if (flag !== null) return flag ? "organic" : null;
  return CERTIFICATION_WORDS.find(([, , says]) => says.test(text.slice(0, 200)))?.[0];
}

/** "Taglia: S, M | Colore: rosso" as axes of choice; what has no name before a colon is one axis "Variante". */
export function readVariants(text: string): Variant[] {
  return text.split("|").flatMap((part) => {
    const colon = part.indexOf(":");
    const name = colon < 0 ? "Variante" : part.slice(0, colon).trim();
    const values = part
      .slice(colon + 1)
      .split(",")
      .map((value) => value.trim())
      .filter((value) => value !== "");
    return name !== "" && values.length > 0 ? [{ name: name.slice(0, 100), values: values.slice(0, 100) }] : [];
  });
}
