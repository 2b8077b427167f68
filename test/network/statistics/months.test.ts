// Published months as they arrive from others' nodes: what is believed, what is kept, and what the sums of a network are.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import t, { type Test } from "tap";
import { createActor } from "../../../src/activitypub/actors.ts";
import { DOCUMENT } from "../../../src/activitypub/context.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { addProof, writePublicKeyMultibase } from "../../../src/activitypub/proof.ts";
import { transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { newSource } from "../../../src/network/reading/source.ts";
import { markReach, saveReach, saveSource } from "../../../src/network/reading/store.ts";
import { takeMonth } from "../../../src/network/statistics/actions.ts";
import {
  dropMonths,
  hasSupply,
  keepOnlyMonths,
  lastMonth,
  listMonthIris,
  listSupply,
  readTotals,
  replaceSupply,
  stateOfMonths,
} from "../../../src/network/statistics/store.ts";
import { openMigrated } from "../../tools/migrated.ts";

const NOW = Date.UTC(2026, 11, 20);
const GAS = "https://g.example/fano";
const OTHER = "https://h.example/pesaro";
const keyOf = (actor: string) => {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { keyId: `${actor}#ed25519-1`, privateKey, multibase: writePublicKeyMultibase(privateKey) };
};
const KEYS: Record<string, ReturnType<typeof keyOf>> = { [GAS]: keyOf(GAS), [OTHER]: keyOf(OTHER) };

const CELL = {
  ...{ "filiera:category": "formaggi", "filiera:unit": "KGM", "filiera:families": "11", "filiera:lines": "14" },
  ...{ "filiera:ordered": "31", "filiera:delivered": "29", "filiera:euros": "410" },
};

function write(gas: string, month = "2026-10", change: JsonObject = {}): JsonObject {
  return {
    ...{ "@context": DOCUMENT, type: "Page", id: `${gas}/statistics/${month}`, attributedTo: gas, name: "Ottobre" },
    ...{ "filiera:month": month, "filiera:istat": "041013", "filiera:families": "23", "filiera:orders": "6" },
    ...{ "filiera:euros": "1840", "filiera:producers": "5", "filiera:withheld": true, "filiera:cells": [CELL] },
    ...change,
  };
}

const sign = (document: JsonObject, by: string = GAS) => addProof(document, KEYS[by]!, NOW);
const keysOf = (gas: string) => [{ id: KEYS[gas]!.keyId, multibase: KEYS[gas]!.multibase }];

function openBook(t: Test) {
  const db = openMigrated();
  t.teardown(() => db.raw.close());
  const take = (document: JsonObject, gas = GAS, now = NOW) =>
    transact(db, (tx) => takeMonth(tx, gas, document, keysOf(gas), now));
  return { db, take };
}

t.test("a month is kept once, and known again after its group took another key", async (t) => {
  const { db, take } = openBook(t);
  t.equal(take(sign(write(GAS))), "kept");
  t.equal(take(sign(write(GAS))), "same");
  const fresh = keyOf(GAS);
  const other = [{ id: `${GAS}#ed25519-2`, multibase: fresh.multibase }];
  const again = addProof(write(GAS), { ...fresh, keyId: `${GAS}#ed25519-2` }, NOW);
  t.equal(takeMonth(db.orm, GAS, again, other, NOW), "same");
  t.same(listMonthIris(db.orm, GAS), [`${GAS}/statistics/2026-10`]);
});

t.test("the month of the golden file is read as the group's node writes it", async (t) => {
  const { db } = openBook(t);
  for (const [name, change] of [
    ["month", { families: 23, orders: 6, producers: 5, euros: 1840, istat: "041013", is_withheld: 1 }],
    ["month-untold", { families: 23, euros: null, istat: null, cells: "[]" }],
  ] as const) {
    const golden = new URL(`../../golden/statistics/${name}.json`, import.meta.url);
    const document = addProof(JSON.parse(readFileSync(golden, "utf8")), KEYS[GAS]!, NOW);
    t.equal(takeMonth(db.orm, GAS, document, keysOf(GAS), NOW), "kept", name);
    const row = db.raw.prepare("SELECT * FROM network_months").get() as { cells: string };
    t.match(row, change);
    if (name === "month")
      t.match(JSON.parse(row.cells), [
        { category: "formaggi", unit: "KGM", families: 11, lines: 14, ordered: 31, delivered: 29, euros: 410 },
        { category: "uova", unit: "H87", ordered: null, delivered: 96, euros: null },
      ]);
    dropMonths(db.orm, GAS);
  }
});

t.test("B12 a month that is another's, unsigned, signed by another key or altered is not taken", async (t) => {
  const { db, take } = openBook(t);
  t.match(take(sign(write(GAS)), OTHER), { refused: "not-owner" });
  t.match(take(sign(write(GAS, "2026-10", { attributedTo: OTHER }))), { refused: "not-owner" });
  t.match(take(sign(write(GAS, "2026-10", { id: `${OTHER}/statistics/2026-10` }))), { refused: "not-owner" });
  t.match(take(write(GAS)), { refused: "bad-proof" });
  t.match(take(sign(write(GAS), OTHER)), { refused: "bad-proof" });
  t.match(take(addProof(write(GAS), { ...KEYS[OTHER]!, keyId: KEYS[GAS]!.keyId }, NOW)), { refused: "bad-proof" });
  t.match(take({ ...sign(write(GAS)), "filiera:families": "24" }), { refused: "bad-proof" });
  t.same(listMonthIris(db.orm, GAS), []);
});

t.test("a second text about a month is not believed: the first stands", async (t) => {
  const { db, take } = openBook(t);
  take(sign(write(GAS)));
  t.match(take(sign(write(GAS, "2026-10", { "filiera:families": "22" }))), { refused: "other-text" });
  t.equal(db.raw.prepare("SELECT families FROM network_months").pluck().get(), 23);
});

t.test("B24 ten thousand cells, numbers beyond counting, what is no month: nothing of it is kept", async (t) => {
  const { db, take } = openBook(t);
  const cells = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...CELL, "filiera:category": `numero ${n}` }));
  const told = (change: JsonObject) => take(sign(write(GAS, "2026-10", change)));
  const asCell = (change: JsonObject) => told({ "filiera:cells": [{ ...CELL, ...change }] });
  const no = (field: string) => ({ refused: "not-a-month", field });
  t.match(told({ "filiera:cells": cells(10_000) }), no("cells"));
  t.match(told({ "filiera:cells": {} }), no("cells"));
  t.match(told({ "filiera:cells": ["formaggi"] }), no("cell"));
  t.match(told({ "filiera:cells": [CELL, CELL] }), no("category"));
  t.match(asCell({ "filiera:category": "x".repeat(81) }), no("category"));
  t.match(asCell({ "filiera:category": "--" }), no("category"));
  t.match(asCell({ "filiera:unit": "<b>" }), no("unit"));
  t.match(asCell({ "filiera:families": "24" }), no("families"));
  for (const bad of ["1e9", "-5", "05", "5.5", "1000000000", "", 5, null]) {
    t.match(asCell({ "filiera:delivered": bad }), no("delivered"));
    t.match(told({ "filiera:euros": bad }), no("euros"));
  }
  t.match(told({ "filiera:orders": [] }), no("orders"));
  t.match(told({ "filiera:istat": "Fano" }), no("istat"));
  t.match(told({ "filiera:month": "2026-13" }), no("month"));
  t.match(told({ type: "Document" }), no("month"));
  t.match(told({ "filiera:month": "2026-12" }), { refused: "month-not-over" });
  t.match(told({ "filiera:month": "2027-01" }), { refused: "month-not-over" });
  t.match(told({ "filiera:families": "4", "filiera:cells": [] }), { refused: "small-cell" });
  t.match(asCell({ "filiera:families": "4" }), { refused: "small-cell" });
  t.same(listMonthIris(db.orm, GAS), []);
  t.equal(told({ "filiera:cells": cells(500) }), "kept");
});

