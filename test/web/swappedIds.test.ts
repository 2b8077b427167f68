// The id of another group's order in the address of one's own desk: on every route that names an order, with every role there is.
import t, { type Test } from "tap";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import type { Db } from "../../src/db/transact.ts";
import { transact } from "../../src/db/transact.ts";
import { topUp } from "../../src/ledger/moneyActions.ts";
import { recordInvoice } from "../../src/ledger/supplierActions.ts";
import { ensureHousehold } from "../../src/members/households/householdStore.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { insertOrder } from "../../src/orders/store.ts";
import { addPhoto } from "../browser/season.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import type { Browser } from "./browser.ts";
import { deskBrowser } from "./deskBrowser.ts";
import { upload } from "./uploads.ts";

const THEIRS = "theirorderaaaaaaaaaaaaaaaa";
const REPEAT = "theirrepeataaaaaaaaaaaaaaa";

/** An order with nothing in it yet, and a row of repeated ones. */
function keepOrders(db: Db, actorId: string): void {
  const at = Date.UTC(2026, 10, 24);
  const plan = { name: "Olio segreto", note: "", opensAt: null, closesAt: at, completesUntil: null };
  const past = { cycleIri: null, thread: null, revision: 0, closedAt: null, cancelReason: null, needsPerson: null };
  const head = { id: THEIRS, actorId, producerId: "https://mulino.example/mulino", state: "draft" } as const;
  const rest = { createdAt: at, updatedAt: at, lines: [], pickups: [], modifiers: [], policies: START_POLICIES };
  insertOrder(db.orm, { ...plan, ...past, ...head, ...rest }, { createdBy: null, madeFrom: null, recurrenceId: null });
  db.raw
    .prepare(
      `INSERT INTO order_recurrences (id, actor_id, producer_id, state, rule, template, next_at, last_index, created_by, created_at, updated_at)
       VALUES (?, ?, 'https://mulino.example/mulino', 'ended', '{}', '{}', NULL, 0, 'gino', 0, 0)`,
    )
    .run(REPEAT, actorId);
}

t.test(
  "C2 C45 another group's order is not there, under any page, sheet, file or form of one's own desk",
  async (t) => {
    const { nodes } = await startNodes(t, ["one"]);
    const { node } = nodes.one;
    nodes.one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
    const other = nodes.one.addActor({ kind: "gas", handle: "gas-pesaro", name: "GAS Pesaro" });
    const browser = await deskBrowser(nodes.one, ["gas-fano"]);
    keepOrders(node.db, other.id);
    const rows = () =>
      JSON.stringify(
        ["orders", "order_recurrences"].map((table) => node.db.raw.prepare(`SELECT * FROM ${table}`).all()),
      );
    const before = rows();
    const token = /name="_token" value="([^"]+)"/.exec((await browser.get("/account")).body)?.[1] ?? "";
    const form = new URLSearchParams({ _token: token }).toString();
    const lines = node.app.routeMatrix.filter(({ url }) => /\/orders\/(repeats\/)?:id/.test(url));
    const asked = lines.filter(({ method }) => method === "GET" || method === "POST");
    t.ok(asked.length > 30, `${asked.length} routes`);
    for (const { method, url } of asked) {
      const path = url
        .replace(":handle", "gas-fano")
        .replace("repeats/:id", `repeats/${REPEAT}`)
        .replace(":id", THEIRS)
        .replaceAll(/:\w+/g, "1");
      const { status, body } = method === "GET" ? await browser.get(path) : await browser.post(path, form);
      // A form may be found wanting before anybody looks for the order: then too nothing of it is told.
      const isNo = method === "GET" ? status === 404 : status >= 400 && status < 500;
      if (!isNo || /Olio segreto/.test(body)) t.fail(`${method} ${path}: ${status}`);
    }
    t.equal(rows(), before, "nothing of theirs has changed");
  },
);

/** Asks every route that `pattern` names with the other's ids; whatever is sent along stands in `fields`. */
async function askWithTheirs(
  t: Test,
  { node }: TestNode,
  browser: Browser,
  wish: { pattern: RegExp; path: (url: string) => string; fields: Record<string, string>; least: number },
): Promise<void> {
  const token = /name="_token" value="([^"]+)"/.exec((await browser.get("/account")).body)?.[1] ?? "";
  const form = String(new URLSearchParams({ _token: token, ...wish.fields }));
  const lines = node.app.routeMatrix.filter(
    ({ url, method }) => wish.pattern.test(url) && (method === "GET" || method === "POST"),
  );
  t.ok(lines.length >= wish.least, `${lines.length} routes`);
  for (const { method, url } of lines) {
    const path = wish.path(url);
    const { status, body } = method === "GET" ? await browser.get(path) : await browser.post(path, form);
    const isNo = method === "GET" ? status === 404 : status >= 400 && status < 500;
    // What was asked for stands in the page itself, by the name in its address.
    if (!isNo || / segret|segreta\/1/i.test(body)) t.fail(`${method} ${path}: ${status}`);
  }
}

