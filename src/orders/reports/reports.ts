// The sheets of an order: who collects what, how much of each product, the whole table, and what the producer gets to see.
// Pure: names and words are arguments. One delivered quantity is read by all of them. EXPERIENCE.md section 7.
import assert from "node:assert/strict";
import { formatDecimal } from "../../kernel/decimal.ts";
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
import { amountOf, type Order, type OrderLine } from "../order.ts";

/** A household's part of a line: the last that is known of it, booked, allocated or delivered. */
export type ReportPortion = {
  readonly lineNumber: number;
  readonly friendName: string | null;
  readonly bookedThousandths: number;
  readonly quantityThousandths: number;
  /** Piece by piece where pieces are weighed apart. */
  readonly weights: readonly number[] | null;
  readonly note: string;
  /** At the price of the line; the parts of a household's line sum to what it is charged for it. */
  readonly cents: number;
};

/**
 * A household on the sheet. `enteredCents`: a sum that stands in the place of what its goods come to, else null; `others`: its parts of
 * transport, discounts and new prices, each by its name; `totalCents`: what it owes.
 */
export type ReportHousehold = {
  readonly name: string;
  readonly pickup: string;
  readonly note: string;
  readonly portions: readonly ReportPortion[];
  readonly enteredCents: number | null;
  readonly others: readonly { readonly name: string; readonly cents: number }[];
  readonly totalCents: number;
};

/** What the sheets are made of. `ordered` by line: what was asked of the producer, or what it agreed to once it did. */
export type Report = {
  readonly order: Pick<Order, "name" | "lines">;
  readonly producerName: string;
  readonly groupName: string;
  readonly when: string;
  readonly warnings: readonly string[];
  readonly households: readonly ReportHousehold[];
  readonly ordered: ReadonlyMap<number, number>;
  readonly language: "it" | "en";
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
};

/** The sheets there are, by the word in their address. */
export const REPORTS = {
  households: householdSheet,
  products: productSheet,
  table: tableSheet,
  producer: producerSheet,
};

/** Dettaglio consegne: for each household what it collects and what it comes to, with room to write the real weight. */
function householdSheet(report: Report): Sheet {
  const { say } = report;
  const columns = [
    textColumn(say("orders.report.product")),
    numberColumn(say("orders.report.booked")),
    numberColumn(say("orders.report.toGive")),
    textColumn(say("orders.report.unit")),
    numberColumn(say("orders.report.euro")),
    textColumn(say("orders.report.notes")),
  ];
  const tables = [...report.households]
    .sort((one, other) => one.pickup.localeCompare(other.pickup, "it") || one.name.localeCompare(other.name, "it"))
    .map((household) => householdTable(report, household, columns));
  return sheet(report, say("orders.report.householdsTitle"), tables, false);
}

function householdTable(report: Report, household: ReportHousehold, columns: readonly SheetColumn[]): SheetTable {
  const { say } = report;
  const rows = household.portions.map((portion): SheetCell[] => {
    const line = lineOf(report, portion.lineNumber);
    const name = portion.friendName === null ? line.goods.name : `${line.goods.name} (${portion.friendName})`;
    const weights = portion.weights?.map((one) => cellText(quantityCell(one), report.language)).join(" + ") ?? "";
    return [
      name,
      quantityCell(portion.bookedThousandths),
      quantityCell(portion.quantityThousandths),
      unitOf(report, line, portion.quantityThousandths),
      household.enteredCents === null ? moneyCell(portion.cents) : null,
      [weights, portion.note].filter(Boolean).join(" · "),
    ];
  });
  const apart = (label: string, cents: number | null): SheetCell[][] =>
    cents ? [[label, null, null, "", moneyCell(cents), ""]] : [];
  return {
    heading: household.name,
    note: [household.pickup, household.note].filter(Boolean).join(" · "),
    columns,
    rows: [
      ...rows,
      ...apart(say("orders.report.entered"), household.enteredCents),
      ...household.others.flatMap(({ name, cents }) => apart(name || say("orders.report.other"), cents)),
    ],
    total: [say("orders.report.total"), null, null, "", moneyCell(household.totalCents), ""],
  };
}

