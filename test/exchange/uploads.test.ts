import * as Sheets from "@e965/xlsx";
import t from "tap";
import { LIST_LIMITS } from "../../src/exchange/priceList.ts";
import { type PriceListRead, type ReadOptions, readListBytes } from "../../src/exchange/readListBytes.ts";
import { readPriceList } from "../../src/exchange/readPriceList.ts";
import { odsBytes, workbookBytes, xlsxParts, xlsxRow, zipBytes } from "./workbookBytes.ts";

const HEAD = "Prodotto;Prezzo;IVA\n";

/** As the worker reads it, without the cost of starting one. */
const read = (file: string | Buffer, options: ReadOptions = {}) =>
  readListBytes(typeof file === "string" ? Buffer.from(file) : file, options);

function readNames(file: string | Buffer, options: ReadOptions = {}): string[] {
  const result = read(file, options) as PriceListRead;
  return result.lists[0]?.products.map(({ name }) => name) ?? [];
}

t.test("C23 a file of more than 5 MB is refused before anything reads it", async (t) => {
  t.match(await readPriceList(Buffer.alloc(LIST_LIMITS.bytes + 1), "listino"), {
    refused: "file-too-large",
    filename: "listino",
  });
  t.match(await readPriceList(Buffer.alloc(0), "listino"), { refused: "empty-list" });
  t.match(read(""), { refused: "empty-list" });
  t.match(read("\n\n\n"), { refused: "empty-list" });
});

t.test("C23 millions of rows, thousands of columns and a cell of megabytes are refused in time", async (t) => {
  t.match(read(HEAD + "a;1;4\n".repeat(5001)), { refused: "too-many-rows", limit: 5000 });
  t.match(read("\n".repeat(LIST_LIMITS.bytes)), { refused: "too-many-rows" });
  t.match(read(`${HEAD}${";".repeat(100_000)}x\n`), {
    refused: "too-many-columns",
    columns: 100_001,
    limit: 200,
  });
  t.match(read(`${HEAD}${"x".repeat(4_900_000)};1;4\n`), { refused: "unreadable-file", format: "csv" });
  const long = read(`${HEAD}${"x".repeat(20_000)};1;4\nPane;3;4\n`) as PriceListRead;
  t.same(long.lists[0]?.badRows[0], {
    refused: "bad-row",
    row: 2,
    column: "Prodotto",
    field: "name",
    value: "x".repeat(100),
    problem: "too-long",
  });
  t.equal(long.lists[0]?.products.length, 1, "the other rows stand");
});

t.test("C23 the rows at the limit are read", async (t) => {
  t.equal(readNames(HEAD + "a;1;4\n".repeat(4999)).length, 4999);
});

t.test("C23 binary bytes and an open quote are refused with the place", async (t) => {
  t.match(read("Prodotto;Prezzo\nPane\0;1\n"), { refused: "unreadable-file", why: "binary" });
  t.match(read(`${HEAD}Pane;1;4\n"Farro;2;4\nCeci;3;4\n`), { refused: "unreadable-file", why: "open-quote" });
  t.match(read(Buffer.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0, 1, 2])), { refused: "unreadable-file" });
});

t.test("C23 byte order marks, encodings, delimiters and decimal commas are guessed and told", async (t) => {
  const text = "Prodotto;Prezzo;IVA\nCaffè d'orzo;1.234,50;4\n";
  const utf16 = Buffer.from(`\ufeff${text}`, "utf16le");
  const files: [Buffer, string][] = [
    [Buffer.from(text), "utf-8"],
    [Buffer.from(`\ufeff${text}`), "utf-8"],
    [Buffer.from(text, "latin1"), "windows-1252"],
    [utf16, "utf-16le"],
    [Buffer.from(utf16).swap16(), "utf-16be"],
  ];
  for (const [bytes, encoding] of files) {
    const result = read(bytes) as PriceListRead;
    t.match(result.sheet, { encoding, delimiter: ";", decimalMark: "," });
    t.match(result.lists[0]?.products[0], { name: "Caffè d'orzo", priceTenThousandths: 12_345_000 }, encoding);
  }
  const others: [string, string, string][] = [
    ["Prodotto,Prezzo,IVA\nPane,3.20,4\n", ",", "."],
    ["Prodotto\tPrezzo\tIVA\nPane\t3,20\t4\n", "\t", ","],
    ["Prodotto|Prezzo|IVA\nPane|3,20|4\n", "|", ","],
    ['Product,Price,VAT\n"Pane","3,20",4\n', ",", ","],
  ];
  for (const [file, delimiter, decimalMark] of others) {
    const result = read(file) as PriceListRead;
    t.match(result.sheet, { delimiter, decimalMark });
    t.equal(result.lists[0]?.products[0]?.priceTenThousandths, 32_000, file);
  }
});

t.test("C24 a workbook that inflates beyond measure is refused by the size it declares", async (t) => {
  const bomb = xlsxParts("").with(4, { name: "xl/worksheets/sheet1.xml", text: "0".repeat(41 * 1024 * 1024) });
  t.match(read(zipBytes(bomb)), { refused: "file-too-heavy", why: "inflated-size" });
});

