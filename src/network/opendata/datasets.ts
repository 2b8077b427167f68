// The datasets of a network: what each is about, its columns, and its rows as CSV and as JSON. Aggregates alone, never a name. Pure.
import { type OutCell, writeCsv } from "../../exchange/csvOut.ts";
import { type InTwo, OPEN_LICENCE } from "../../exchange/dcat.ts";
import type { Count } from "../index/networkIndex.ts";
import { comuneOf } from "../places/places.ts";
import type { SummedBy, Total } from "../statistics/totals.ts";

export const DATASET_NAMES = ["groups", "demand", "supply", "events"] as const;
export type DatasetName = (typeof DATASET_NAMES)[number];

/** A value: a text, a number, yes or no; null: there is none. */
type Cell = string | number | boolean | null;
export type Row = { readonly [column: string]: Cell };

/** The columns of each, in their order. Names are for programs and stay; what they mean stands in words (`opendata.column.*`). */
export const COLUMNS: Readonly<Record<DatasetName, readonly string[]>> = {
  groups: ["istat", "comune", "groups", "producers", "networks"],
  demand: [
    ...["by", "key", "comune", "unit", "groups", "families", "orders", "lines"],
    ...["ordered", "delivered", "euros", "partial"],
  ],
  supply: ["month", "istat", "comune", "category", "producers", "products"],
  events: ["month", "istat", "comune", "events"],
};

/** Who is where: how many groups, producers and networks a comune has. A place we do not know by its code is left out. */
export function groupRows(counts: readonly Count[]): Row[] {
  const places = new Map<string, Record<string, number>>();
  for (const { value, kind, count } of counts) {
    if (value === "") continue;
    const place = places.get(value) ?? {};
    place[kind] = (place[kind] ?? 0) + count;
    places.set(value, place);
  }
  return [...places]
    .map(([istat, { gas = 0, producer = 0, district = 0 }]) => ({
      ...{ istat, comune: comuneOf(istat)?.name ?? "", groups: gas, producers: producer, networks: district },
    }))
    .filter(({ groups, producers, networks }) => groups + producers + networks > 0)
    .sort((one, other) => (one.istat < other.istat ? -1 : 1));
}

/** What groups have published of their months, summed one way. */
export function demandRows(by: SummedBy, totals: readonly Total[]): Row[] {
  const isCategory = by === "category";
  return totals.map((total) => ({
    ...{ by, key: total.key, comune: by === "comune" ? (comuneOf(total.key)?.name ?? "") : null, unit: total.unit },
    ...{ groups: total.sources, families: total.families, orders: isCategory ? null : total.orders },
    ...{ lines: total.lines, ordered: isCategory ? total.ordered : null },
    ...{ delivered: isCategory ? total.delivered : null, euros: total.euros, partial: total.isPartial },
  }));
}

/** What could be had in a comune: counted on the first of a month. */
export type SupplyCount = {
  readonly month: string;
  readonly istat: string | null;
  readonly category: string;
  readonly producers: number;
  readonly products: number;
};

export function supplyRows(supply: readonly SupplyCount[]): Row[] {
  return supply.map(({ month, istat, category, producers, products }) => ({
    ...{ month, istat, comune: comuneOf(istat ?? "")?.name ?? null, category, producers, products },
  }));
}

/** Meetings to come, by month ("YYYY-MM" in Italy) and comune. */
export function eventRows(events: readonly { readonly month: string; readonly istat: string | null }[]): Row[] {
  const counts = new Map<string, { month: string; istat: string | null; n: number }>();
  for (const { month, istat } of events) {
    const key = `${month} ${istat ?? ""}`;
    counts.set(key, { month, istat, n: (counts.get(key)?.n ?? 0) + 1 });
  }
  return [...counts.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { month, istat, n }]) => ({ month, istat, comune: comuneOf(istat ?? "")?.name ?? null, events: n }));
}

/** As a spreadsheet in Italy opens it. */
export function writeRowsCsv(name: DatasetName, rows: readonly Row[]): string {
  const columns = COLUMNS[name];
  return writeCsv([columns, ...rows.map((row) => columns.map((column) => writeCell(row[column] ?? null)))]);
}

function writeCell(cell: Cell): OutCell {
  if (cell === null) return "";
  if (typeof cell === "number") return { decimal: String(cell) };
  return typeof cell === "boolean" ? (cell ? "1" : "0") : cell;
}

/** What stands beside the rows, so that nobody has to guess what a number means. `updated` a day, "YYYY-MM-DD". */
export type DatasetFacts = {
  readonly definition: InTwo;
  readonly columns: Readonly<Record<string, InTwo>>;
  readonly source: string;
  readonly updated: string;
};

export function writeRowsJson(rows: readonly Row[], facts: DatasetFacts): string {
  return `${JSON.stringify({ ...facts, licence: OPEN_LICENCE.url, rows })}\n`;
}
