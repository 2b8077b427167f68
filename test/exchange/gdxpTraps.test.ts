import t from "tap";
import { Compile } from "typebox/schema";
import { readGdxp } from "../../src/exchange/gdxp.ts";
import { writeGdxp } from "../../src/exchange/gdxpWrite.ts";
import { comparePrice, type ListedProduct, priceSaleUnit } from "../../src/exchange/priceList.ts";
import { type PriceListRead, readListBytes } from "../../src/exchange/readListBytes.ts";
import {
  blankParty,
  doubtsOf,
  gasistaFelice,
  gdxpFolder,
  gdxpText,
  type Parts,
  plainV0,
  readList,
  readOk,
  readOne,
  readShared,
  written,
} from "./gdxpFiles.ts";

t.test(
  "trap 1: the official schema compiles once its date type is mended, and what we write satisfies it",
  { skip: gdxpFolder === null && "no published files here" },
  async (t) => {
    const official = readShared("GDXP-1.json");
    const mended = official.replaceAll('"type": "date"', '"type": "string", "format": "date"');
    t.not(mended, official, "the schema still has the fault");
    const schema = JSON.parse(mended);
    // Trap 2 again: it asks for a number where its own examples have text.
    schema.properties.protocolVersion.type = "string";
    const order = { phase: "order", openDate: "2026-12-01", closeDate: null, deliveryDate: "2026-12-12" } as const;
    const check = Compile(schema);
    t.ok(check.Check(JSON.parse(written({ caseThousandths: 2500, saleUnitCode: "XCR" }, order))));
    t.notOk(check.Check({ ...JSON.parse(written()), blocks: [{ supplier: {} }] }), "and it can say no");
  },
);

t.test("trap 2: the protocol version is taken as number and as text, and written as text", async (t) => {
  for (const protocolVersion of ["1.0", 1, 1.0, "0.2", "0.1.1"])
    t.same(readList(gdxpText({ root: { protocolVersion } })).doubts, [], String(protocolVersion));
  t.same(doubtsOf(readList(gdxpText({ root: { protocolVersion: 3 } }))), ["protocol-version-unknown"]);
  t.equal(JSON.parse(written()).protocolVersion, "1.0");
});

t.test("trap 3: the order block is found in all its places, and written in the two that are read", async (t) => {
  const order = { phase: "booking", openDate: "2026-12-01", closeDate: "2026-12-08", deliveryDate: "2026-12-12" };
  const places: Parts[] = [
    { supplier: { orderInfo: order } },
    { supplier: { order } },
    { block: { orderInfo: order } },
    { block: { order } },
  ];
  for (const place of places) t.same(readList(gdxpText(place)).order, order, JSON.stringify(Object.keys(place)));
  t.equal(readList(gdxpText()).order, null, "a price list has none");
  const supplier = JSON.parse(written({}, { ...order, phase: "order" })).blocks[0].supplier;
  t.same(supplier.orderInfo, { ...order, phase: "order" });
  t.same(supplier.order, supplier.orderInfo);
});

t.test("trap 4: the subject that PortAlGas nests twice when it pushes is the same subject", async (t) => {
  const subject = { name: "GAS Esempio Tolentino" };
  t.equal(readOk(gdxpText({ root: { subject: { subject } } })).subject.name, subject.name);
  t.equal(readOk(gdxpText({ root: { subject } })).subject.name, subject.name);
});

t.test("trap 5: GASdotto's midnights of Rome in UTC are the days people meant", async (t) => {
  const day = (openDate: unknown) => readList(gdxpText({ supplier: { order: { openDate } } })).order?.openDate;
  t.equal(day("2026-11-30T23:00:00.000000Z"), "2026-12-01", "in winter");
  t.equal(day("2026-06-30T22:00:00.000000Z"), "2026-07-01", "in summer");
  t.equal(day("2026-12-01T00:00:00+01:00"), "2026-12-01");
  t.equal(day("2026-12-01T00:00:00+0100"), "2026-12-01");
  t.equal(day("2026-12-01 00:00:00"), "2026-12-01", "a local time stays on its day");
  t.equal(day({ date: "2026-12-01 00:00:00.000000", timezone_type: 3, timezone: "Europe/Rome" }), "2026-12-01");
  t.equal(day({ date: "2026-11-30 23:00:00.000000", timezone_type: 3, timezone: "UTC" }), "2026-12-01");
  t.equal(day("domani"), null);
  t.equal(day("2026-02-30"), null);
  t.equal(day({}), null);
});