function dump({ node }: TestNode, tables: readonly string[]): string {
  return JSON.stringify(tables.map((table) => node.db.raw.prepare(`SELECT * FROM ${table}`).all()));
}

t.test(
  "C2 C45 another farm's product, photograph and import are not there, nor taken from under its feet",
  async (t) => {
    const { nodes } = await startNodes(t, ["one"]);
    const home = nodes.one;
    const mill = home.addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
    const grove = home.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto" });
    const images = [{ hash: await addPhoto(home, mill.id, "#aa7700"), alt: "La macina segreta" }];
    const saved = { productId: null, expectedVersion: 0 };
    const facts = { ...startFacts("Farina segreta", 25_000, "KGM"), images };
    const theirs = sure(saveProduct(home.node.wire, mill, { ...saved, facts }));
    sure(saveProduct(home.node.wire, grove, { ...saved, facts: startFacts("Limoni", 25_000, "KGM") }));
    const miller = await deskBrowser(home, ["mulino"], "mugnaio");
    const list = "/desk/mulino/catalog/import";
    const bytes = Buffer.from("Prodotto;Prezzo;Unità\nCrusca segreta;1,20;kg\n");
    const preview = await upload(miller, await miller.get(list), list, { field: "file", name: "l.csv", bytes });
    t.match([preview.status, preview.body], [200, /Crusca segreta/]);
    const importId = preview.path.split("/").at(-1)!;
    const farmer = await deskBrowser(home, ["agrumeto"]);
    const kept = ["products", "product_versions", "catalog_imports", "pictures"];
    const before = dump(home, kept);
    const fields = { importId, hash: images[0]!.hash, act: "remove", alt: "mia", version: "1" };
    await askWithTheirs(t, home, farmer, {
      pattern: /\/catalog\/(import\/:id|product\/:slug|quick\/:slug)/,
      path: (url) => url.replace(":handle", "agrumeto").replace(":slug", theirs.slug).replace(":id", importId),
      fields,
      least: 6,
    });
    const own = { pattern: /product\/:slug\/pictures\/change|import\/undo/, fields, least: 2 };
    const path = (url: string) => url.replace(":handle", "agrumeto").replace(":slug", "limoni");
    await askWithTheirs(t, home, farmer, { ...own, path });
    t.equal(dump(home, kept), before, "nothing of theirs has changed");
  },
);

t.test(
  "C2 C45 another group's invoice, household and movements are not there, under any page or form of money",
  async (t) => {
    const { nodes } = await startNodes(t, ["one"]);
    const home = nodes.one;
    home.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
    const { id: actorId } = home.addActor({ kind: "gas", handle: "gas-pesaro", name: "GAS Pesaro" });
    await deskBrowser(home, ["gas-pesaro"], "piera");
    const treasurer = await deskBrowser(home, ["gas-fano"]);
    const at = home.node.wire.clock.now();
    const producerId = "https://mulino.example/mulino";
    const { householdId, invoice } = transact(home.node.db, (tx) => {
      const householdId = ensureHousehold(tx, actorId, "piera", at);
      const act = { actorId, memo: "Bonifico segreto", at, personId: "piera", ownHouseholdId: null, businessKey: "k" };
      sure(topUp(tx, { householdId, till: "bank", cents: 12_300 }, act));
      const wish = { producerId, number: "segreta/1", issuedOn: "2026-11-21", dueOn: "2026-12-21", note: "segreta" };
      const rest = {
        totalCents: 1040,
        vat: [{ ratePercent: 4 as const, taxableCents: 1000, vatCents: 40 }],
        orders: [{ orderId: "olio-segreto", cents: 1040 }],
      };
      const { id } = sure(recordInvoice(tx, { ...wish, ...rest }, { actorId, at, personId: "piera" }));
      return { householdId, invoice: id };
    });
    const kept = ["ledger_transactions", "postings", "invoices", "invoice_cancels", "money_requests", "credit_limits"];
    const before = dump(home, kept);
    const fields = { invoice, household: householdId, amount: "1", reason: "mio", memo: "mio", key: "a".repeat(26) };
    const ids = { invoices: invoice, households: householdId, movements: "1" };
    for (const [name, id] of Object.entries(ids))
      await askWithTheirs(t, home, treasurer, {
        pattern: new RegExp(`/money/${name}/:id`),
        path: (url) => url.replace(":handle", "gas-fano").replace(":id", id).replaceAll(/:\w+/g, "top-up"),
        fields,
        least: 1,
      });
    t.equal(dump(home, kept), before, "nothing of theirs has changed");
  },
);