t.test("C24 a workbook that lies about its sizes is refused by what comes out", async (t) => {
  const lie = { name: "xl/worksheets/sheet1.xml", text: "0".repeat(60 * 1024 * 1024), size: 1000 };
  t.match(read(zipBytes(xlsxParts("").with(4, lie))), { refused: "unreadable-file", why: "zip-sizes" });
  t.match(read(zipBytes(xlsxParts("").with(4, { ...lie, text: "short" }))), { why: "zip-sizes" });
  t.match(read(zipBytes(xlsxParts("").with(4, { ...lie, packedSize: 2 ** 31 }))), { why: "zip-sizes" });
  const stored = { ...lie, text: "0".repeat(2000), method: 0 };
  t.match(read(zipBytes(xlsxParts("").with(4, stored))), { why: "zip-sizes" });
  t.match(read(zipBytes(xlsxParts("").with(4, { ...lie, text: "short", method: 99 }))), { why: "zip-sizes" });
  const twice = [...xlsxParts(""), ...xlsxParts("")];
  t.match(read(zipBytes(twice)), { why: "zip-sizes" }, "two parts of one name");
});

t.test("C24 a million entries, a broken directory and an encrypted part are refused", async (t) => {
  t.match(read(zipBytes(xlsxParts(""), 0xffff)), { refused: "file-too-heavy", why: "entries" });
  const many = Array.from({ length: 1001 }, (_, index) => ({ name: `xl/${index}.xml`, text: "" }));
  t.match(read(zipBytes([...xlsxParts(""), ...many])), { refused: "file-too-heavy", why: "entries" });
  t.match(read(zipBytes(xlsxParts(""), 50)), { refused: "unreadable-file", why: "zip-directory" });
  t.match(read(zipBytes(xlsxParts("")).subarray(0, 400)), { refused: "unreadable-file", why: "zip-cut" });
  t.match(read(zipBytes([{ name: "a.xml", text: "", flags: 1 }])), {
    refused: "unreadable-file",
    why: "encrypted",
  });
});

