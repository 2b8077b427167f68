// How large an ODS sheet says it is: one element may stand for a million cells, and empty ones usually do.
import type { Refusal } from "../kernel/refusal.ts";
import { LIST_LIMITS } from "./priceList.ts";

const TAGS = /<table:(table-row|table-cell)\b([^<>]*)>/g;
const ROWS = /number-rows-repeated\s*=\s*["'](\d+)["']/;
const COLUMNS = /number-columns-repeated\s*=\s*["'](\d+)["']/;

/**
 * Why the content of an ODS is too large to be unrolled: more filled rows or columns than a list may have. The blank cells
 * that LibreOffice repeats up to the end of the sheet do not count. `null` when it is fit to be read.
 */
export function judgeOdsSize(content: string): Refusal<"too-many-rows" | "too-many-columns"> | null {
  let rows = 1;
  for (const [, tag, attributes] of content.matchAll(TAGS)) {
    if (tag === "table-row") {
      rows = Number(ROWS.exec(attributes!)?.[1] ?? 1);
      continue;
    }
    const isBlank = attributes!.endsWith("/") && !attributes!.includes("value");
    if (isBlank) continue;
    const columns = Number(COLUMNS.exec(attributes!)?.[1] ?? 1);
    if (rows > LIST_LIMITS.rows) return { refused: "too-many-rows", rows, limit: LIST_LIMITS.rows };
    if (columns > LIST_LIMITS.columns) return { refused: "too-many-columns", columns, limit: LIST_LIMITS.columns };
  }
  return null;
}