/** Riassunto prodotti: how much of each product, booked, asked, to hand out, and by how many households. */
function productSheet(report: Report): Sheet {
  const { say, order, ordered } = report;
  const columns = [
    textColumn(say("orders.report.product")),
    numberColumn(say("orders.report.booked")),
    numberColumn(say("orders.report.ordered")),
    numberColumn(say("orders.report.packages")),
    numberColumn(say("orders.report.toGive")),
    textColumn(say("orders.report.unit")),
    numberColumn(say("orders.report.families")),
    numberColumn(say("orders.report.euro")),
  ];
  const rows = order.lines.flatMap((line): SheetCell[][] => {
    const portions = portionsOf(report, line);
    const asked = ordered.get(line.number) ?? 0;
    if (portions.length === 0 && asked === 0) return [];
    const given = sum(portions.map((one) => one.quantityThousandths));
    return [
      [
        line.goods.name,
        quantityCell(sum(portions.map((one) => one.bookedThousandths))),
        quantityCell(asked),
        packages(line, asked),
        quantityCell(given),
        unitOf(report, line, given),
        countCell(new Set(householdsOf(report, line)).size),
        moneyCell(sum(portions.map(({ cents }) => cents))),
      ],
    ];
  });
  const all = sum(report.households.flatMap(({ portions }) => portions).map(({ cents }) => cents));
  const total = [
    say("orders.report.total"),
    null,
    null,
    null,
    null,
    "",
    countCell(report.households.length),
    moneyCell(all),
  ];
  return sheet(report, say("orders.report.productsTitle"), [{ heading: "", note: "", columns, rows, total }], false);
}

/** Tabella complessiva: households down, products across, quantities inside. */
function tableSheet(report: Report): Sheet {
  const { say, order } = report;
  const lines = order.lines.filter((line) => portionsOf(report, line).length > 0);
  const columns = [
    textColumn(say("orders.report.family")),
    ...lines.map((line) =>
      numberColumn(`${line.goods.name} (${unitLabel(line.goods.unitCode, 2000, report.language)})`),
    ),
    numberColumn(say("orders.report.euro")),
  ];
  const inLine = (portions: readonly ReportPortion[], line: OrderLine) =>
    sum(portions.filter(({ lineNumber }) => lineNumber === line.number).map((one) => one.quantityThousandths));
  const rows = report.households.map(({ name, portions, totalCents }): SheetCell[] => [
    name,
    ...lines.map((line) => {
      const amount = inLine(portions, line);
      return amount === 0 ? null : quantityCell(amount);
    }),
    moneyCell(totalCents),
  ]);
  const everything = report.households.flatMap(({ portions }) => portions);
  const total = [
    say("orders.report.total"),
    ...lines.map((line) => quantityCell(inLine(everything, line))),
    moneyCell(sum(report.households.map(({ totalCents }) => totalCents))),
  ];
  return sheet(report, say("orders.report.tableTitle"), [{ heading: "", note: "", columns, rows, total }], true);
}

/** For the producer: what is asked of it, without a single name. */
function producerSheet(report: Report): Sheet {
  const { say, order, ordered } = report;
  const columns = [
    textColumn(say("orders.report.product")),
    numberColumn(say("orders.report.ordered")),
    textColumn(say("orders.report.unit")),
    numberColumn(say("orders.report.packages")),
    numberColumn(say("orders.report.packagePrice")),
    numberColumn(say("orders.report.euro")),
  ];
  const asked = order.lines.filter((line) => (ordered.get(line.number) ?? 0) > 0);
  const rows = asked.map((line): SheetCell[] => {
    const amount = ordered.get(line.number) ?? 0;
    return [
      line.goods.name,
      quantityCell(amount),
      unitOf(report, line, amount),
      packages(line, amount),
      moneyCell(line.goods.packagePriceCents),
      moneyCell(amountOf(amount, line.goods)),
    ];
  });
  const cents = sum(asked.map((line) => amountOf(ordered.get(line.number) ?? 0, line.goods)));
  const total = [say("orders.report.total"), null, "", null, null, moneyCell(cents)];
  const nameless = { ...report, warnings: [], households: [] };
  return sheet(nameless, say("orders.report.producerTitle"), [{ heading: "", note: "", columns, rows, total }], false);
}

function sheet(report: Report, title: string, tables: readonly SheetTable[], isWide: boolean): Sheet {
  const { order, producerName, groupName, when, warnings, language } = report;
  const lines = [`${producerName} · ${groupName}`, when].filter(Boolean);
  return { title: `${title}: ${order.name}`, lines, warnings, language, isWide, tables };
}

function lineOf({ order }: Report, lineNumber: number): OrderLine {
  const line = order.lines.find((one) => one.number === lineNumber);
  assert(line, `the order has a line ${lineNumber}`);
  return line;
}

function portionsOf({ households }: Report, { number }: OrderLine): ReportPortion[] {
  return households.flatMap(({ portions }) => portions.filter(({ lineNumber }) => lineNumber === number));
}

function householdsOf({ households }: Report, { number }: OrderLine): ReportHousehold[] {
  return households.filter(({ portions }) => portions.some(({ lineNumber }) => lineNumber === number));
}

function unitOf({ language }: Report, { goods }: OrderLine, quantityThousandths: number): string {
  return unitLabel(goods.unitCode, quantityThousandths, language);
}

function packages({ goods }: OrderLine, quantityThousandths: number): SheetCell {
  return { decimal: formatDecimal(Math.round((quantityThousandths * 1000) / goods.packageThousandths), 3), digits: 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