t.test("C24 entities, nested zips and other people's archives are refused", async (t) => {
  const xxe = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>`;
  const name = "xl/worksheets/sheet1.xml";
  t.match(read(zipBytes(xlsxParts("").with(4, { name, text: xxe }))), {
    refused: "unreadable-file",
    why: "doctype",
  });
  t.match(read(zipBytes(xlsxParts("").with(4, { name, text: "a\0b" }))), { why: "encoding" });
  const nested = zipBytes([{ name: "inner.zip", text: zipBytes(xlsxParts("")).toString("latin1") }]);
  t.match(read(nested), { refused: "unreadable-file", why: "not-a-workbook" });
  t.match(read(zipBytes(xlsxParts("").with(4, { name, text: "<worksheet><row" }))), { refused: "empty-list" });
  t.match(read(Buffer.from("d0cf11e0a1b11ae1ffff", "hex")), { refused: "unreadable-file", format: "xls" });
});

t.test(
  "C24 links, formulas, macros and pictures in a workbook are not followed, and its values are read",
  async (t) => {
    const rows =
      xlsxRow(1, ["Prodotto", "Prezzo"]) +
      '<row r="2"><c r="A2" t="str"><f>HYPERLINK("http://127.0.0.1:9/","Pane")</f><v>Pane</v></c><c r="B2"><f>1+2</f><v>3.2</v></c></row>';
    const more = [
      { name: "xl/vbaProject.bin", text: "macro" },
      { name: "xl/media/image1.png", text: "0".repeat(1000) },
      { name: "xl/externalLinks/externalLink1.xml", text: '<externalLink r:id="http://127.0.0.1:9/"/>' },
    ];
    const file = zipBytes(xlsxParts(`<sheetData>${rows}</sheetData>`, more));
    t.same(readNames(file), ["Pane"]);
  },
);

t.test("C24 a sheet that claims a million rows and columns is as large as its cells", async (t) => {
  const rows = xlsxRow(1, ["Prodotto", "Prezzo"]) + xlsxRow(2, ["Pane", "3,20"]);
  const vast = `<dimension ref="A1:XFD1048576"/><sheetData>${rows}</sheetData>`;
  t.same(readNames(zipBytes(xlsxParts(vast))), ["Pane"]);
  const wide = `<sheetData>${rows}<row r="3"><c r="XFD3"><v>1</v></c></row></sheetData>`;
  t.match(read(zipBytes(xlsxParts(wide))), { refused: "too-many-columns", limit: 200, sheet: "Listino" });
  const deep = `<sheetData>${rows}<row r="6000"><c r="A6000"><v>1</v></c></row></sheetData>`;
  t.match(read(zipBytes(xlsxParts(deep))), { refused: "too-many-rows", limit: 5000, sheet: "Listino" });
});

t.test(
  "C24 an ODS that repeats a cell a billion times is refused by what it says, blank cells do not count",
  async (t) => {
    const column = (times: number, content: string) =>
      `<table:table-cell ${content}`.replace("@", `number-columns-repeated="${times}"`);
    const text = (word: string) =>
      `<table:table-cell office:value-type="string"><text:p>${word}</text:p></table:table-cell>`;
    const blank = column(16_384, "table:@/>");
    const full = column(16_384, 'office:value-type="string" table:@><text:p>x</text:p></table:table-cell>');
    const row = (times: number, cells: string) =>
      `<table:table-row table:number-rows-repeated="${times}">${cells}</table:table-row>`;
    const head = row(1, text("Prodotto") + text("Prezzo") + blank);
    const pane = row(1, text("Pane") + text("3,20") + blank);
    t.same(readNames(odsBytes(head + pane + row(1_048_574, blank))), ["Pane"], "as LibreOffice ends a sheet");
    t.match(read(odsBytes(head + row(1_048_576, text("x")))), { refused: "too-many-rows" });
    t.match(read(odsBytes(head + full)), { refused: "too-many-columns" });
    t.match(read(odsBytes(head + row(1_048_576, full))), { refused: "too-many-rows" });
  },
);

t.test("C24 a workbook under another name is read for what it is, a text under a workbook's name too", async (t) => {
  const rows = [
    ["Prodotto", "Prezzo"],
    ["Pane", 3.2],
  ];
  for (const format of ["xlsx", "ods", "xls"] as const) {
    const result = (await readPriceList(workbookBytes(format, { Foglio1: rows }), "listino.csv")) as PriceListRead;
    t.equal(result.format, format);
    t.equal(result.lists[0]?.products[0]?.priceTenThousandths, 32_000);
  }
  const text = (await readPriceList(Buffer.from("Prodotto;Prezzo\nPane;3,2\n"), "listino.xlsx")) as PriceListRead;
  t.equal(text.format, "csv");
});

t.test("a day that a spreadsheet keeps as a number with a date's format is read as that day", async (t) => {
  // 1 March 2027, as a number of days and as one with the hour.
  for (const [number, format] of [
    [46_447, "dd/mm/yyyy"],
    [46_447.5, "d mmm yy hh:mm"],
  ] as const) {
    const sheet = Sheets.utils.aoa_to_sheet([
      ["Prodotto", "Prezzo", "Disponibile dal"],
      ["Fragole", 6, { t: "n", v: number, z: format }],
    ]);
    const book = Sheets.utils.book_new();
    Sheets.utils.book_append_sheet(book, sheet, "Listino");
    const result = read(Sheets.write(book, { type: "buffer", bookType: "xlsx" })) as PriceListRead;
    t.match(result.lists[0]?.products, [{ name: "Fragole", availableFrom: "2027-03-01" }], format);
  }
});

t.test("C24 what the worker refuses, the node hears as a refusal with the name of the file", async (t) => {
  const bomb = xlsxParts("").with(4, { name: "xl/worksheets/sheet1.xml", text: "0".repeat(41 * 1024 * 1024) });
  const refusal = { refused: "file-too-heavy", why: "inflated-size", filename: "bomba.xlsx" };
  t.match(await readPriceList(zipBytes(bomb), "bomba.xlsx"), refusal);
});

t.test("C24 a file that takes too long or too much memory is given up, and the next one is read", async (t) => {
  const file = Buffer.from(HEAD + "Pane;3,20;4\n".repeat(4000));
  t.match(await readPriceList(file, "lento.csv", {}, { timeMs: 1, heapMb: 192 }), {
    refused: "file-too-heavy",
    why: "time",
    filename: "lento.csv",
  });
  const rows = Array.from({ length: 4000 }, () => Array.from({ length: 60 }, (_, column) => `testo ${column}`));
  const heavy = workbookBytes("xlsx", { A: rows });
  t.match(await readPriceList(heavy, "grande.xlsx", {}, { timeMs: 60_000, heapMb: 16 }), {
    refused: "file-too-heavy",
    why: "memory",
  });
  t.equal(readNames(file).length, 4000);
});

t.test(
  "C27 while two of the largest workbooks are read, eight files wait and forty are asked to come back",
  async (t) => {
    const rows = Array.from({ length: 4999 }, (_, i) => [`Pane ${i}`, "3,20", "4"]);
    const largest = workbookBytes("xlsx", { Listino: [["Nome", "Prezzo", "IVA"], ...rows] });
    const small = Buffer.from(`${HEAD}Pane;3,20;4\n`);
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i < 2 ? readPriceList(largest, "a.xlsx") : readPriceList(small, "a.csv"))),
    );
    const counts = results.map((one) =>
      "lists" in one ? (one as PriceListRead).lists[0]?.products.length : one.refused,
    );
    t.same(counts.slice(0, 2), [4999, 4999], "two at work");
    t.same(counts.slice(2, 10), Array(8).fill(1), "eight waiting");
    t.same(counts.slice(10), Array(40).fill("too-busy"));
    t.match(await readPriceList(small, "a.csv"), { lists: [{}] }, "and afterwards there is room again");
  },
);