t.test(
  "B24 a group that publishes a month for every week of a century is not followed beyond twenty years",
  async (t) => {
    const { db, take } = openBook(t);
    const months = Array.from(
      { length: 241 },
      (_, n) => `${2000 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`,
    );
    const taken = months.map((month) => take(sign(write(GAS, month))));
    t.equal(taken.filter((one) => one === "kept").length, 240);
    t.match(taken.at(-1), { refused: "too-many-months" });
    t.equal(listMonthIris(db.orm, GAS).length, 240);
  },
);

t.test("what a group takes back is gone, and all of it when it publishes no more", async (t) => {
  const { db, take } = openBook(t);
  for (const month of ["2026-08", "2026-09", "2026-10"]) take(sign(write(GAS, month)));
  keepOnlyMonths(db.orm, GAS, [`${GAS}/statistics/2026-10`, `${GAS}/statistics/2026-08`]);
  t.equal(listMonthIris(db.orm, GAS).length, 2);
  dropMonths(db.orm, GAS);
  t.same(listMonthIris(db.orm, GAS), []);
});

t.test("a network sums what its groups publish, each unit apart, and whom it paused is in no sum", async (t) => {
  const { db, take } = openBook(t);
  const network = readNetwork(db);
  const pieces = { ...CELL, "filiera:unit": "H87", "filiera:families": "5", "filiera:delivered": "7" };
  const { "filiera:ordered": _, "filiera:euros": __, ...untold } = pieces;
  take(sign(write(GAS)));
  take(sign(write(GAS, "2026-11", { "filiera:families": "21", "filiera:withheld": false, "filiera:cells": [CELL] })));
  const { "filiera:istat": ___, "filiera:euros": ____, ...elsewhere } = write(OTHER);
  take(sign({ ...elsewhere, "filiera:cells": [{ ...CELL, "filiera:families": "6" }, untold] }, OTHER), OTHER);
  const span = { from: "2026-01", to: "2026-12" };
  t.equal(lastMonth(db.orm, network), "2026-11");
  t.match(readTotals(db.orm, network, { ...span, by: "comune" }), [
    { key: "", unit: null, sources: 1, families: 23, orders: 6, lines: 28, euros: 0, isPartial: true },
    { key: "041013", sources: 1, families: 23, orders: 12, lines: 28, euros: 3680, isPartial: true },
  ]);
  t.match(readTotals(db.orm, network, { ...span, by: "month" }), [
    { key: "2026-10", sources: 2, families: 46, orders: 12, euros: 1840, isPartial: true },
    { key: "2026-11", sources: 1, families: 21, orders: 6, euros: 1840, isPartial: false },
  ]);
  t.match(readTotals(db.orm, network, { ...span, by: "category" }), [
    {
      key: "formaggi",
      unit: "H87",
      sources: 1,
      families: 5,
      delivered: 7,
      ordered: 0,
      deliveredOfOrdered: 0,
      isPartial: true,
    },
    {
      key: "formaggi",
      unit: "KGM",
      sources: 2,
      families: 17,
      delivered: 87,
      ordered: 93,
      deliveredOfOrdered: 87,
      isPartial: false,
    },
  ]);
  t.equal(readTotals(db.orm, network, { from: "2026-11", to: "2026-11", by: "comune" }).length, 1);
  markReach(db.orm, { actorId: network, sourceUri: GAS }, { isPaused: true });
  t.same(
    readTotals(db.orm, network, { ...span, by: "month" }).map(({ key }) => key),
    ["2026-10"],
  );
  saveReach(db.orm, network, { uri: OTHER, via: network, depth: 1, standing: "one-sided" }, NOW);
  t.same(readTotals(db.orm, network, { ...span, by: "month" }), [], "nor who does not say that it is a member");
  t.equal(lastMonth(db.orm, network), null);
});

