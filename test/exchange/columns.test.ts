import t from "tap";
import { chooseColumns, findColumns, isField, recogniseColumns, rememberColumns } from "../../src/exchange/columns.ts";
import { FIELD_WORDS, type Field } from "../../src/exchange/columnWords.ts";
import { readCsv } from "../../src/exchange/csvIn.ts";
import type { Grid } from "../../src/exchange/grid.ts";
import { type PriceListRead, readListBytes } from "../../src/exchange/readListBytes.ts";
import { gdxpFolder, readShared } from "./gdxpFiles.ts";

const fieldsOf = (headings: string[]) => recogniseColumns(headings, null).map(({ field }) => field);
const readText = (text: string, options = {}) => readListBytes(Buffer.from(text), options) as PriceListRead;

t.test("every heading we write is recognised in both languages, and no two fields share one", async (t) => {
  for (const language of ["it", "en"] as const) {
    const headings = Object.values(FIELD_WORDS).map((words) => words[language]);
    t.same(fieldsOf(headings), Object.keys(FIELD_WORDS), language);
  }
  for (const [field, { also }] of Object.entries(FIELD_WORDS))
    for (const word of also) t.same(fieldsOf([word, "Prodotto", "Nome"])[0], field, word);
});

t.test("headings as farmers write them are understood", async (t) => {
  const headings = [
    "COD. ART.",
    "Descrizione",
    "U.M.",
    "Prezzo €/kg IVA incl.",
    "Prezzo di listino 2026",
    "IVA %",
    "Pz. per collo",
  ];
  t.same(fieldsOf(headings), ["sku", "name", "unit", "pricePerKg", "price", "vat", "case"]);
  t.same(fieldsOf(["Articolo", "Note", "Prezzo (iva esclusa)", "Aliquota IVA"]), [
    "name",
    "description",
    "netPrice",
    "vat",
  ]);
  t.same(fieldsOf(["Prodotto", "Descrizione", "Prezzo"]), ["name", "description", "price"]);
  t.same(fieldsOf(["Colore preferito", "", "Prezzo", "Prezzo"]), [null, null, "price", null]);
});

t.test("the heading row is found below titles, and a mapping a person made wins over the headings", async (t) => {
  const grid: Grid = [
    ["Azienda agricola"],
    ["Prezzi validi fino a Pasqua"],
    ["Nome", "Prezzo", "Cassa"],
    ["Pane", "3,2", "4"],
  ];
  const found = findColumns(grid, null);
  t.equal(found?.headerRow, 2);
  t.same(
    found?.columns.map(({ field }) => field),
    ["name", "price", null],
  );
  t.same(found?.columns[0]?.samples, ["Pane"]);
  const chosen = chooseColumns(found!.columns, ["name", "ignore", "price"], true);
  const again = findColumns(grid, chosen)!;
  t.same(
    again.columns.map(({ field, from }) => [field, from]),
    [
      ["name", "remembered"],
      [null, "remembered"],
      ["price", "remembered"],
    ],
  );
  t.same(rememberColumns(again.columns, true), chosen, "and is remembered as it was made");
  const moved: Grid = [
    ["Cassa", "Nome", "Prezzo"],
    ["4", "Pane", "3,2"],
  ];
  t.same(
    findColumns(moved, chosen)?.columns.map(({ field }) => field),
    ["price", "name", null],
    "wherever the columns moved",
  );
});

t.test(
  "a sheet without understandable headings is not guessed at: the columns are shown, and a person says",
  async (t) => {
    const text = "Pane;3,20;kg\nFarro;2,60;sacchetto\n";
    const refusal = readListBytes(Buffer.from(text), {});
    t.match(refusal, { refused: "columns-unclear", delimiter: ";", rows: [["Pane", "3,20", "kg"]] });
    const columns = (refusal as unknown as { columns: { column: number; heading: string }[] }).columns;
    t.equal(columns.length, 3);
    const mapping = chooseColumns(columns, ["name", "price", "unit"], false);
    t.same(mapping, { hasHeader: false, fields: { "#1": "name", "#2": "price", "#3": "unit" } });
    const read = readText(text, { mapping });
    t.same(
      read.lists[0]?.products.map(({ row, name, saleUnitCode }) => [row, name, saleUnitCode]),
      [
        [1, "Pane", "KGM"],
        [2, "Farro", "XBG"],
      ],
    );
    t.equal(read.sheet?.headerRow, null);
    t.same(read.sheet?.mapping, mapping);
    t.match(readListBytes(Buffer.from(text), { mapping: { hasHeader: false, fields: { "#1": "name" } } }), {
      refused: "columns-unclear",
    });
  },
);

t.test("two columns of one heading are told apart, and of two chosen for one field the first has it", async (t) => {
  const grid: Grid = [
    ["Nome", "Prezzo", "Prezzo"],
    ["Pane", "3", "2,5"],
  ];
  const { columns } = findColumns(grid, null)!;
  t.same(
    columns.map(({ key, field }) => [key, field]),
    [
      ["nome", "name"],
      ["prezzo", "price"],
      ["prezzo #3", null],
    ],
  );
  const second = findColumns(grid, chooseColumns(columns, ["name", "ignore", "price"], true))!;
  t.same(
    second.columns.map(({ field }) => field),
    ["name", null, "price"],
  );
  const both = findColumns(grid, chooseColumns(columns, ["name", "price", "price"], true))!;
  t.same(
    both.columns.map(({ field }) => field),
    ["name", "price", null],
  );
});

t.test("a word from a form is a field only if it is one of ours", async (t) => {
  t.ok(isField("price"));
  t.notOk(isField("toString"));
});

t.test(
  "GASdotto's own list without headings is read by a mapping",
  { skip: gdxpFolder === null && "no published files here" },
  async (t) => {
    const csv = readShared("gasdotto-products.csv");
    const order: (Field | "ignore")[] = [
      "name",
      "sku",
      "unit",
      "category",
      "price",
      "vat",
      "ignore",
      "case",
      "weightKg",
      "step",
      "min",
    ];
    const grid = readCsv(csv, ",") as { grid: Grid };
    const columns = grid.grid[0]!.map((_, column) => ({ column, heading: "" }));
    const read = readText(csv, { mapping: chooseColumns(columns, order, false) });
    t.equal(read.lists[0]?.products.length, 10);
    t.same(read.lists[0]?.badRows, []);
    t.match(read.lists[0]?.products[0], {
      name: "Crema di Mandorle Bio vasetto 100gr",
      saleUnitCode: "XJR",
      priceTenThousandths: 33_000,
      vatRatePercent: 4,
      caseThousandths: 3000,
      weightGrams: 100,
    });
    t.equal(read.lists[0]?.products[9]?.vatRatePercent, 0);
  },
);

t.test("another sheet of the workbook, delimiter or decimal mark can be asked for", async (t) => {
  const csv = "Prodotto;Prezzo\nFarro;1.500\n";
  t.equal(readText(csv).lists[0]?.products[0]?.priceTenThousandths, 15_000_000);
  t.equal(readText(csv, { decimalMark: "." }).lists[0]?.products[0]?.priceTenThousandths, 15_000);
  t.match(readListBytes(Buffer.from(csv), { delimiter: "," }), { refused: "columns-unclear" });
  t.match(readListBytes(Buffer.from(csv), { sheetName: "Altro" }), { refused: "empty-list" });
});
