// A GAS's dated copy of a farm's catalog: filled, told to be old, renewed, doubted.
import t from "tap";
import type { Arrival } from "../../../src/activitypub/inbox.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { digestOf } from "../../../src/activitypub/proof.ts";
import { listSecurityEvents, saveRemoteActor } from "../../../src/activitypub/store.ts";
import { removeProduct, saveProduct } from "../../../src/catalogs/actions.ts";
import { writeDigest } from "../../../src/catalogs/activities.ts";
import { createMirrorKeeper, matchFollows, wantMirror } from "../../../src/catalogs/mirror/actions.ts";
import { catalogsInboxRules } from "../../../src/catalogs/mirror/activities.ts";
import { deleteMirror, listMirrorItems, loadMirror } from "../../../src/catalogs/mirror/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { addPact, asRemote, type Farm, openFarm } from "../farm.ts";

const DAY = 86_400_000;

/** A farm and a GAS on one node: what they read of each other is what goes over HTTP, without HTTP. */
function together(t: Parameters<typeof openFarm>[0]) {
  const farm = openFarm(t);
  const gas = farm.addActor("gas-fano", "gas");
  const keeper = createMirrorKeeper(farm.wire);
  const shown = () => listMirrorItems(farm.wire.db.orm, gas.id, farm.actor.id, { limit: 100 });
  const mirror = () => loadMirror(farm.wire.db.orm, gas.id, farm.actor.id);
  return { farm, gas, keeper, shown, mirror };
}

const digestArrival = (farm: Farm, sequence: number, change: JsonObject = {}): Arrival => {
  const activity = writeDigest(farm.actor, { updatedAt: farm.clock.at, sequence, totalItems: 1 });
  const object = { ...(activity.object as JsonObject), ...change };
  const said = { ...activity, object };
  return {
    activity: said,
    sender: asRemote(farm),
    receiver: null,
    bytes: Buffer.from(JSON.stringify(said)),
    digest: digestOf(said),
    receivedAt: farm.clock.at,
    profile: "lenient",
  };
};

t.test("a followed farm's catalog is copied whole, with the time of the copy", async (t) => {
  const { farm, gas, keeper, shown, mirror } = together(t);
  for (let n = 0; n < 60; n++) farm.sells({ name: `Prodotto ${n}` });
  t.ok(wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at));
  await keeper.refreshDue();
  t.equal(shown().length, 60);
  t.match(mirror(), { fetchedAt: farm.clock.at, seenSequence: 60, failures: 0, lastError: null, isFullDue: false });
  t.equal(shown()[0]?.product.packagePriceCents, null, "no pact, no price");
});

t.test("a digest makes the copy due; only what changed is read, and what is gone is shown no more", async (t) => {
  const { farm, gas, keeper, shown, mirror } = together(t);
  const farro = farm.sells({ name: "Farro" });
  const ceci = farm.sells({ name: "Ceci" });
  addPact(farm, gas.id);
  wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  farm.clock.at += DAY / 2;
  saveProduct(farm.wire, farm.actor, {
    productId: farro.id,
    expectedVersion: 1,
    facts: { ...farro.facts, priceTenThousandths: 27_000 },
  });
  removeProduct(farm.wire, farm.actor, { productId: ceci.id, expectedVersion: 1 });
  let woken = 0;
  const [rule] = catalogsInboxRules(() => {
    woken++;
  });
  t.equal(
    transact(farm.wire.db, (tx) => rule!.receive(tx, digestArrival(farm, 4))),
    "applied",
  );
  t.equal(woken, 1);
  t.equal(mirror()?.dueAt, farm.clock.at);
  await keeper.refreshDue();
  t.match(shown(), [{ itemId: farro.id, version: 2, product: { packagePriceCents: 270 } }]);
  t.equal(shown().length, 1);
  t.match(mirror(), { seenSequence: 4, dueAt: farm.clock.at + DAY });
});

t.test("the same digest again, or an older one, makes nothing due", async (t) => {
  const { farm, gas, keeper, mirror } = together(t);
  farm.sells({ name: "Farro" });
  wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  const due = mirror()?.dueAt;
  const [rule] = catalogsInboxRules(() => {});
  transact(farm.wire.db, (tx) => rule!.receive(tx, digestArrival(farm, 1)));
  t.equal(mirror()?.dueAt, due);
});

t.test("a digest of a catalog we do not copy, or that is not the sender's, changes nothing", async (t) => {
  const { farm } = together(t);
  const [rule] = catalogsInboxRules(() => t.fail("nobody is woken"));
  const hear = (arrival: Arrival) => transact(farm.wire.db, (tx) => rule!.receive(tx, arrival));
  t.equal(hear(digestArrival(farm, 4)), "not-mine");
  t.equal(hear(digestArrival(farm, 4, { id: "https://p.example/other/catalog" })), "not-mine");
  t.match(hear(digestArrival(farm, 4, { attributedTo: "https://p.example/other" })), { refused: "not-owner" });
  t.match(hear(digestArrival(farm, 4, { sequence: "4" })), { refused: "bad-digest" });
});

