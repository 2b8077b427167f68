import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readCsv } from "../../src/exchange/csvIn.ts";
import { writeGdxp } from "../../src/exchange/gdxpWrite.ts";
import type { Cell } from "../../src/exchange/grid.ts";
import { writeListCsv } from "../../src/exchange/listOut.ts";
import { comparePrice, isUsableSku, type ListedProduct } from "../../src/exchange/priceList.ts";
import { type PriceListRead, readPriceList } from "../../src/exchange/readPriceList.ts";
import { blankParty } from "./gdxpFiles.ts";
import { workbookBytes } from "./workbookBytes.ts";

const example = readFileSync(join(import.meta.dirname, "../../examples/listino-fattoria.csv"));

async function readProducts(bytes: Buffer, filename: string): Promise<ListedProduct[]> {
  const read = (await readPriceList(bytes, filename)) as PriceListRead;
  return read.lists[0]!.products;
}

/** The example as a farmer's program holds it: numbers as numbers, percentages as shares. */
function exampleGrid(): Cell[][] {
  const read = readCsv(example.toString("utf8"));
  if ("refused" in read) throw new Error(read.refused);
  const [head = [], ...rows] = read.grid;
  const numeric = ["Prezzo", "Collo", "Multiplo", "Minimo", "Disponibile", "Vuoto a rendere"];
  return [
    ["Fattoria d'esempio, listino d'inverno"],
    [],
    head,
    ...rows.map((row) =>
      row.map((cell, column) => {
        const heading = String(head[column]);
        const text = String(cell ?? "");
        if (text === "") return null;
        if (heading === "IVA") return Number(text) / 100;
        return numeric.includes(heading) ? Number(text.replace(",", ".")) : text;
      }),
    ),
  ];
}

t.test("the example list of a Marche farm is whole: every row read, coded, priced and without doubt", async (t) => {
  const read = (await readPriceList(example, "listino-fattoria.csv")) as PriceListRead;
  const list = read.lists[0]!;
  t.ok(list.products.length >= 60, `${list.products.length} products`);
  t.same(list.badRows, []);
  t.same(
    list.products.flatMap(({ doubts }) => doubts),
    [],
  );
  t.ok(
    read.sheet?.columns.every(({ field }) => field),
    "every heading is understood",
  );
  for (const product of list.products) {
    t.ok(product.sku && isUsableSku(product.sku), product.name);
    t.ok(product.vatRatePercent !== null && product.category !== "" && product.certifications.length > 0, product.name);
  }
  t.equal(new Set(list.products.map(({ sku }) => sku)).size, list.products.length);
  t.ok(list.products.filter(comparePrice).length > 55, "nearly all compare per kilogram, litre or piece");
  t.same([...new Set(list.products.map(({ vatRatePercent }) => vatRatePercent))].sort(), [10, 22, 4, 5]);
});

t.test("the example reads the same from CSV, GDXP, XLSX, ODS and XLS, but for the number of the row", async (t) => {
  const products = await readProducts(example, "listino-fattoria.csv");
  const unnumbered = (list: ListedProduct[]) => list.map((product) => ({ ...product, row: 0 }));
  const block = { supplier: blankParty, products, modifiers: [], order: null };
  const gdxp = Buffer.from(writeGdxp({ createdOn: "2026-11-22", subject: blankParty, blocks: [block] }));
  t.same(unnumbered(await readProducts(gdxp, "listino.json")), unnumbered(products), "GDXP");
  t.same(await readProducts(Buffer.from(writeListCsv(products, "en")), "list.csv"), products, "our own CSV");
  for (const format of ["xlsx", "ods", "xls"] as const) {
    const bytes = workbookBytes(format, { Appunti: [["note"], ["semina"]], Listino: exampleGrid() });
    const read = (await readPriceList(bytes, `listino.${format}`)) as PriceListRead;
    t.match(read.sheet, { sheetName: "Listino", sheetNames: ["Appunti", "Listino"], headerRow: 3 }, format);
    t.same(unnumbered(read.lists[0]!.products), unnumbered(products), format);
    t.equal(read.lists[0]!.products[0]?.row, 4, "rows count as the program shows them");
  }
});
