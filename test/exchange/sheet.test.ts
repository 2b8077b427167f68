// Documents as files: PDF that can be read aloud and searched, CSV that a spreadsheet takes.
import t from "tap";
import { extractText, getDocumentProxy } from "unpdf";
import { writeSheetCsv } from "../../src/exchange/sheetCsv.ts";
import { SHEET_FILES } from "../../src/exchange/writePdf.ts";
import type { Sheet } from "../../src/kernel/sheet.ts";

const columns = [
  { label: "Prodotto", kind: "text" },
  { label: "kg", kind: "number" },
] as const;

/** A sheet with so many rows under each heading. */
function sheetOf(headings: readonly string[], rows: number, isWide = false): Sheet {
  const row = (i: number) => [`Arance ${i}`, { decimal: `${i}.5`, digits: 1 }] as const;
  const table = (heading: string) => ({
    heading,
    note: "",
    columns,
    rows: Array.from({ length: rows }, (_, i) => row(i)),
    total: ["Totale", { decimal: "1", digits: 1 }],
  });
  const tables = headings.map(table);
  return {
    title: "Dettaglio consegne",
    lines: ["12 dicembre"],
    warnings: ["Manca una firma"],
    language: "it",
    isWide,
    tables,
  };
}

async function readPdf(bytes: unknown) {
  if (!(bytes instanceof Uint8Array)) throw new Error(JSON.stringify(bytes));
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(pdf);
  const { info } = await pdf.getMetadata();
  return { pages: text, info: info as Record<string, unknown>, isTagged: Boolean(await pdf.getMarkInfo()) };
}

t.test("a sheet in PDF holds every name of Europe as text, tagged, with its title", async (t) => {
  const { pages, info, isTagged } = await readPdf(
    await SHEET_FILES.pdf(sheetOf(["Famiglia Łukaszewicz-Đorđević"], 3), 0),
  );
  t.equal(pages.length, 1);
  t.match(pages[0], /Famiglia Łukaszewicz-Đorđević/);
  t.match(pages[0], /Arance 2\s+2,5/);
  t.match(pages[0], /! Manca una firma/);
  t.equal(info.Title, "Dettaglio consegne");
  t.equal(info.Language, "it");
  t.ok(isTagged);
});

t.test("a long table goes on over the page with its columns named again, and no row is lost", async (t) => {
  const { pages } = await readPdf(await SHEET_FILES.pdf(sheetOf(["Tutti"], 120, true), 0));
  t.ok(pages.length > 2);
  for (const page of pages) t.match(page, /Prodotto\s+kg/);
  const all = pages.join("\n");
  for (let i = 0; i < 120; i++) t.match(all, new RegExp(`Arance ${i}\\s+${i},5`));
});

t.test("a sheet with nothing on it is still a page", async (t) => {
  const { pages } = await readPdf(await SHEET_FILES.pdf({ ...sheetOf([], 0), lines: [], warnings: [] }, 0));
  t.equal(pages.length, 1);
});

t.test("a sheet in CSV is one table with the headings beside the rows, and numbers stay numbers", async (t) => {
  const sheet = sheetOf(["=Rossi", "Verdi"], 1);
  const text = writeSheetCsv(sheet, "Famiglia");
  t.equal(text, "\ufeffFamiglia;Prodotto;kg\r\n'=Rossi;Arance 0;0,5\r\nVerdi;Arance 0;0,5\r\n");
});

t.test(
  "C28 markup, scripts, addresses and pictures in a document are letters, and nothing in it acts or loads",
  async (t) => {
    const nasty = [
      '<img src="http://evil.example/a.png"><script>alert(1)</script>',
      "file:///etc/passwd",
      "javascript:app.alert(1)",
      "http://evil.example/pixel.png",
      ") Tj /OpenAction << /S /JavaScript /JS (app.alert(1)) >> (",
      "\\u0000\\377 %PDF endobj stream",
      "\u202eoirav\u202c \u05d0\u05d1\u05d2",
    ];
    const table = {
      heading: nasty[0]!,
      note: nasty[1]!,
      columns,
      rows: nasty.map((text) => [text, null]),
      total: null,
    };
    const sheet: Sheet = { ...sheetOf([], 0), title: nasty[0]!, lines: nasty, warnings: nasty, tables: [table] };
    const bytes = await SHEET_FILES.pdf(sheet, 0);
    const { pages } = await readPdf(bytes);
    const all = pages.join("\n").replaceAll(/\s+/g, "");
    for (const text of nasty.slice(0, 5)) t.ok(all.includes(text.replaceAll(/\s+/g, "")), text);
    const pdf = await getDocumentProxy(new Uint8Array(bytes as Uint8Array));
    t.equal(await pdf.getOpenAction(), null);
    t.equal(await pdf.getJSActions(), null);
    t.equal(await pdf.getAttachments(), null);
    for (let page = 1; page <= pdf.numPages; page++) t.same(await (await pdf.getPage(page)).getAnnotations(), []);
    t.notMatch(Buffer.from(bytes as Uint8Array).toString("latin1"), /\/(?:Launch|URI|EmbeddedFile|SubmitForm|GoToR)\b/);
  },
);

t.test("C28 a text of a megabyte makes a document or is refused within its time, and takes nobody along", async (t) => {
  const table = {
    heading: "x".repeat(1_000_000),
    note: "",
    columns,
    rows: [["y".repeat(1_000_000), null]],
    total: null,
  } as const;
  const written = await SHEET_FILES.pdf({ ...sheetOf([], 0), tables: [table] }, 0);
  t.ok(written instanceof Uint8Array || "refused" in written);
  t.ok((await SHEET_FILES.pdf(sheetOf(["Rossi"], 1), 0)) instanceof Uint8Array, "and the next one is written");
});

t.test(
  "C27 of fifty large documents asked for at once ten are drawn, two at a time, and the others are told to wait",
  async (t) => {
    const large = sheetOf(["Verdi", "Bianchi"], 60);
    const given = await Promise.all(Array.from({ length: 50 }, () => SHEET_FILES.pdf(large, 0)));
    const drawn = given.filter((one) => one instanceof Uint8Array);
    t.equal(drawn.length, 10);
    t.same(
      new Set(given.filter((one) => !(one instanceof Uint8Array)).map((one) => JSON.stringify(one))),
      new Set(['{"refused":"too-busy"}']),
    );
    t.ok((await SHEET_FILES.pdf(sheetOf(["Dopo"], 1), 0)) instanceof Uint8Array, "and afterwards there is room again");
  },
);

t.test(
  "C27 what nobody waits for any more is not drawn: neither what has begun nor what is in the queue",
  async (t) => {
    const large = sheetOf(["Verdi", "Bianchi"], 2000);
    const gone = new AbortController();
    const left = Array.from({ length: 8 }, () => SHEET_FILES.pdf(large, 0, gone.signal));
    const kept = SHEET_FILES.pdf(sheetOf(["Resta"], 1), 0);
    gone.abort();
    t.same(
      await Promise.all(left),
      left.map(() => ({ refused: "cancelled" })),
    );
    t.ok((await kept) instanceof Uint8Array);
  },
);
