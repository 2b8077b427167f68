// The one way in for an uploaded list of suppliers: read off the main thread, within the limits of every sheet; and its empty form.
import type { Refusal } from "../kernel/refusal.ts";
import { writeCsv } from "./csvOut.ts";
import { type ReadLimits, readInWorker } from "./readPriceList.ts";
import { SUPPLIER_WORDS, type SupplierField } from "./supplierColumns.ts";
import type { SupplierOptions, SupplierSheet } from "./supplierSheet.ts";

const FIELDS = Object.keys(SUPPLIER_WORDS) as SupplierField[];

/** Reads the suppliers of an XLSX, ODS, XLS or CSV, recognised by content. Refusals as `readPriceList`. */
export function readSuppliers(
  bytes: Uint8Array,
  filename: string,
  options: SupplierOptions = {},
  limits?: ReadLimits,
): Promise<SupplierSheet | Refusal> {
  return readInWorker<SupplierSheet>("suppliers", bytes, filename, options, limits);
}

/** The headings of an empty list as CSV text, in the language. */
export function writeSupplierCsv(language: "it" | "en"): string {
  return writeCsv([FIELDS.map((field) => SUPPLIER_WORDS[field][language])]);
}
