// Sums over what groups have published of their months: every number in them is public already, so that no sum tells anything new. Pure.
import type { PublishedMonth } from "./month.ts";

/** A month of one group, as it is summed: whose, without where it stands. */
export type SummedMonth = Omit<PublishedMonth, "iri" | "digest"> & { readonly sourceUri: string };

/** What sums are by: the comune of the group (ISTAT code, "" where it says none), the category, the month "YYYY-MM". */
export type SummedBy = "comune" | "category" | "month";

/**
 * One sum. `unit` is a UN/ECE code by category (each unit apart), null by comune and month, where quantities do not add up and are 0.
 * `families`: of each group the most in one month, added up; who is in two groups counts twice. `orders` are 0 by category: an order
 * has many. `producers`: from how many each group had something in a month, added up, whoever they are; 0 by category. `euros` are goods at their price, without transport. `ordered` is of the months that tell it, `deliveredOfOrdered`
 * what came of that. `isPartial`: some of it was withheld by a group.
 */
export type Total = {
  readonly key: string;
  readonly unit: string | null;
  readonly sources: number;
  readonly families: number;
  readonly orders: number;
  readonly producers: number;
  readonly lines: number;
  readonly ordered: number;
  readonly deliveredOfOrdered: number;
  readonly delivered: number;
  readonly euros: number;
  readonly isPartial: boolean;
};

/** What a network's producers had to offer in a month: how many, and how many products in season. `istat` "" where unknown. */
export type Supply = {
  readonly month: string;
  readonly istat: string;
  readonly category: string;
  readonly producers: number;
  readonly products: number;
};

type Part = Omit<Total, "sources"> & { readonly sourceUri: string };

/** The sums, by key and unit in the order of their letters. */
export function sumMonths(months: readonly SummedMonth[], by: SummedBy): readonly Total[] {
  const groups = new Map<string, Part[]>();
  for (const part of months.flatMap(by === "category" ? categoryParts : wholePart(by))) {
    const name = `${part.key}\n${part.unit ?? ""}`;
    const parts = groups.get(name);
    if (parts) parts.push(part);
    else groups.set(name, [part]);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, parts]) => sumParts(parts));
}

function wholePart(by: "comune" | "month"): (month: SummedMonth) => Part[] {
  return (one) => {
    const { sourceUri, families, orders, producers, cells } = one;
    const key = by === "comune" ? (one.istat ?? "") : one.month;
    const lines = cells.reduce((sum, cell) => sum + cell.lines, 0);
    const nothing = { ordered: 0, deliveredOfOrdered: 0, delivered: 0 };
    const isPartial = one.isWithheld || one.euros === null;
    return [
      { sourceUri, key, unit: null, families, orders, producers, lines, ...nothing, euros: one.euros ?? 0, isPartial },
    ];
  };
}

function categoryParts({ sourceUri, cells }: SummedMonth): Part[] {
  return cells.map(({ category, unit, families, lines, ordered, delivered, euros }) => ({
    ...{ sourceUri, key: category, unit, families, lines, orders: 0, producers: 0 },
    ...{ ordered: ordered ?? 0, deliveredOfOrdered: ordered === null ? 0 : delivered, delivered, euros: euros ?? 0 },
    isPartial: ordered === null || euros === null,
  }));
}

function sumParts(parts: readonly Part[]): Total {
  const { key, unit } = parts[0]!;
  const sum = (name: "orders" | "producers" | "lines" | "ordered" | "deliveredOfOrdered" | "delivered" | "euros") =>
    parts.reduce((total, part) => total + part[name], 0);
  const most = new Map<string, number>();
  for (const { sourceUri, families } of parts) most.set(sourceUri, Math.max(families, most.get(sourceUri) ?? 0));
  return {
    ...{ key, unit, sources: most.size, families: [...most.values()].reduce((total, families) => total + families, 0) },
    ...{ orders: sum("orders"), producers: sum("producers"), lines: sum("lines"), ordered: sum("ordered") },
    ...{ deliveredOfOrdered: sum("deliveredOfOrdered"), delivered: sum("delivered"), euros: sum("euros") },
    isPartial: parts.some((part) => part.isPartial),
  };
}
