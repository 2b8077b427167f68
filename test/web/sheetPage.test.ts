// A sheet on the screen, as CSV and as PDF: one document, named, and kept by nobody on the way.
import t, { type Test } from "tap";
import type { Refusal } from "../../src/kernel/refusal.ts";
import { type Sheet, textColumn } from "../../src/kernel/sheet.ts";
import { sendSheet, splitEnding } from "../../src/web/sheetPage.ts";
import { buildHouse } from "./house.ts";

const SHEET: Sheet = {
  title: "Foglio",
  lines: ["Podere del Colle"],
  warnings: [],
  language: "it",
  isWide: false,
  tables: [{ heading: "Fano", note: "", columns: [textColumn("Prodotto")], rows: [["Arance"]], total: null }],
};

async function openSheet(t: Test, pdf: Uint8Array | Refusal = Buffer.from("%PDF")) {
  const writers = {
    csv: (sheet: Sheet, label: string) => `${label};${sheet.title}`,
    pdf: async () => pdf,
  };
  const { app } = await buildHouse(t, {}, (server) => {
    server.get("/paper/:name", { config: { policy: { public: true } } }, (request, reply) => {
      const asked = splitEnding((request.params as { name: string }).name);
      if (!asked) return reply.callNotFound();
      const back = { href: "/", label: "Torna" };
      const wish = { ...asked, headingLabel: "Ritiro", base: "/paper/week", query: "?cycle=1", back };
      return sendSheet(request, reply, SHEET, wish, writers);
    });
  });
  return (name: string) =>
    app.inject({ url: `/paper/${name}`, headers: { host: "localhost:8000", accept: "text/html" } });
}

t.test("every form of a sheet is for the one who asks: no cache keeps it", async (t) => {
  const get = await openSheet(t);
  for (const name of ["week", "week.csv", "week.pdf"])
    t.equal((await get(name)).headers["cache-control"], "private, no-store", name);
});

t.test("the page leads to its files, and they bear its name", async (t) => {
  const get = await openSheet(t);
  const page = (await get("week")).body;
  t.match(page, 'href="/paper/week.pdf?cycle=1"');
  t.match(page, 'href="/paper/week.csv?cycle=1"');
  const csv = await get("week.csv");
  t.match([csv.headers["content-disposition"], csv.body], ['attachment; filename="week.csv"', "Ritiro;Foglio"]);
  const pdf = await get("week.pdf");
  t.match([pdf.headers["content-disposition"], pdf.body], ['inline; filename="week.pdf"', "%PDF"]);
});

t.test("a PDF that cannot be drawn now is refused, and nothing is sent as one", async (t) => {
  const get = await openSheet(t, { refused: "too-busy" });
  const answer = await get("week.pdf");
  t.equal(answer.statusCode, 503);
  t.match(answer.headers["content-type"], "text/html");
});

t.test("only CSV and PDF are endings, and a name is a word", async (t) => {
  t.same(splitEnding("table.csv"), { name: "table", ending: "csv" });
  t.same(splitEnding("table"), { name: "table", ending: "" });
  for (const text of ["table.exe", "../table", "a.b.csv", ""]) t.equal(splitEnding(text), null, text);
});