t.test("trap 6: package and price mean what their program means by them", async (t) => {
  const parts = { product: { name: "Ceci 500 gr", um: "GR" }, info: { umPrice: 2.5, packageQty: 12 } };
  const gasdotto = readOne(parts);
  t.match(gasdotto, { saleUnitCode: "GRM", priceTenThousandths: 25_000, caseThousandths: 12_000 });
  const portalgas = readOne({ ...parts, root: { applicationSignature: "PortAlGas" } });
  t.match(
    portalgas,
    { saleUnitCode: "H87", priceUnitCode: "H87", caseThousandths: 12_000 },
    "2.50 is never for a gram",
  );
  t.same(portalgas.content, { quantityThousandths: 500_000, unitCode: "GRM" });
  t.same(comparePrice(portalgas), { base: "KGM", priceTenThousandths: 50_000 });
  t.same(doubtsOf(portalgas), ["package-price-ambiguous", "content-guessed"]);
  const felice = readList(gasistaFelice("")).products[0]!;
  t.match(felice, { saleUnitCode: "XPK", priceUnitCode: "KGM", priceTenThousandths: 14_000, caseThousandths: 4000 });
  t.same(felice.content, { quantityThousandths: 5000, unitCode: "KGM" });
  t.equal(priceSaleUnit(felice), 70_000, "a package of 5 kg at 1.40 a kilogram");
});

t.test("trap 7: a zero price is kept and doubted, and no one is matched by an empty, 0 or 1 code", async (t) => {
  const free = readOne({ info: { umPrice: 0 }, product: { name: "Patate 5Kg/9Kg/15Kg circa", um: "Cassette" } });
  t.equal(free.priceTenThousandths, 0);
  t.same(doubtsOf(free), ["zero-price"]);
  t.equal(free.content, null, "three sizes in a name are no size");
  for (const sku of ["", "0", "1", 1, " 1 "]) t.equal(readOne({ product: { sku } }).sku, null, `code ${sku}`);
  t.same(readOne({ product: { sku: "1" } }).doubts, [{ doubt: "sku-unusable", value: "1" }]);
  const twin = { name: "Ceci", um: "kg", sku: "CE-1", orderInfo: { umPrice: 3 } };
  const twins = readList(gdxpText({ supplier: { products: [twin, { ...twin, name: "Cicerchia" }] } })).products;
  t.same(
    twins.map(({ sku, doubts }) => [sku, doubts[0]?.doubt]),
    Array(2).fill([null, "sku-repeated"]),
  );
});

t.test("trap 8: a minimum of 1 and multiples of 0 or 1 are no rules", async (t) => {
  t.match(readOne({ info: { minQty: 1, mulQty: 1 } }), { minThousandths: null, stepThousandths: null });
  t.match(readOne({ info: { minQty: 0, mulQty: 0 } }), { minThousandths: null, stepThousandths: null });
  t.match(readOne({ info: { minQty: 2, mulQty: 0.5 } }), { minThousandths: 2000, stepThousandths: 500 });
});

