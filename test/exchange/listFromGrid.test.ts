import t from "tap";
import { columnLetter } from "../../src/exchange/grid.ts";
import type { BadRow, ListedProduct, PriceList } from "../../src/exchange/priceList.ts";
import { type PriceListRead, readListBytes } from "../../src/exchange/readListBytes.ts";

function readList(...lines: string[]): PriceList {
  const read = readListBytes(Buffer.from(lines.join("\n")), {}) as PriceListRead;
  return read.lists[0]!;
}

/** The product that one row becomes, under the headings. */
function readRow(headings: string, row: string): ListedProduct | BadRow {
  const { products, badRows } = readList(`Prodotto;${headings}`, `Pane;${row}`);
  return products[0] ?? badRows[0]!;
}

t.test("a wrong price names row, column and value, and the other rows are fine", async (t) => {
  const { products, badRows } = readList(
    "Nome;Prezzo;IVA",
    "Pane;3,20;4",
    "Farro;12,5o;4",
    ";1;4",
    "Ceci;;4",
    "Orzo;-1;4",
  );
  t.equal(products.length, 1);
  t.same(badRows, [
    { refused: "bad-row", row: 3, column: "Prezzo", field: "price", value: "12,5o", problem: "not-a-number" },
    { refused: "bad-row", row: 4, column: "Nome", field: "name", value: "", problem: "missing" },
    { refused: "bad-row", row: 5, column: "Prezzo", field: "price", value: "", problem: "missing" },
    { refused: "bad-row", row: 6, column: "Prezzo", field: "price", value: "-1", problem: "negative" },
  ]);
});

t.test("every kind of unreadable cell names its problem", async (t) => {
  const bad: [string, string, string][] = [
    ["Prezzo;Collo", "3;dodici", "not-a-number"],
    ["Prezzo;Collo", "3;-6", "negative"],
    ["Prezzo;Collo", "3;99999999999", "too-large"],
    ["Prezzo", "99999999", "too-large"],
    ["Prezzo;Stagione", "3;quando c'è", "unreadable"],
    ["Prezzo;Disponibile dal", "3;domani", "not-a-date"],
    ["Prezzo;Attivo", "3;forse", "unreadable"],
    ["Prezzo;Contenuto", "3;un po'", "unreadable"],
    ["Prezzo;Prezzo per", "3;bancale", "unreadable"],
    ["Prezzo;Regola del collo", "3;mai", "unreadable"],
    ["Prezzo;Certificazione;Certificato fino al", "3;bio;presto", "not-a-date"],
    ["Prezzo IVA esclusa", "3", "missing"],
  ];
  for (const [headings, row, problem] of bad)
    t.match(readRow(headings, row), { refused: "bad-row", row: 2, problem }, row);
});

t.test(
  "a lone cell is a section's name; with a category column it is a note, unless it is a product without price",
  async (t) => {
    const sections = readList("Prodotto;Prezzo", "FORMAGGI;", "Pecorino;18", "", "Frutta;", "Mele;2");
    t.same(
      sections.products.map(({ row, name, category }) => [row, name, category]),
      [
        [3, "Pecorino", "FORMAGGI"],
        [6, "Mele", "Frutta"],
      ],
    );
    const noted = readList("Categoria;Prodotto;Prezzo", "Prezzi validi fino a Pasqua;;", "Frutta;Mele;2", ";Pere;");
    t.same(
      noted.products.map(({ name, category }) => [name, category]),
      [["Mele", "Frutta"]],
    );
    t.match(noted.badRows, [{ row: 4, column: "Prezzo", problem: "missing" }]);
  },
);

t.test("prices per kilogram, with their unit in the cell, or without VAT become what they mean", async (t) => {
  t.match(readRow("Prezzo", "12,50 €/kg"), {
    priceTenThousandths: 125_000,
    priceUnitCode: "KGM",
    saleUnitCode: "KGM",
    doubts: [],
  });
  t.match(readRow("Prezzo;UM", "€ 18,50 al kg;pezzo"), { priceUnitCode: "KGM", saleUnitCode: "H87" });
  t.match(readRow("Prezzo al kg;UM", "18,50;pezzo"), { priceUnitCode: "KGM", saleUnitCode: "H87" });
  t.match(readRow("Prezzo al litro", "9"), { priceUnitCode: "LTR", saleUnitCode: "LTR" });
  t.match(readRow("Prezzo;Prezzo al kg;UM", "5;10;pezzo"), { priceTenThousandths: 50_000, priceUnitCode: "H87" });
  t.match(readRow("Prezzo IVA esclusa;IVA", "10;22"), {
    priceTenThousandths: 122_000,
    doubts: [{ doubt: "unit-missing" }, { doubt: "vat-added", value: "10" }],
  });
});

