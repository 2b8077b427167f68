import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import fc from "fast-check";
import t from "tap";
import { type GdxpRead, readGdxp } from "../../src/exchange/gdxp.ts";
import { writeGdxp } from "../../src/exchange/gdxpWrite.ts";
import { doubtsOf, gdxpFolder, gdxpText, readList, readOne, readShared } from "./gdxpFiles.ts";
import { modifiers, party, plain, products } from "./listArbitrary.ts";

const published = { skip: gdxpFolder === null && "no published files here" };

function readFile(name: string): GdxpRead {
  const read = readGdxp(readShared(name));
  if ("refused" in read) throw new Error(`${name}: ${JSON.stringify(read)}`);
  return read;
}

t.test("every published list, order and booking is read whole", published, async (t) => {
  const names = readdirSync(gdxpFolder!).filter((name) => /\.(?:json|xml)$/.test(name));
  const lists = names.filter((name) => !["GDXP-1.json", "sample-hub-list.json"].includes(name));
  t.ok(lists.length >= 12);
  for (const name of lists) {
    const [list] = readFile(name).lists;
    t.ok(list && list.products.length > 0, name);
    t.same(list?.badRows, [], name);
  }
  t.match(readGdxp(readShared("sample-hub-list.json")), { refused: "unreadable-file" }, "a hub's index is no list");
  t.match(readGdxp(readShared("GDXP-1.json")), { refused: "unreadable-file" }, "nor is the schema");
});

t.test(
  "the official example has 72 products, 24 of them without price, and no code that names one",
  published,
  async (t) => {
    const { products } = readFile("EsempioListino.anon.json").lists[0]!;
    const free = products.filter(({ doubts }) => doubts.some(({ doubt }) => doubt === "zero-price"));
    t.equal(products.length, 72);
    t.equal(free.length, 24);
    t.equal(free.filter(({ isActive }) => isActive).length, 11);
    t.equal(products.filter(({ isActive }) => isActive).length, 42);
    t.equal(products.filter(({ sku }) => sku !== null).length, 0);
    const unusable = (sku: string) => products.filter(({ doubts }) => doubts.some(({ value }) => value === sku)).length;
    t.same([unusable("1"), unusable("0")], [21, 5]);
  },
);

t.test("the samples say what they were written to say", published, async (t) => {
  const gasdotto = readFile("sample-gasdotto-booking.json");
  const dates = { openDate: "2026-12-01", closeDate: "2026-12-08", deliveryDate: "2026-12-12" };
  t.same(gasdotto.lists[0]?.order, { phase: "booking", ...dates });
  t.same(
    gasdotto.lists[0]?.products.map(({ bookedThousandths }) => bookedThousandths),
    [14_500, 24_000],
  );
  t.same(gasdotto.lists[0]?.modifiers.length, 1);
  t.equal(readFile("sample-portalgas-push.json").subject.name, "GAS Esempio Tolentino");
  t.same(readFile("sample-filiera-order.json").lists[0]?.order, { phase: "order", ...dates });
  t.equal(readFile("sample-v0-dtd.xml").lists[0]?.supplier?.note, "Ordine minimo 150 euro");
  const second = readFile("gasdotto-gdxp2.json").lists[0]?.modifiers[1];
  t.same(second?.thresholds, [
    { fromThousandths: 0, amount: { cents: 1000 } },
    { fromThousandths: 450_000, amount: { cents: 0 } },
  ]);
});

t.test("what we write is the published sample of what we write, but for our own extra object", published, async (t) => {
  const sample = JSON.parse(readShared("sample-filiera-order.json"));
  const { subject, createdOn, lists } = readFile("sample-filiera-order.json");
  const blocks = lists.map((list) => ({ ...list, supplier: list.supplier! }));
  const again = JSON.parse(writeGdxp({ createdOn: createdOn!, subject, blocks }));
  delete again.blocks[0].supplier.products[0].filiera;
  t.strictSame(again, sample);
});

const order = fc.option(
  fc.record({
    phase: fc.constantFrom("preorder" as const, "order" as const, "booking" as const),
    openDate: fc.option(fc.constant("2026-12-01")),
    closeDate: fc.option(fc.constant("2026-12-08")),
    deliveryDate: fc.option(fc.constant("2026-12-12")),
  }),
);

t.test("a list written as GDXP reads back the same, product by product", async () => {
  const block = fc.record({ supplier: party, products: products(1), modifiers, order });
  fc.assert(
    fc.property(party, fc.array(block, { minLength: 1, maxLength: 2 }), (subject, blocks) => {
      const read = readGdxp(writeGdxp({ createdOn: "2026-11-22", subject, blocks })) as GdxpRead;
      assert.deepEqual([read.subject, read.createdOn], [plain(subject), "2026-11-22"]);
      const lists = read.lists.map(({ supplier, products, modifiers, order }) => ({
        supplier,
        products,
        modifiers,
        order,
      }));
      assert.deepEqual(lists, plain(blocks));
      assert(read.lists.every(({ badRows }) => badRows.length === 0));
    }),
    { numRuns: 60 },
  );
});

t.test("a product without name or price is a bad row that says where, and the others stand", async (t) => {
  const good = { name: "Ceci", um: "kg", orderInfo: { umPrice: 3 } };
  const bad = [
    { um: "kg", orderInfo: { umPrice: 3 } },
    { name: "Farro", um: "kg" },
    { name: "Farro", um: "kg", orderInfo: { umPrice: "12,5o" } },
    { name: "Farro", um: "kg", orderInfo: { umPrice: -1 } },
    "Farro",
  ];
  const list = readList(gdxpText({ supplier: { products: [good, ...bad] } }));
  t.equal(list.products.length, 1);
  t.same(
    list.badRows.map(({ row, field, problem }) => [row, field, problem]),
    [
      [2, "name", "missing"],
      [3, "umPrice", "missing"],
      [4, "umPrice", "not-a-number"],
      [5, "umPrice", "negative"],
      [6, "name", "missing"],
    ],
  );
});

t.test("units and rates nobody knows, and texts beyond all measure, are doubted", async (t) => {
  t.same(readOne({ product: { um: "Non Specificato" } }).doubts, [{ doubt: "unit-missing" }]);
  t.same(readOne({ product: { um: "Bancali" } }).doubts, [{ doubt: "unit-unknown", value: "Bancali" }]);
  t.same(readOne({ info: { vatRate: 20 } }).doubts, [{ doubt: "vat-unknown", value: "20" }]);
  t.same(doubtsOf(readOne({ product: { description: "x".repeat(5001) } })), ["text-shortened"]);
  t.equal(readOne({ product: { name: "x".repeat(9000) } }).name.length, 200);
});

t.test("C33 prototype names, deep nesting and duplicate keys in a GDXP file change nothing", async (t) => {
  const text = gdxpText().replace('"name":"Ceci"', '"__proto__":{"isActive":false},"constructor":1,"name":"Ceci"');
  t.equal(readList(text).products[0]?.isActive, true);
  t.equal(({} as Record<string, unknown>).isActive, undefined);
  t.match(readGdxp("[".repeat(200_000)), { refused: "unreadable-file" });
  t.match(readGdxp("{"), { refused: "unreadable-file", why: "not-json" });
  t.match(readGdxp("[]"), { refused: "unreadable-file", why: "not-gdxp" });
  t.match(readGdxp(gdxpText({ root: { blocks: Array(300).fill({}) } })), { refused: "too-many-rows" });
  t.same(readList(gdxpText({ root: { refused: "a-trick" } })).badRows, [], "a key of ours in the file is no refusal");
});