t.test(
  "trap 9: costs and discounts are read under their misspelt name, and pictures of products are not kept",
  async (t) => {
    const transformations = [
      { type: "shipping", operation: "sum", fixed: "10" },
      { type: "discount", operation: "sub", fixed: "3%" },
      {
        type: "discount",
        operation: "sub",
        variable: {
          theshold_type: "price",
          thesholds: [
            { theshold: 0, amount: "1" },
            { theshold: "450", amount: "2,5%" },
          ],
        },
      },
      { type: "discount", operation: "sub", variable: { theshold_type: "moon", thesholds: [] } },
      { type: "gift", operation: "sum", fixed: "1" },
      { type: "discount", operation: "sub", variable: { theshold_type: "price", thesholds: [{ theshold: 1 }] } },
    ];
    const attachments = [{ name: "Foto.jpg", contents: "AAAA" }];
    const list = readList(gdxpText({ supplier: { transformations, attachments } }));
    t.same(list.modifiers, [
      { kind: "shipping", adds: true, fixed: { cents: 1000 }, thresholdOn: null, thresholds: [] },
      { kind: "discount", adds: false, fixed: { hundredthsPercent: 300 }, thresholdOn: null, thresholds: [] },
      {
        kind: "discount",
        adds: false,
        fixed: null,
        thresholdOn: "price",
        thresholds: [
          { fromThousandths: 0, amount: { cents: 100 } },
          { fromThousandths: 450_000, amount: { hundredthsPercent: 250 } },
        ],
      },
    ]);
    t.same(list.attachmentNames, ["Foto.jpg"]);
    t.same(doubtsOf(list), ["attachments-left-out"]);
    t.match(JSON.parse(JSON.stringify(list)), list, "and nothing of their contents is held");
  },
);

t.test(
  "trap 10: an address in a file is only text, and a file swollen by attachments is read within the limit",
  async (t) => {
    const url = "http://127.0.0.1:9/list.json";
    const contacts = [{ type: "webSite", value: url }];
    const attachments = [{ name: url, contents: "A".repeat(3_000_000) }];
    const read = readListBytes(Buffer.from(gdxpText({ supplier: { contacts, attachments } })), {}) as PriceListRead;
    t.same(read.lists[0]?.supplier?.contacts, [{ kind: "webSite", value: url }]);
    t.ok(JSON.stringify(read).length < 5000, "the attachment went no further");
  },
);

t.test("trap 11: variants survive in our own v1 files, and are read from v0", async (t) => {
  const variants = [{ name: "Taglia", values: ["S", "M"] }];
  t.same(readList(written({ variants })).products[0]?.variants, variants);
  const v0 = plainV0("<variants><variant name='Taglia'><value>S</value><value>M</value></variant></variants>");
  t.same(readList(v0).products[0]?.variants, variants);
});

t.test(
  "trap 12: v0 is read from Gasista Felice and GASdotto with all their habits, and never with a DTD",
  async (t) => {
    const felice = readOk(gasistaFelice("<maxQty>None</maxQty><mulQty></mulQty>"));
    t.match(felice, { format: "gdxp-0", signature: "GasistaFelice", createdOn: "2014-11-20" });
    t.match(felice.lists[0]?.supplier, { name: "Molino", zipCode: "62032", taxCode: null });
    t.match(felice.lists[0]?.products[0], { availableThousandths: null, isActive: true, category: "Alimenti::Farine" });
    const info = "<maxQty>4</maxQty><vatRate>22</vatRate>";
    const shirt = readList(plainV0("<active>false</active>", info)).products[0]!;
    t.match(shirt, { availableThousandths: 4000, advisedMaxThousandths: null, isActive: false, vatRatePercent: 22 });
    t.equal(readList(plainV0("", "<umPrice>1,4</umPrice>")).products[0]?.priceTenThousandths, 14_000, "decimal comma");
    t.same(readList(plainV0("")).order?.openDate, "2018-04-15");
    t.equal(
      readList(plainV0("<description>Perch&eacute; s&igrave;</description>")).products[0]?.description,
      "Perché sì",
    );
    const people =
      "<contacts><contact><primary><emailAddress>a@example.org</emailAddress></primary><extraContact>" +
      "<firstName>Nome</firstName><lastName>Cognome</lastName><mobileNumber>1</mobileNumber></extraContact></contact></contacts>";
    const withPeople = readList(plainV0("").replace("<contacts/>", people));
    t.same(withPeople.supplier?.contacts, [{ kind: "emailAddress", value: "a@example.org" }]);
    t.ok(doubtsOf(withPeople).includes("contacts-left-out"), "named people stay out, and it is said");
    const bomb = `<!DOCTYPE gdxp [<!ENTITY a "aaaa">]>${plainV0("<description>&a;</description>")}`;
    t.match(readGdxp(bomb), { refused: "unreadable-file", why: "doctype", row: 1 });
    t.match(readGdxp(`<?xml version="1.0"?><!DOCTYPE gdxp SYSTEM "file:///etc/passwd"><gdxp/>`), { why: "doctype" });
    t.match(readGdxp(plainV0("<description>&unknown;</description>")), { why: "not-xml" });
    t.match(readGdxp(`<a>${"<b>".repeat(50)}`), { why: "too-deep" });
    t.match(readGdxp("<html></html>"), { why: "not-gdxp" });
    t.match(readGdxp("<!-- nothing -->"), { why: "not-xml" });
  },
);