t.test("who is gone or may not be found any more is in no sum, whenever its months are taken out", async (t) => {
  const { db, take } = openBook(t);
  const network = readNetwork(db);
  take(sign(write(GAS)));
  const before = stateOfMonths(db.orm, network);
  for (const change of [{ isGone: true }, { isDiscoverable: false }]) {
    saveSource(db.orm, { ...newSource(GAS, NOW), isDiscoverable: true });
    t.equal(lastMonth(db.orm, network), "2026-10");
    saveSource(db.orm, { ...newSource(GAS, NOW), isDiscoverable: true, ...change });
    t.same(readTotals(db.orm, network, { from: "2026-01", to: "2026-12", by: "month" }), []);
    t.equal(lastMonth(db.orm, network), null);
    t.not(stateOfMonths(db.orm, network), before);
  }
});

t.test("the supply of a month is counted anew, not added to", async (t) => {
  const { db } = openBook(t);
  const network = readNetwork(db);
  t.notOk(hasSupply(db.orm, network, "2026-12"));
  const row = { istat: "", category: "formaggi", producers: 2, products: 9 };
  replaceSupply(db.orm, network, "2026-12", [row, { ...row, category: "miele" }]);
  replaceSupply(db.orm, network, "2026-12", [{ ...row, products: 8 }]);
  t.ok(hasSupply(db.orm, network, "2026-12"));
  t.same(listSupply(db.orm, network, { from: "2026-12", to: "2026-12" }), [{ ...row, month: "2026-12", products: 8 }]);
  t.same(listSupply(db.orm, network, { from: "2026-10", to: "2026-11" }), []);
});

/** A network that reads both groups. */
function readNetwork(db: ReturnType<typeof openMigrated>): string {
  return transact(db, (tx) => {
    const setting = { origin: "https://d.example", secret: Buffer.alloc(32), now: NOW, reserved: new Set<string>() };
    const made = createActor(tx, { kind: "district", handle: "rete", name: "Rete" }, setting);
    if (isRefusal(made)) throw new Error(made.refused);
    for (const uri of [GAS, OTHER]) {
      saveSource(tx, { ...newSource(uri, NOW), isDiscoverable: true });
      saveReach(tx, made.id, { uri, via: made.id, depth: 1, standing: "agreed" }, NOW);
    }
    return made.id;
  });
}
