// The papers of several orders that are run as one: what each household collects of all producers, what goes to which place, what the
// treasurer sums. Pure: names, words and sums are arguments.
import {
  cellText,
  countCell,
  moneyCell,
  numberColumn,
  quantityCell,
  type Sheet,
  type SheetCell,
  type SheetColumn,
  type SheetTable,
  textColumn,
} from "../../kernel/sheet.ts";
import { unitLabel } from "../../kernel/units.ts";
import type { Settlement } from "../delivery/delivery.ts";
import type { Report, ReportHousehold, ReportPortion } from "../reports/reports.ts";
import type { SharedCosts } from "./costs.ts";

type Household = ReportHousehold & { readonly householdId: string };

/** One of the orders: its report, its state in words, and what closing its delivery would charge. */
type JointOrder = {
  readonly report: Omit<Report, "households"> & { readonly households: readonly Household[] };
  readonly stateName: string;
  readonly settlement: Settlement;
};

/** What the papers are made of. */
export type JointReport = {
  readonly name: string;
  readonly groupName: string;
  readonly when: string;
  readonly orders: readonly JointOrder[];
  readonly shared: SharedCosts;
  /** Households by id, those too that bear a cost and are in no order any more. */
  readonly householdNames: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly language: "it" | "en";
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
};

/** The papers there are, by the word in their address. */
export const JOINT_SHEETS = { households: householdSheet, places: placeSheet, sums: sumSheet };

/** What a household has in one of the orders. */
type OwnPart = { readonly report: JointOrder["report"]; readonly own: Household };
type JointHousehold = {
  readonly id: string;
  readonly name: string;
  readonly places: readonly string[];
  readonly parts: readonly OwnPart[];
  readonly sharedCents: number;
  readonly totalCents: number;
};

/** Every household once, with what it has in each order and its part of the shared costs; by name. */
export function joinHouseholds({ orders, shared, householdNames }: JointReport): JointHousehold[] {
  const parts = orders.flatMap(({ report }) => report.households.map((own): OwnPart => ({ report, own })));
  const byId = Map.groupBy(parts, ({ own }) => own.householdId);
  const ids = [...new Set([...byId.keys(), ...shared.shares.keys()])];
  return ids
    .map((id): JointHousehold => {
      const its = byId.get(id) ?? [];
      const sharedCents = shared.shares.get(id) ?? 0;
      return {
        ...{ id, name: its[0]?.own.name ?? householdNames.get(id) ?? "", parts: its, sharedCents },
        places: [...new Set(its.map(({ own }) => own.pickup).filter(Boolean))],
        totalCents: sharedCents + sum(its.map(({ own }) => own.totalCents)),
      };
    })
    .filter(({ parts: its, sharedCents }) => its.length > 0 || sharedCents !== 0)
    .sort((one, other) => one.name.localeCompare(other.name, "it") || (one.id < other.id ? -1 : 1));
}

/** For each household, all that it collects, producer by producer, and what it comes to. */
function householdSheet(report: JointReport): Sheet {
  const { say } = report;
  const columns = [
    textColumn(say("aggregates.sheet.producer")),
    textColumn(say("orders.report.product")),
    numberColumn(say("orders.report.booked")),
    numberColumn(say("orders.report.toGive")),
    textColumn(say("orders.report.unit")),
    numberColumn(say("orders.report.euro")),
    textColumn(say("orders.report.notes")),
  ];
  const tables = joinHouseholds(report)
    .sort((one, other) => (one.places[0] ?? "").localeCompare(other.places[0] ?? "", "it"))
    .map((household) => householdTable(report, household, columns));
  return sheet(report, say("aggregates.sheet.householdsTitle"), tables, false);
}