t.test("trap 13: contacts and products are written even when there are none", async (t) => {
  const block = { supplier: blankParty, products: [], modifiers: [], order: null };
  const supplier = JSON.parse(writeGdxp({ createdOn: "2026-11-22", subject: blankParty, blocks: [block] })).blocks[0]
    .supplier;
  t.same([supplier.contacts, supplier.products], [[], []]);
  t.same(
    readList(gdxpText({ supplier: { products: undefined, contacts: null } })).products,
    [],
    "and missed in reading",
  );
});

t.test("trap 14: a case is written as a whole number or not at all, and a case of 1 is none", async (t) => {
  const packageQty = (change: Partial<ListedProduct>) =>
    JSON.parse(written(change)).blocks[0].supplier.products[0].orderInfo.packageQty;
  t.equal(packageQty({ caseThousandths: 12_000 }), 12);
  t.equal(packageQty({ caseThousandths: 2500 }), 1);
  t.equal(packageQty({}), 1);
  const cheese = {
    saleUnitCode: "H87",
    content: { quantityThousandths: 1500, unitCode: "KGM" },
    caseThousandths: 4000,
  };
  t.equal(packageQty(cheese), 6, "four cheeses of 1.5 kg are a case of 6 kg where the price is per kilogram");
  t.equal(packageQty({ ...cheese, content: null }), 1);
  t.equal(readOne({ info: { packageQty: 1 } }).caseThousandths, null);
  const info = JSON.parse(written({ vatRatePercent: null })).blocks[0].supplier.products[0].orderInfo;
  t.notOk("vatRate" in info, "no rate is no field");
  t.equal(readList(written({ caseThousandths: 2500 })).products[0]?.caseThousandths, 2500, "we read our own exactly");
});

t.test("trap 15: PortAlGas's unit codes are known, its placeholders are not taken for facts", async (t) => {
  const root = { applicationSignature: "PortAlGas" };
  for (const [um, code] of Object.entries({
    PZ: "H87",
    KG: "KGM",
    LT: "LTR",
    GR: "H87",
    HG: "H87",
    ML: "H87",
    DL: "H87",
  }))
    t.equal(readOne({ root, product: { um } }).saleUnitCode, code, um);
  t.match(readOne({ root, product: { um: "PZ", category: "Non Specificato" } }), {
    category: "",
    vatRatePercent: null,
  });
  t.same(doubtsOf(readOne({ root, product: { um: "GR" } })), ["package-price-ambiguous"]);
  t.same(doubtsOf(readOne({ root, product: { um: "PZ" } })), []);
});

t.test("trap 16: descriptions become plain text, and a VAT number is doubted rather than trusted", async (t) => {
  const description = "Riga uno\r\n<b>Olio</b> &amp; pane&#39;s &egrave; <br/>fine \u0007";
  t.equal(readOne({ product: { description } }).description, "Riga uno\nOlio & pane's è \nfine");
  t.equal(readList('{"blocks":[{"supplier":{"name":"A\\/B"}}]}').supplier?.name, "A/B");
  const numbers: [unknown, string | null, string[]][] = [
    [" IT 01234567897 ", "01234567897", []],
    ["", null, ["vat-number-missing"]],
    [undefined, null, ["vat-number-missing"]],
    ["00000000000", "00000000000", ["vat-number-invalid"]],
  ];
  for (const [vatNumber, kept, doubts] of numbers) {
    const list = readList(gdxpText({ supplier: { vatNumber } }));
    t.equal(list.supplier?.vatNumber, kept);
    t.same(doubtsOf(list), doubts);
  }
  const block = JSON.parse(gdxpText()).blocks[0];
  t.equal(readOk(gdxpText({ root: { blocks: [block, block] } })).lists.length, 2, "two suppliers may share a number");
});