t.test("B16 a product that says something else under the same time is shown as doubtful and noted", async (t) => {
  const { farm, gas, keeper, shown } = together(t);
  farm.sells({ name: "Farro" });
  const other = farm.addActor("gas-pesaro", "gas");
  wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  t.equal(shown()[0]?.isDoubtful, false);
  // A farm that does not keep its versions: the row is changed under the same `updated`.
  farm.wire.db.raw.exec("UPDATE product_versions SET facts = replace(facts, 'Farro', 'Farro di seconda scelta')");
  wantMirror(farm.wire.db.orm, other.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  const theirs = listMirrorItems(farm.wire.db.orm, other.id, farm.actor.id, { limit: 10 });
  t.match(theirs, [{ isDoubtful: true, product: { name: "Farro di seconda scelta" } }]);
  t.match(listSecurityEvents(farm.wire.db.orm, 5), [{ code: "equivocation", host: "p.example" }]);
});

t.test("two groups with different pacts have different prices and no doubt", async (t) => {
  const { farm, gas, keeper, shown } = together(t);
  farm.sells({ name: "Farro" });
  const other = farm.addActor("gas-pesaro", "gas");
  addPact(farm, gas.id, { priceDeltaHundredthsPercent: -1000 });
  addPact(farm, other.id);
  for (const { id } of [gas, other]) wantMirror(farm.wire.db.orm, id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  t.match(shown(), [{ isDoubtful: false, product: { packagePriceCents: 225 } }]);
  const theirs = listMirrorItems(farm.wire.db.orm, other.id, farm.actor.id, { limit: 10 });
  t.match(theirs, [{ isDoubtful: false, product: { packagePriceCents: 250 } }]);
});

t.test("a copy older than the farm's tombstones is read again as a whole, and what is gone goes", async (t) => {
  const { farm, gas, keeper, shown, mirror } = together(t);
  farm.sells({ name: "Farro" });
  const ceci = farm.sells({ name: "Ceci" });
  wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  removeProduct(farm.wire, farm.actor, { productId: ceci.id, expectedVersion: 1 });
  farm.clock.at += 100 * DAY;
  await keeper.refreshDue();
  t.match(shown(), [{ product: { name: "Farro" } }]);
  t.equal(shown().length, 1);
  t.match(mirror(), { failures: 0, fetchedAt: farm.clock.at });
});

t.test(
  "a node that does not answer leaves the copy as it was, with its age and the time of the next try",
  async (t) => {
    const { farm, gas, mirror } = together(t);
    const away = {
      ...asRemote(farm),
      id: "http://127.0.0.1:9/valle",
      document: { catalog: "http://127.0.0.1:9/valle/catalog" },
    };
    wantMirror(farm.wire.db.orm, gas.id, away, farm.clock.at);
    const keeper = createMirrorKeeper(farm.wire);
    await keeper.refreshDue();
    const held = loadMirror(farm.wire.db.orm, gas.id, away.id);
    t.match(held, { failures: 1, fetchedAt: null, dueAt: farm.clock.at + 60_000, lastError: /^unreachable/ });
    t.equal(mirror(), undefined);
  },
);

t.test("a pact that was concluded while nobody looked gets its copy by the clock", async (t) => {
  const { farm, gas, mirror } = together(t);
  saveRemoteActor(farm.wire.db.orm, asRemote(farm));
  addPact(farm, gas.id, {}, gas.id);
  matchFollows(farm.wire);
  t.match(mirror(), { isFullDue: true, termsKey: `${gas.id}/pacts/p.example 1` });
});

t.test(
  "a pact gets its copy the next time the clock comes round, and nothing is matched where nothing changed",
  async (t) => {
    const { farm, gas, mirror } = together(t);
    saveRemoteActor(farm.wire.db.orm, asRemote(farm));
    const [task] = createMirrorKeeper(farm.wire).tasks.filter(({ everyMs }) => everyMs === 0);
    await task?.run(farm.clock.at);
    t.equal(mirror(), undefined);
    addPact(farm, gas.id, {}, gas.id);
    await task?.run(farm.clock.at);
    t.match(mirror(), { termsKey: `${gas.id}/pacts/p.example 1` });
    deleteMirror(farm.wire.db.orm, gas.id, mirror()?.producerId ?? "");
    await task?.run(farm.clock.at);
    t.equal(mirror(), undefined);
  },
);

t.test("a copy without prices is read again as a whole once there is a pact", async (t) => {
  const { farm, gas, keeper, shown } = together(t);
  farm.sells({ name: "Farro" });
  wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  t.equal(shown()[0]?.product.packagePriceCents, null);
  addPact(farm, gas.id);
  addPact(farm, gas.id, {}, gas.id);
  t.equal(matchFollows(farm.wire), true);
  await keeper.refreshDue();
  t.match(shown(), [{ isDoubtful: false, product: { packagePriceCents: 250 } }]);
  t.equal(matchFollows(farm.wire), false);
});

t.test("a copy of a farm that is followed no more is dropped by the clock", async (t) => {
  const { farm, gas, keeper, shown, mirror } = together(t);
  farm.sells({ name: "Farro" });
  wantMirror(farm.wire.db.orm, gas.id, asRemote(farm), farm.clock.at);
  await keeper.refreshDue();
  matchFollows(farm.wire);
  t.equal(mirror(), undefined);
  t.same(shown(), []);
});
