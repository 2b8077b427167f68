// The sheets of an order: the same quantities on all of them, sums that agree, and no name on the producer's.
import t from "tap";
import { cellText, type Sheet } from "../../../src/kernel/sheet.ts";
import { findColumned, hiddenOf, leaveOut, REPORT_COLUMNS } from "../../../src/orders/reports/reportColumns.ts";
import { REPORTS, type Report, type ReportPortion } from "../../../src/orders/reports/reports.ts";
import { words } from "../../../src/web/words.ts";
import { line } from "../oranges.ts";

const CENTS: Record<number, number> = { 1: 175, 2: 850, 3: 175 };
const portion = (lineNumber: number, kilos: number, change: Partial<ReportPortion> = {}): ReportPortion => ({
  lineNumber,
  friendName: null,
  bookedThousandths: kilos * 1000,
  quantityThousandths: kilos * 1000,
  weights: null,
  note: "",
  cents: ((CENTS[lineNumber] ?? 0) * (change.quantityThousandths ?? kilos * 1000)) / 1000,
  ...change,
});

const jars = { name: "Miele", unitCode: "H87", packageThousandths: 1000, packagePriceCents: 850 };
const report: Report = {
  order: { name: "Agrumi di dicembre", lines: [line(1), line(2, jars), line(3, { name: "Limoni" })] },
  producerName: "Podere del Colle",
  groupName: "GAS del Chienti",
  when: "Consegna sabato 12 dicembre",
  warnings: ["Da verificare"],
  households: [
    {
      name: "Verdi",
      pickup: "Scuola",
      note: "",
      portions: [portion(1, 4), portion(2, 2, { note: "millefiori" })],
      ...{ enteredCents: null, others: [{ name: "Furgone", cents: 120 }], totalCents: 2520 },
    },
    {
      name: "Bianchi",
      pickup: "Piazza",
      note: "passa tardi",
      portions: [
        portion(1, 6, { quantityThousandths: 5400, weights: [3000, 2400] }),
        portion(1, 1, { friendName: "Zia Ada" }),
      ],
      ...{ enteredCents: null, others: [], totalCents: 1120 },
    },
  ],
  ordered: new Map([
    [1, 10_000],
    [2, 2000],
  ]),
  language: "it",
  say: words("it"),
};
const rowsOf = (sheet: Sheet, table = 0) =>
  (sheet.tables[table]?.rows ?? []).map((row) => row.map((cell) => cellText(cell, "it")).join(" | "));
const totalOf = (sheet: Sheet, table = 0) =>
  (sheet.tables[table]?.total ?? []).map((cell) => cellText(cell, "it")).join(" | ");

t.test(
  "the delivery details name each household by place, with its friends and its weights, summed to the cent",
  async (t) => {
    const sheet = REPORTS.households(report);
    t.same(
      sheet.tables.map(({ heading, note }) => `${heading}: ${note}`),
      ["Bianchi: Piazza · passa tardi", "Verdi: Scuola"],
    );
    t.same(rowsOf(sheet), ["Arance | 6 | 5,4 | kg | 9,45 | 3 + 2,4", "Arance (Zia Ada) | 1 | 1 | kg | 1,75 | "]);
    t.same(rowsOf(sheet, 1), [
      "Arance | 4 | 4 | kg | 7,00 | ",
      "Miele | 2 | 2 | pezzi | 17,00 | millefiori",
      "Furgone |  |  |  | 1,20 | ",
    ]);
    t.equal(totalOf(sheet, 1), "Totale |  |  |  | 25,20 | ");
    t.same(sheet.warnings, ["Da verificare"]);
  },
);

t.test("the product summary has one row for each product that somebody wants, and how many want it", async (t) => {
  const sheet = REPORTS.products(report);
  t.same(rowsOf(sheet), ["Arance | 11 | 10 | 1 | 10,4 | kg | 2 | 18,20", "Miele | 2 | 2 | 2 | 2 | pezzi | 1 | 17,00"]);
  t.equal(totalOf(sheet), "Totale |  |  |  |  |  | 2 | 35,20");
});

t.test("the whole table has households down and products across, blank where nothing was booked", async (t) => {
  const sheet = REPORTS.table(report);
  t.same(rowsOf(sheet), ["Verdi | 4 | 2 | 25,20", "Bianchi | 6,4 |  | 11,20"]);
  t.equal(totalOf(sheet), "Totale | 10,4 | 2 | 36,40");
  t.ok(sheet.isWide);
});

t.test("B39 the sheet for the producer says what is asked and names nobody", async (t) => {
  const sheet = REPORTS.producer(report);
  t.same(rowsOf(sheet), ["Arance | 10 | kg | 1 | 17,50 | 17,50", "Miele | 2 | pezzi | 2 | 8,50 | 17,00"]);
  t.equal(totalOf(sheet), "Totale |  |  |  |  | 34,50");
  t.notMatch(JSON.stringify(sheet), /Verdi|Bianchi|Ada|tardi|millefiori/);
});

t.test(
  "where a sum was entered at the counter it stands in the place of the goods' amounts, never on top",
  async (t) => {
    const [verdi] = report.households;
    const entered = { ...verdi!, enteredCents: 2000, totalCents: 2120 };
    const sheet = REPORTS.households({ ...report, households: [entered] });
    t.same(rowsOf(sheet), [
      "Arance | 4 | 4 | kg |  | ",
      "Miele | 2 | 2 | pezzi |  | millefiori",
      "Importo deciso al banco |  |  |  | 20,00 | ",
      "Furgone |  |  |  | 1,20 | ",
    ]);
    t.equal(totalOf(sheet), "Totale |  |  |  | 21,20 | ");
    t.equal(totalOf(REPORTS.table({ ...report, households: [entered] })), "Totale | 4 | 2 | 21,20");
  },
);

t.test("what a group leaves out of a sheet is gone from rows and sums alike; what names the row stays", async (t) => {
  for (const name of ["households", "products", "producer"] as const) {
    const whole = REPORTS[name](report);
    const [first, ...rest] = REPORT_COLUMNS[name];
    const names = [first, ...rest].map((column) => words("it")(`orders.report.${column}`));
    t.same(
      whole.tables[0]?.columns.map(({ label }) => label),
      names,
      `the columns of ${name} are named as they stand`,
    );
    t.same(leaveOut(whole, name, hiddenOf(name, rest)), whole);
    const bare = leaveOut(whole, name, hiddenOf(name, []));
    t.ok(bare.tables.every(({ columns, rows }) => columns.length === 1 && rows.every((row) => row.length === 1)));
    t.same(leaveOut(whole, name, [first, "boh"]), whole);
  }
  const sheet = leaveOut(REPORTS.products(report), "products", hiddenOf("products", ["ordered", "unit"]));
  t.same(rowsOf(sheet)[0], "Arance | 10 | kg");
  t.equal(totalOf(sheet).split(" | ").length, 3);
  t.equal(findColumned("table"), undefined);
});