t.test("units with their content, sizes in names and bare numbers are told apart", async (t) => {
  t.match(readRow("Prezzo;UM", "3;vasetto 500 g"), { saleUnitCode: "XJR", content: { quantityThousandths: 500_000 } });
  t.match(readRow("Prezzo;UM", "3;500 g"), { saleUnitCode: "XPK", content: { unitCode: "GRM" } });
  t.match(readRow("Prezzo;UM", "3;1 kg"), { saleUnitCode: "KGM", content: null });
  t.match(readRow("Prezzo;UM", "3;cassetta mista"), { saleUnitCode: "XCR", content: null });
  t.match(readRow("Prezzo;UM", "3;bancale"), {
    saleUnitCode: "H87",
    doubts: [{ doubt: "unit-unknown", value: "bancale" }],
  });
  t.match(readRow("Prezzo;UM;Contenuto", "3;pezzo;circa 1,2 kg"), {
    isVariableWeight: true,
    content: { quantityThousandths: 1200 },
  });
  t.match(readRow("Prezzo;UM;Peso netto (g)", "3;vasetto;320"), {
    content: { quantityThousandths: 320_000, unitCode: "GRM" },
  });
  t.match(readRow("Prezzo;UM;Contenuto", "3;vasetto;320"), {
    content: null,
    doubts: [{ doubt: "content-unclear", value: "320" }],
  });
  const named = readList("Prodotto;Prezzo;UM", "Vino 6 x 75 cl;40;cartone").products[0];
  t.match(named, {
    content: { quantityThousandths: 450_000, unitCode: "CLT" },
    doubts: [{ doubt: "content-guessed" }],
  });
});

t.test("VAT, months, dates, flags, weights and certifications are read as people write them", async (t) => {
  const vat: [string, number | null][] = [
    ["4%", 4],
    ["IVA 10", 10],
    ["nessuna", null],
    ["esente", 0],
    ["22,00", 22],
    ["", null],
  ];
  for (const [cell, rate] of vat) t.match(readRow("Prezzo;IVA", `3;${cell}`), { vatRatePercent: rate }, cell);
  t.match(readRow("Prezzo;IVA", "3;21%"), {
    vatRatePercent: null,
    doubts: [{}, { doubt: "vat-unknown", value: "21%" }],
  });
  const seasons: [string, number[]][] = [
    ["ott, nov", [10, 11]],
    ["novembre - febbraio", [1, 2, 11, 12]],
    ["da giugno a settembre", [6, 7, 8, 9]],
    ["6-8", [6, 7, 8]],
    ["tutto l'anno", []],
    ["gennaio-dicembre", []],
    ["June to August", [6, 7, 8]],
  ];
  for (const [cell, months] of seasons) {
    const row = readRow("Prezzo;Stagione", `3;${cell}`) as ListedProduct;
    t.same(row.seasonMonths, months, cell);
  }
  t.match(readRow("Prezzo;Disponibile dal;Disponibile al", "3;1/12/26;2027-01-31"), {
    availableFrom: "2026-12-01",
    availableTo: "2027-01-31",
  });
  t.match(readRow("Prezzo;Disponibile dal", "3;31.2.2026"), { problem: "not-a-date" });
  t.match(readRow("Prezzo;Attivo;Peso (kg)", "3;no;0,25"), { isActive: false, weightGrams: 250 });
  t.match(readRow("Prezzo;Bio", "3;x"), { certifications: [{ kind: "organic" }] });
  t.match(readRow("Prezzo;Bio", "3;no"), { certifications: [] });
  t.match(readRow("Prezzo;Metodo", "3;lotta integrata"), { certifications: [{ kind: "conventional" }] });
  t.match(readRow("Prezzo;Metodo", "3;lunare"), {
    certifications: [],
    doubts: [{}, { doubt: "certification-unknown" }],
  });
  t.match(readRow("Prezzo;Varianti", "3;S, M, L"), { variants: [{ name: "Variante", values: ["S", "M", "L"] }] });
  t.match(readRow("Prezzo;Disponibilità;Minimo", "3;0;0"), { availableThousandths: 0, minThousandths: null });
});

t.test("columns are lettered as spreadsheets do", async (t) => {
  t.same([0, 25, 26, 27, 701, 702].map(columnLetter), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
});
