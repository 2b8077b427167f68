// A small sheet to try an import with before one's own is ready: what a group, and what a farm, may write in it. Pure. EXPERIENCE.md 2.11.
import { FIELD_WORDS, type Field } from "../../exchange/columnWords.ts";
import { type OutCell, writeCsv } from "../../exchange/csvOut.ts";
import { MEMBER_WORDS, type MemberField } from "../../exchange/memberColumns.ts";

const MEMBER_COLUMNS: readonly MemberField[] = ["household", "name", "role", "balance"];
/** Nobody can be reached by these lines: they carry no address and no number. */
const MEMBERS: readonly (readonly OutCell[])[] = [
  ["Famiglia di prova 1", "Prova Uno", "gasista, referente", { decimal: "0.00" }],
  ["Famiglia di prova 1", "Prova Due", "gasista", ""],
  ["Famiglia di prova 2", "Prova Tre", "gasista, tesoreria", { decimal: "12.50" }],
  ["Famiglia di prova 3", "Prova Quattro", "gasista, consegna", { decimal: "-3.20" }],
];

const GOODS_COLUMNS: readonly Field[] = ["sku", "name", "category", "unit", "content", "price", "vat"];
const GOODS: readonly (readonly OutCell[])[] = [
  ["PROVA-1", "Patate (prova)", "Ortaggi", "kg", "", { decimal: "1.80" }, { decimal: "4" }],
  ["PROVA-2", "Passata di pomodoro (prova)", "Conserve", "pezzo", "700 g", { decimal: "2.90" }, { decimal: "10" }],
  ["PROVA-3", "Farina di grano tenero (prova)", "Farine", "pezzo", "5 kg", { decimal: "8.50" }, { decimal: "4" }],
];

/** The sheet as CSV text, under headings in the language; our own import reads it as it is. */
export function writeSample(kind: "gas" | "producer", language: "it" | "en"): string {
  return kind === "gas"
    ? writeCsv([MEMBER_COLUMNS.map((field) => MEMBER_WORDS[field][language]), ...MEMBERS])
    : writeCsv([GOODS_COLUMNS.map((field) => FIELD_WORDS[field][language]), ...GOODS]);
}
