// What a catalog says: the digest of a change, its pages for everybody and for partners, and what nobody may learn.
import { readFileSync } from "node:fs";
import t from "tap";
import { DOCUMENT } from "../../src/activitypub/context.ts";
import { isJsonObject, type JsonObject } from "../../src/activitypub/json.ts";
import { removeProduct, saveProduct } from "../../src/catalogs/actions.ts";
import { answerCatalog, answerProduct, type CatalogAnswer } from "../../src/catalogs/activities.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { packagePriceFor } from "../../src/catalogs/proposal.ts";
import { NO_QUOTA } from "../../src/catalogs/quota.ts";
import { introduce } from "../partners/standing.ts";
import { addFollower, addPact, NOON, openFarm } from "./farm.ts";
import { NAVEL } from "./navel.ts";

const DAY = 86_400_000;
const GAS = "https://g.example/g";
const golden = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));

const documentOf = (answer: ReturnType<typeof answerCatalog> | null): JsonObject => {
  if (!answer || "refused" in answer) throw new Error(`no document: ${JSON.stringify(answer)}`);
  return (answer as CatalogAnswer).document;
};
/** The document without its context, which is the one of PROTOCOL 12. */
const bare = (document: JsonObject | undefined): JsonObject => {
  const { "@context": context, ...rest } = document ?? {};
  t.same(context, DOCUMENT);
  return rest;
};
const itemsOf = (page: JsonObject) =>
  (page.items as JsonObject[]).map(({ type, id }) => [type, String(id).split("/").at(-1)]);

t.test("a product for everybody has neither price nor stock, as in the golden Proposal", async (t) => {
  const farm = openFarm(t);
  farm.sells(NAVEL);
  const answer = answerProduct(farm.wire, farm.actor.id, { id: GAS }, "nav10");
  t.equal(answer?.isRestricted, false);
  t.same(bare(answer?.document), golden("proposal-public"));
});

t.test("a partner reads the price of its pact, 4 % less, as in the golden Proposal", async (t) => {
  const farm = openFarm(t);
  farm.sells(NAVEL);
  addPact(farm, GAS, { priceDeltaHundredthsPercent: -400 });
  const answer = answerProduct(farm.wire, farm.actor.id, { id: GAS }, "nav10");
  t.equal(answer?.isRestricted, true);
  t.same(bare(answer?.document), golden("proposal-partner"));
});

t.test("the price of a whole crate after the pact's change is rounded once, to the cent", async (t) => {
  const terms = (priceDeltaHundredthsPercent: number) => ({
    priceDeltaHundredthsPercent,
    includes: () => true,
    quotaOf: NO_QUOTA,
  });
  const crate = { ...startFacts("Arance Navel", 17_555, "KGM"), supplierStepThousandths: 10_000 };
  t.equal(packagePriceFor(crate, terms(0)), 1756);
  t.equal(packagePriceFor(crate, terms(-400)), 1685);
});

t.test("a picture is served by the node of who sells, with its words for who cannot see it", async (t) => {
  const farm = openFarm(t);
  const hash = "0f".repeat(32);
  farm.sells({ ...NAVEL, images: [{ hash, alt: "Una cassetta di arance" }] });
  const image = {
    type: "Image",
    mediaType: "image/jpeg",
    url: `${new URL(farm.actor.id).origin}/media/${hash}.jpg`,
    name: "Una cassetta di arance",
  };
  t.same(answerProduct(farm.wire, farm.actor.id, null, "nav10")?.document.image, [image]);
});

t.test(
  "a new product is told once to each node of followers and partners, without a word of the product",
  async (t) => {
    const farm = openFarm(t);
    addFollower(farm, GAS);
    addFollower(farm, "https://g.example/other");
    addPact(farm, GAS);
    introduce(farm.wire.db.orm, GAS);
    addPact(farm, "https://h.example/h");
    farm.sells(NAVEL);
    const [digest, ...more] = farm.posted();
    t.same(more, []);
    t.same(digest?.inboxes, ["https://g.example/inbox", "https://h.example/h/inbox"]);
    const { id, ...said } = bare(digest?.activity);
    t.match(String(id), /^https:\/\/p\.example\/valle\/activities\/[a-z2-7]{26}$/);
    t.same(said, golden("catalog-digest"));
  },
);

t.test("what was removed stays as a tombstone, as in the golden one", async (t) => {
  const farm = openFarm(t);
  const { id } = farm.sells(NAVEL);
  farm.clock.at += DAY;
  removeProduct(farm.wire, farm.actor, { productId: id, expectedVersion: 1 });
  t.same(bare(answerProduct(farm.wire, farm.actor.id, null, "nav10")?.document), golden("catalog-tombstone"));
});