function householdTable(report: JointReport, household: JointHousehold, columns: readonly SheetColumn[]): SheetTable {
  const { say } = report;
  const extra = (producer: string, label: string, cents: number | null): SheetCell[][] =>
    cents ? [[producer, label, null, null, "", moneyCell(cents), ""]] : [];
  const rows = household.parts.flatMap(({ report: its, own }) => [
    ...own.portions.map((portion): SheetCell[] => [its.producerName, ...portionCells(report, its, own, portion)]),
    ...extra(its.producerName, say("orders.report.entered"), own.enteredCents),
    ...own.others.flatMap(({ name, cents }) => extra(its.producerName, name || say("orders.report.other"), cents)),
  ]);
  const notes = household.parts.map(({ own }) => own.note).filter(Boolean);
  return {
    heading: household.name,
    note: [...household.places, ...notes].join(" · "),
    columns,
    rows: [...rows, ...extra("", say("aggregates.costs"), household.sharedCents)],
    total: [say("orders.report.total"), "", null, null, "", moneyCell(household.totalCents), ""],
  };
}

function portionCells(
  { language }: JointReport,
  its: Report,
  { enteredCents }: ReportHousehold,
  portion: ReportPortion,
): SheetCell[] {
  const goods = goodsOf(its, portion);
  const weights = portion.weights?.map((one) => cellText(quantityCell(one), language)).join(" + ") ?? "";
  return [
    portion.friendName === null ? goods.name : `${goods.name} (${portion.friendName})`,
    quantityCell(portion.bookedThousandths),
    quantityCell(portion.quantityThousandths),
    unitLabel(goods.unitCode, portion.quantityThousandths, language),
    enteredCents === null ? moneyCell(portion.cents) : null,
    [weights, portion.note].filter(Boolean).join(" · "),
  ];
}

function goodsOf({ order }: Report, { lineNumber }: Pick<ReportPortion, "lineNumber">) {
  return order.lines.find(({ number }) => number === lineNumber)!.goods;
}

/** Place by place: which goods go there, and who collects them. A household that chose no place stands apart. */
function placeSheet(report: JointReport): Sheet {
  const { say } = report;
  const parts = report.orders.flatMap(({ report: its }) =>
    its.households.map((own): OwnPart => ({ report: its, own })),
  );
  const byPlace = Map.groupBy(parts, ({ own }) => own.pickup);
  const places = [...byPlace.keys()].sort((one, other) => one.localeCompare(other, "it"));
  const tables = places.flatMap((place) => {
    const name = place === "" ? say("aggregates.sheet.noPlace") : place;
    return [goodsTable(report, name, byPlace.get(place)!), peopleTable(report, name, byPlace.get(place)!)];
  });
  return sheet(report, say("aggregates.sheet.placesTitle"), tables, false);
}

function goodsTable({ say, language }: JointReport, place: string, parts: readonly OwnPart[]): SheetTable {
  const rows = [...Map.groupBy(parts, ({ report }) => report)].flatMap(([its, own]) => {
    const portions = own.flatMap((one) => one.own.portions);
    return [...Map.groupBy(portions, ({ lineNumber }) => lineNumber)]
      .sort(([one], [other]) => one - other)
      .map(([lineNumber, those]): SheetCell[] => {
        const goods = goodsOf(its, { lineNumber });
        const amount = sum(those.map(({ quantityThousandths }) => quantityThousandths));
        return [its.producerName, goods.name, quantityCell(amount), unitLabel(goods.unitCode, amount, language)];
      });
  });
  const columns = [
    textColumn(say("aggregates.sheet.producer")),
    textColumn(say("orders.report.product")),
    numberColumn(say("orders.report.toGive")),
    textColumn(say("orders.report.unit")),
  ];
  return { heading: say("aggregates.sheet.goodsAt", { place }), note: "", columns, rows, total: null };
}

