// A hostile list at the desk: refused with a sentence before anything shows it, or shown as the letters it is.
import t from "tap";
import { listCurrentProducts } from "../../../src/catalogs/store.ts";
import { workbookBytes, xlsxParts, zipBytes } from "../../exchange/workbookBytes.ts";
import { startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";
import { deskBrowser } from "../../web/deskBrowser.ts";
import { upload } from "../../web/uploads.ts";

const IMPORT = "/desk/valle/catalog/import";
const SHEET = "xl/worksheets/sheet1.xml";
const XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
const ROWS = [
  ["Prodotto", "Prezzo", "Unità"],
  ["<img src=x onerror=alert(1)>", "3,20", "kg"],
  ['=HYPERLINK("http://spia.example")', "4,10", "kg"],
  ["Pane \u202eodaled", "1,00", "kg"],
];

t.test("C57 a hostile list is refused in the preview, or shown as the letters it is made of", async (t) => {
  const { nodes } = await startNodes(t, ["farm"]);
  const { node, origin } = nodes.farm;
  const farm = nodes.farm.addActor({ kind: "producer", handle: "valle", name: "Valle del Metauro" });
  const farmer = await deskBrowser(nodes.farm, ["valle"]);
  const send = async (name: string, bytes: Buffer) =>
    upload(farmer, await farmer.get(IMPORT), IMPORT, { field: "file", name, bytes });
  const hostile: Record<string, Buffer> = {
    "bomba.xlsx": zipBytes(xlsxParts("").with(4, { name: SHEET, text: "0".repeat(41 * 1024 * 1024) })),
    "bugia.xlsx": zipBytes(xlsxParts("").with(4, { name: SHEET, text: "corto", size: 1000 })),
    "milione.xlsx": zipBytes(xlsxParts(""), 0xffff),
    "entita.xlsx": zipBytes(xlsxParts("").with(4, { name: SHEET, text: `${XXE}<worksheet>&e;</worksheet>` })),
    "entita.gdxp": Buffer.from(`${XXE}<gdxp protocolVersion="1.0"><supplier><name>&e;</name></supplier></gdxp>`),
    "programma.xlsx": Buffer.from("MZ\0\0\0binary"),
    "<script>.csv": Buffer.from("Prodotto;Prezzo\nPane\0;1\n"),
  };
  for (const [name, bytes] of Object.entries(hostile)) {
    const seen = await send(name, bytes);
    t.ok([413, 422].includes(seen.status), `${name}: ${seen.status}`);
    t.notMatch(seen.body, /<script>\.csv|root:|at .*\.ts:/, name);
  }
  t.equal((await send("grande.csv", Buffer.alloc(5 * 1024 * 1024 + 1, "x"))).status, 413);
  t.same(listCurrentProducts(node.db.orm, farm.id), []);
  const preview = await send("listino.xlsx", workbookBytes("xlsx", { Listino: ROWS }));
  t.equal(preview.status, 200);
  t.notMatch(preview.body, "<img src=x");
  t.match(preview.body, "&lt;img src=x");
  const rows = [...preview.body.matchAll(/name="rows" value="(\d+)"/g)].map(([, row = ""]) => row);
  await farmer.submit(preview, preview.path, { rows });
  t.equal(listCurrentProducts(node.db.orm, farm.id).length, 3);
  const shown = await openBrowser(node.app, origin).get("/valle/catalog");
  t.notMatch(shown.body, "<img src=x");
  t.match(shown.body, "&lt;img src=x");
});
