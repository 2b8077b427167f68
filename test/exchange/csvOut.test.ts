import assert from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { readCsv } from "../../src/exchange/csvIn.ts";
import { type OutCell, writeCsv } from "../../src/exchange/csvOut.ts";
import { writeListCsv } from "../../src/exchange/listOut.ts";
import { startProduct } from "../../src/exchange/priceList.ts";
import { type PriceListRead, readListBytes } from "../../src/exchange/readListBytes.ts";
import { plain, products } from "./listArbitrary.ts";

const TRIGGERS = /^[=+\-@\t\r\n\0＝＋－＠]/;

function readBack(rows: readonly (readonly OutCell[])[]): unknown[][] {
  const read = readCsv(writeCsv(rows), ";");
  assert(!("refused" in read), JSON.stringify(read));
  return read.grid;
}

t.test("C26 no text in a CSV begins like a formula, quoted or not, and every text reads back", async (t) => {
  const attacks = ["=1+1", "+39 071", "-5%", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"];
  const more = ['=HYPERLINK("http://127.0.0.1","x")', "=cmd|' /C calc'!A0", "'=1", "''=1", "'quoted'", "\0=1"];
  for (const text of [...attacks, ...more]) {
    const csv = writeCsv([["testo", text]]);
    const cell = readRaw(csv)[1]!;
    t.notMatch(cell, TRIGGERS, JSON.stringify(text));
    t.same(readBack([["testo", text]]), [["testo", text.replaceAll("\0", "")]], JSON.stringify(text));
  }
});

t.test("C26 whatever a text holds, RFC 4180 quoting brings it back", async (t) => {
  const cell = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replaceAll("\0", ""));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (pairs) => {
      // Ends that no trimming of blank cells can take away.
      const rows = pairs.map((pair) => ["inizio", ...pair, "fine"]);
      assert.deepEqual(readBack(rows), rows);
      assert(readRaw(writeCsv(rows)).every((raw) => !TRIGGERS.test(raw)));
    }),
  );
  t.equal(writeCsv([["a", "b"]]), "\ufeffa;b\r\n");
});

t.test("C26 negative numbers stay numbers, with a decimal comma", async (t) => {
  t.equal(writeCsv([["saldo", { decimal: "-12.50" }, { decimal: "3" }]]), "\ufeffsaldo;-12,50;3\r\n");
});

t.test("C26 a list written as CSV reads back the same, in both languages", async () => {
  fc.assert(
    fc.property(products(2), fc.constantFrom("it" as const, "en" as const), (list, language) => {
      // What a CSV of products has no column for.
      const written = list.map((product) => ({ ...product, modifiers: [] }));
      const read = readListBytes(Buffer.from(writeListCsv(written, language)), {}) as PriceListRead;
      assert(read.lists, JSON.stringify(read));
      assert.deepEqual(read.lists[0]?.badRows, []);
      assert.deepEqual(read.lists[0]?.products, plain(written));
    }),
    { numRuns: 100 },
  );
});

t.test("the columns that no product fills are left out of a list, the usual ones stay", async (t) => {
  const csv = writeListCsv([startProduct(1, "Pane", 32_000, "KGM")], "it");
  t.equal(
    csv,
    "\ufeffCodice;Prodotto;Categoria;Unità;Contenuto;Prezzo;Prezzo per;IVA;Attivo\r\n;Pane;;kg;;3,20;;;sì\r\n",
  );
});

/** The cells of the first row as a spreadsheet takes them: unquoted, marks and all. */
function readRaw(csv: string): string[] {
  const cells = csv.slice(1).match(/"(?:[^"]|"")*"|[^;\r\n"]+|(?<=;)(?=;)/g) ?? [];
  return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}