t.test("120 products come in three pages of fifty at most, each once", async (t) => {
  const farm = openFarm(t);
  for (let n = 1; n <= 120; n++) farm.sells({ name: `Prodotto ${n}` });
  const base = `${farm.actor.id}/catalog`;
  const root = documentOf(answerCatalog(farm.wire, farm.actor.id, null, {}, base));
  t.match(root, { type: "Collection", id: base, totalItems: 120, sequence: 120 });
  const seen: string[] = [];
  const sizes: number[] = [];
  let next: unknown = root.first;
  while (typeof next === "string") {
    const query = Object.fromEntries(new URL(next).searchParams);
    const page = documentOf(answerCatalog(farm.wire, farm.actor.id, null, query, next));
    t.equal(page.id, next);
    t.equal(page.partOf, base);
    sizes.push((page.items as unknown[]).length);
    seen.push(...(page.items as JsonObject[]).map(({ id }) => String(id)));
    next = page.next;
  }
  t.same(sizes, [50, 50, 20]);
  t.equal(new Set(seen).size, 120);
});

t.test("whoever asks with the last time it saw, verbatim, gets what changed since and what is gone", async (t) => {
  const farm = openFarm(t);
  farm.sells({ name: "Farro" });
  const ceci = farm.sells({ name: "Ceci" });
  const root = documentOf(answerCatalog(farm.wire, farm.actor.id, null, {}, "x"));
  farm.sells({ name: "Olio" });
  removeProduct(farm.wire, farm.actor, { productId: ceci.id, expectedVersion: 1 });
  const query = { updatedAfter: String(root.updated) };
  const changed = documentOf(answerCatalog(farm.wire, farm.actor.id, null, query, "x"));
  t.ok(isJsonObject(changed.first));
  t.same(itemsOf(changed.first as JsonObject), [
    ["Proposal", "olio"],
    ["Tombstone", "ceci"],
  ]);
});

t.test("changes of one second are told apart, so that none is missed between two questions", async (t) => {
  const farm = openFarm(t);
  const times = ["Farro", "Ceci", "Olio"].map((name) => farm.sells({ name }).updatedAt);
  t.same(times, [NOON, NOON + 1000, NOON + 2000]);
});

t.test("a question older than the tombstones is told to read everything again", async (t) => {
  const farm = openFarm(t);
  farm.sells(NAVEL);
  const ask = (updatedAfter: string) => answerCatalog(farm.wire, farm.actor.id, null, { updatedAfter }, "x");
  t.match(ask("2026-08-01T00:00:00Z"), { refused: "gone" });
  t.notMatch(ask("2026-09-01T00:00:00Z"), { refused: "gone" });
  t.match(ask("yesterday"), { refused: "bad-request" });
  t.match(answerCatalog(farm.wire, farm.actor.id, null, { after: "1; DROP TABLE" }, "x"), { refused: "bad-request" });
});

t.test(
  "B37 the prices of one pact are for its GAS alone: another partner, a follower and a stranger do not see them",
  async (t) => {
    const farm = openFarm(t);
    farm.sells(NAVEL);
    addFollower(farm, "https://f.example/f");
    addPact(farm, GAS, { priceDeltaHundredthsPercent: -400 });
    addPact(farm, "https://h.example/h", { priceDeltaHundredthsPercent: 1000 });
    const read = (reader: string | null) => {
      const who = reader === null ? null : { id: reader };
      return JSON.stringify(bare(documentOf(answerCatalog(farm.wire, farm.actor.id, who, { after: "start" }, "x"))));
    };
    t.match(read(GAS), /"16\.80"/);
    t.match(read("https://h.example/h"), /"19\.25"/);
    for (const reader of [null, "https://f.example/f", "https://x.example/x"])
      t.notMatch(read(reader), /reciprocal|unitPrice|availableQuantity|16\.80|19\.25/);
  },
);

t.test("a pact about some products shows those and no others", async (t) => {
  const farm = openFarm(t);
  const farro = farm.sells({ name: "Farro" });
  farm.sells({ name: "Ceci" });
  addPact(farm, GAS, { catalogSubset: [farro.id] });
  const page = documentOf(answerCatalog(farm.wire, farm.actor.id, { id: GAS }, { after: "start" }, "x"));
  t.same(itemsOf(page), [["Proposal", "farro"]]);
  t.equal(answerProduct(farm.wire, farm.actor.id, { id: GAS }, "ceci"), null);
});

t.test("a pact in which the farm buys gives the other side no view of the farm's prices", async (t) => {
  const farm = openFarm(t);
  farm.sells(NAVEL);
  const mill = farm.addActor("mulino", "producer");
  addPact({ wire: farm.wire, actor: mill }, farm.actor.id);
  const answer = answerProduct(farm.wire, farm.actor.id, { id: mill.id }, "nav10");
  t.equal(answer?.isRestricted, false);
});

t.test(
  "a product paused for the winter is a tombstone for readers, and comes back with its next version",
  async (t) => {
    const farm = openFarm(t);
    const { id, facts } = farm.sells({ name: "Fragole", isActive: false });
    t.match(answerProduct(farm.wire, farm.actor.id, null, "fragole")?.document, { type: "Tombstone", id });
    saveProduct(farm.wire, farm.actor, { productId: id, expectedVersion: 1, facts: { ...facts, isActive: true } });
    t.match(answerProduct(farm.wire, farm.actor.id, null, "fragole")?.document, { type: "Proposal", id });
  },
);
