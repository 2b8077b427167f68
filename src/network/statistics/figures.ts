// The six figures of a network: what each counts, as rows that are drawn, listed and taken away as files. Pure.
import { addMonths } from "../../kernel/time.ts";
import type { Count } from "../index/networkIndex.ts";
import type { Supply, Total } from "./totals.ts";

export const FIGURES = ["places", "months", "goods", "shortfalls", "seasons", "together"] as const;
export type FigureName = (typeof FIGURES)[number];

/** A column: words, a month, an ISTAT code, a unit's code, or a count. `key` names it in files and, as a words key, on pages. */
export type Column = { readonly key: string; readonly kind: "text" | "month" | "comune" | "unit" | "count" };
/** What stands in a column; null: not told. */
export type Value = string | number | null;
export type Figure = {
  readonly name: FigureName;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  /** How many groups' months are in it; null: it is made of the index alone. */
  readonly counted: number | null;
  readonly isPartial: boolean;
};

/** Everything the figures are made of. `from` and `to` are months, `to` the last that any group has published. */
export type FigureFacts = {
  readonly span: { readonly from: string; readonly to: string } | null;
  readonly byComune: readonly Total[];
  readonly byMonth: readonly Total[];
  readonly byCategory: readonly Total[];
  /** By category, of each month that has supply. */
  readonly demand: readonly { readonly month: string; readonly totals: readonly Total[] }[];
  readonly supply: readonly Supply[];
  readonly counts: readonly Count[];
  /** How many groups have published anything in the span, and how many the network shows. */
  readonly sources: number;
  readonly groups: number;
};

const count = (key: string): Column => ({ key, kind: "count" });
const CATEGORY: Column = { key: "category", kind: "text" };
const MONTH: Column = { key: "month", kind: "month" };
const UNIT: Column = { key: "unit", kind: "unit" };

/** The months a network's figures cover: a year up to the last that any of its groups has published; null: none. */
export function spanUpTo(last: string | null): { readonly from: string; readonly to: string } | null {
  return last === null ? null : { from: addMonths(`${last}-01`, -11).slice(0, 7), to: last };
}

export function makeFigures(facts: FigureFacts): readonly Figure[] {
  return FIGURES.map((name) => MAKERS[name](facts));
}

const MAKERS: Readonly<Record<FigureName, (facts: FigureFacts) => Figure>> = {
  places: ({ byComune, counts, sources }) => {
    const codes = [...new Set([...counts.map(({ value }) => value), ...byComune.map(({ key }) => key)])].sort();
    const rows = codes.map((code) => {
      const here = (kind: string) => counts.find((one) => one.value === code && one.kind === kind)?.count ?? 0;
      const told = byComune.find(({ key }) => key === code);
      return [code, here("gas"), here("producer"), told?.families ?? null, told?.orders ?? null];
    });
    const columns = [
      { key: "comune", kind: "comune" } as const,
      ...["groups", "producers", "families", "orders"].map(count),
    ];
    // A comune of networks alone says nothing here.
    const said = rows.filter(([, ...counted]) => counted.some((one) => one !== null && one !== 0));
    return { name: "places", columns, rows: said, counted: sources, isPartial: false };
  },
  months: ({ byMonth, sources }) => ({
    ...{ name: "months", columns: [MONTH, ...["orders", "families", "sources", "euros"].map(count)] },
    // Where nobody tells its euros, nothing is known of them: 0 would be said of everybody.
    rows: byMonth.map((one) => [
      one.key,
      one.orders,
      one.families,
      one.sources,
      one.isPartial && one.euros === 0 ? null : one.euros,
    ]),
    ...{ counted: sources, isPartial: isPartial(byMonth) },
  }),
  goods: ({ byCategory, sources }) => ({
    ...{ name: "goods", columns: [CATEGORY, UNIT, ...["delivered", "families", "sources"].map(count)] },
    rows: byCategory.map((one) => [one.key, one.unit, one.delivered, one.families, one.sources]),
    ...{ counted: sources, isPartial: isPartial(byCategory) },
  }),
  shortfalls: ({ byCategory, sources }) => {
    const told = byCategory.filter(({ ordered }) => ordered > 0);
    const rows = told.map((one) => {
      const percent = Math.round((100 * one.deliveredOfOrdered) / one.ordered);
      return [one.key, one.unit, one.ordered, one.deliveredOfOrdered, percent];
    });
    const columns = [CATEGORY, UNIT, ...["ordered", "delivered", "percent"].map(count)];
    return { name: "shortfalls", columns, rows, counted: sources, isPartial: isPartial(byCategory) };
  },
  seasons: ({ supply, demand, sources }) => {
    const rows = [...new Set(supply.map(({ month }) => month))].flatMap((month) => {
      const totals = demand.find((one) => one.month === month)?.totals ?? [];
      return seasonRows(month, supply, totals);
    });
    const columns = [MONTH, CATEGORY, ...["producers", "products", "families"].map(count), UNIT, count("delivered")];
    return { name: "seasons", columns, rows, counted: sources, isPartial: false };
  },
  together: ({ byMonth, sources }) => ({
    ...{ name: "together", columns: [MONTH, ...["ties", "orders", "sources"].map(count)] },
    rows: byMonth.map((one) => [one.key, one.producers, one.orders, one.sources]),
    ...{ counted: sources, isPartial: false },
  }),
};

/** Of each category what producers had, and what families took: a line for each unit they took it in. */
function seasonRows(month: string, supply: readonly Supply[], totals: readonly Total[]): Value[][] {
  const here = supply.filter((one) => one.month === month);
  const categories = [...new Set([...here.map((one) => one.category), ...totals.map(({ key }) => key)])].sort();
  return categories.flatMap((category) => {
    const offered = here.filter((one) => one.category === category);
    const sum = (name: "producers" | "products") => offered.reduce((total, one) => total + one[name], 0);
    const taken = totals.filter(({ key }) => key === category);
    const head = [month, category, sum("producers"), sum("products")];
    if (taken.length === 0) return [[...head, null, null, null]];
    return taken.map((one) => [...head, one.families, one.unit, one.delivered]);
  });
}

function isPartial(totals: readonly Total[]): boolean {
  return totals.some((one) => one.isPartial);
}
