// Orders before they close: made from what the grove offers, changed, opened, copied.
import t from "tap";
import { saveCopy } from "../../src/catalogs/announced/store.ts";
import {
  createOrder,
  discardOrder,
  duplicateOrder,
  editOrder,
  openOrder,
  scheduleOrder,
  unscheduleOrder,
} from "../../src/orders/actions.ts";
import { listSources } from "../../src/orders/sourceStore.ts";
import { listMoves, listOrders, loadOrder } from "../../src/orders/store.ts";
import { CLOSING, CYCLE, copyOf, DAY, GOODS, GROVE, HOUR, makeGroup, NOW, offered, PLAN, sure } from "./group.ts";

t.test(
  "an order takes over the goods of the cycle at the price the group sees, and keeps them when the grove changes its own",
  async (t) => {
    const { db, gas, draft, keyOf, buying } = makeGroup(t);
    t.match(listSources(db.orm, gas.id, NOW), [{ producerId: GROVE, cycleIri: CYCLE, name: "Agrumi" }]);
    const made = draft();
    const dearer = [offered(1, "Arance", { unit: "kilogram", thousandths: 10_000, cents: 9900 })];
    const key = { actorId: gas.id, producerId: GROVE, cycleIri: CYCLE };
    saveCopy(db.orm, key, { ...copyOf(dearer), sequence: 2 }, NOW, null);
    const opened = sure(openOrder(buying, keyOf(made)));
    t.match(opened.lines, [
      { number: 1, isOffered: true, goods: { name: "Arance", packageThousandths: 10_000, packagePriceCents: 1750 } },
      { number: 2, goods: { name: "Miele", wireUnit: "one", group: `${GROVE}/catalog/2` } },
    ]);
    t.same(loadOrder(db.orm, gas.id, made.id), opened, "as it was read back");
    t.match(listMoves(db.orm, made.id), [{ from: "draft", to: "open", mover: "referente", personId: "rita", at: NOW }]);
  },
);

t.test("nothing is ordered from who is no partner, from an offer that is over, or after the grove stops", async (t) => {
  const { buying, gas } = makeGroup(t);
  const wish = { actorId: gas.id, personId: "rita", producerId: GROVE, cycleIri: CYCLE, plan: PLAN, lines: [] };
  const refusals = [
    { ...wish, producerId: "https://other.example/p" },
    { ...wish, cycleIri: `${CYCLE}9` },
    { ...wish, cycleIri: null },
    { ...wish, lines: [{ lineIri: `${CYCLE}/9` }] },
    { ...wish, plan: { ...PLAN, closesAt: CLOSING + 2 * DAY } },
    { ...wish, plan: { ...PLAN, name: " " } },
    { ...wish, actorId: GROVE },
  ].map((one) => createOrder(buying, one));
  t.match(
    refusals.map((one) => "refused" in one && one.refused),
    ["no-pact", "no-such-offer", "no-such-offer", "no-such-line", "closing-after-producers", "bad-name", "not-found"],
  );
});

t.test(
  "an open order keeps its lines: one that goes is no longer offered, one that comes has the price of today",
  async (t) => {
    const { buying, db, gas, open, keyOf } = makeGroup(t);
    const order = open();
    const more = [...GOODS, offered(3, "Polli", { unit: "kilogram", thousandths: 1000, cents: 1180 })];
    saveCopy(
      db.orm,
      { actorId: gas.id, producerId: GROVE, cycleIri: CYCLE },
      { ...copyOf(more), sequence: 2 },
      NOW,
      null,
    );
    const choice = [{ lineIri: `${CYCLE}/1` }, { lineIri: `${CYCLE}/3` }];
    const edited = sure(editOrder(buying, keyOf(order), { lines: choice, plan: { name: "Agrumi e polli" } }));
    t.match(edited, { name: "Agrumi e polli", lines: [{ isOffered: true }, { isOffered: false }, { number: 3 }] });
    t.same(loadOrder(db.orm, gas.id, order.id), edited);
    t.match(editOrder(buying, keyOf(order), { lines: [] }), { refused: "last-line" });
  },
);

t.test("who saves over another's change is told, and changes nothing", async (t) => {
  const { buying, draft, keyOf } = makeGroup(t);
  const order = draft();
  const seen = { ...keyOf(order), seenUpdatedAt: order.updatedAt };
  sure(editOrder(buying, seen, { plan: { note: "Portate le cassette" } }));
  t.match(editOrder(buying, seen, { plan: { note: "Niente" } }), { refused: "stale-version" });
});

t.test("a draft that is thrown away is gone; an order that was opened is not", async (t) => {
  const { buying, db, gas, draft, open, keyOf } = makeGroup(t);
  sure(discardOrder(buying, keyOf(draft())));
  const opened = open();
  t.match(discardOrder(buying, keyOf(opened)), { refused: "wrong-state" });
  t.same(
    listOrders(db.orm, gas.id, { limit: 10 }).map(({ id }) => id),
    [opened.id],
  );
  t.match(openOrder(buying, { ...keyOf(opened), actorId: GROVE }), { refused: "not-found" });
});

t.test("a draft that was scheduled once is called off instead of forgotten", async (t) => {
  const { buying, db, gas, draft, keyOf } = makeGroup(t);
  const order = draft({ opensAt: NOW + HOUR });
  sure(scheduleOrder(buying, keyOf(order)));
  sure(unscheduleOrder(buying, keyOf(order)));
  t.match(discardOrder(buying, keyOf(order)), { discarded: order.id });
  t.match(loadOrder(db.orm, gas.id, order.id), { state: "cancelled", cancelReason: "discarded" });
});

t.test("a copy of an order is a draft with the same choice and rules at the prices of today", async (t) => {
  const { buying, db, gas, open, keyOf, clock } = makeGroup(t);
  const order = open({}, { maxThousandths: 30_000 });
  const dearer = [offered(1, "Arance", { unit: "kilogram", thousandths: 10_000, cents: 2000 })];
  saveCopy(
    db.orm,
    { actorId: gas.id, producerId: GROVE, cycleIri: CYCLE },
    { ...copyOf(dearer), sequence: 2 },
    NOW,
    null,
  );
  clock.at += HOUR;
  const copy = sure(duplicateOrder(buying, keyOf(order), { plan: { closesAt: CLOSING + DAY } }));
  t.match(copy, { state: "draft", name: order.name, revision: 0, closesAt: CLOSING + DAY });
  t.match(copy.lines, [{ goods: { packagePriceCents: 2000 }, rules: { maxThousandths: 30_000 } }]);
  t.equal(copy.lines.length, 1);
});

t.test("an order is scheduled only for an opening that is ahead", async (t) => {
  const { buying, draft, keyOf } = makeGroup(t);
  t.match(scheduleOrder(buying, keyOf(draft())), { refused: "opening-not-ahead" });
  t.match(scheduleOrder(buying, keyOf(draft({ opensAt: NOW + HOUR }))), { state: "scheduled" });
});