function peopleTable({ say }: JointReport, place: string, parts: readonly OwnPart[]): SheetTable {
  const rows = [...Map.groupBy(parts, ({ own }) => own.householdId).values()]
    .map((its) => ({
      name: its[0]!.own.name,
      producers: [...new Set(its.map(({ report }) => report.producerName))].join(", "),
      cents: sum(its.map(({ own }) => own.totalCents)),
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "it"));
  const columns = [
    textColumn(say("orders.report.family")),
    textColumn(say("aggregates.sheet.producers")),
    numberColumn(say("orders.report.euro")),
  ];
  return {
    ...{ heading: say("aggregates.sheet.peopleAt", { place }), note: say("aggregates.sheet.withoutCosts"), columns },
    rows: rows.map(({ name, producers, cents }): SheetCell[] => [name, producers, moneyCell(cents)]),
    total: [say("orders.report.total"), "", moneyCell(sum(rows.map(({ cents }) => cents)))],
  };
}

/** For the treasurer: what each order comes to and to whom it is due, the shared costs, and each household's sum. */
function sumSheet(report: JointReport): Sheet {
  const { say } = report;
  return sheet(
    report,
    say("aggregates.sheet.sumsTitle"),
    [orderSums(report), costSums(report), householdSums(report)],
    true,
  );
}

const SUMS = ["payableCents", "transportCents", "stockCents", "roundingCents", "chargedCents"] as const;

function orderSums({ say, orders }: JointReport): SheetTable {
  const columns = [
    textColumn(say("aggregates.sheet.producer")),
    textColumn(say("aggregates.sheet.order")),
    textColumn(say("aggregates.sheet.state")),
    numberColumn(say("orders.report.families")),
    ...SUMS.map((name) => numberColumn(say(`aggregates.sheet.${name}`))),
  ];
  const rows = orders.map(({ report, stateName, settlement }): SheetCell[] => [
    ...[report.producerName, report.order.name, stateName],
    countCell(report.households.length),
    ...SUMS.map((name) => moneyCell(settlement[name])),
  ]);
  const totals = SUMS.map((name) => moneyCell(sum(orders.map(({ settlement }) => settlement[name]))));
  const total = [say("orders.report.total"), "", "", null, ...totals];
  return { heading: say("aggregates.orders"), note: say("aggregates.sheet.sumsNote"), columns, rows, total };
}

function costSums({ say, shared }: JointReport): SheetTable {
  const columns = [
    textColumn(say("aggregates.costs")),
    textColumn(say("aggregates.sheet.split")),
    numberColumn(say("orders.report.families")),
    numberColumn(say("orders.report.euro")),
  ];
  const rows = shared.splits.map(({ modifier, cents, shares }): SheetCell[] => [
    modifier.name,
    say(`orders.modifier.${modifier.splitBy}`),
    countCell([...shares.values()].filter((one) => one !== 0).length),
    moneyCell(cents),
  ]);
  const total = [say("orders.report.total"), "", null, moneyCell(shared.cents)];
  return { heading: say("aggregates.costs"), note: "", columns, rows, total };
}

function householdSums(report: JointReport): SheetTable {
  const { say } = report;
  const columns = [
    textColumn(say("orders.report.family")),
    numberColumn(say("aggregates.orders")),
    numberColumn(say("aggregates.costs")),
    numberColumn(say("orders.report.total")),
  ];
  const households = joinHouseholds(report);
  const cells = (all: number, shared: number) => [moneyCell(all - shared), moneyCell(shared), moneyCell(all)];
  const rows = households.map(({ name, totalCents, sharedCents }): SheetCell[] => [
    name,
    ...cells(totalCents, sharedCents),
  ]);
  const all = sum(households.map(({ totalCents }) => totalCents));
  const shared = sum(households.map(({ sharedCents }) => sharedCents));
  const total = [say("orders.report.total"), ...cells(all, shared)];
  return { heading: say("orders.report.families"), note: "", columns, rows, total };
}

function sheet(report: JointReport, title: string, tables: readonly SheetTable[], isWide: boolean): Sheet {
  const { name, groupName, orders, when, warnings, language } = report;
  const producers = [...new Set(orders.map(({ report: its }) => its.producerName))].join(", ");
  const lines = [[producers, groupName].filter(Boolean).join(" · "), when].filter(Boolean);
  return { title: `${title}: ${name}`, lines, warnings, language, isWide, tables };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
