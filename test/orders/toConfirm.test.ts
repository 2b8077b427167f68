// Baskets that a household confirms, where the group asks for it: they count before, two phones, the closing, a reopening.
import fc from "fast-check";
import t, { type Test } from "tap";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { bookForGroup, changeBasket, confirmBasket, saveBasket } from "../../src/orders/booking/basketActions.ts";
import { bookedTotals, loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { bookLate } from "../../src/orders/booking/lateActions.ts";
import { closeOrder, loadClosed, reopenOrder } from "../../src/orders/closeActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { loadOrder } from "../../src/orders/store.ts";
import { cancelOrder } from "../../src/orders/withdrawActions.ts";
import { CLOSING, DAY, makeGroup, NOW, PLAN, sure } from "./group.ts";

const JAR = { lineNumber: 2, friendId: null, toleranceThousandths: 0, note: "" };
const ASKING = { policies: { ...PLAN.policies, sendBy: "hand" as const, asksToConfirm: true } };

/** Marta and Ada in a group that asks; an order of oranges and honey. */
function start(t: Test, change: Partial<typeof PLAN> = ASKING) {
  const group = makeGroup(t);
  const people = Object.fromEntries(["marta", "ada"].map((name) => [name, group.addMember(name)]));
  for (const who of Object.values(people))
    saveLimit(group.db.orm, { ...who, cents: 100_000, personId: "rita", setAt: NOW });
  const order = group.open(change);
  const stateOf = (name: string) => loadBasket(group.db.orm, order.id, people[name]!.householdId);
  const placeOf = (name: string, by = name) => ({ ...people[name]!, orderId: order.id, personId: by });
  const book = (name: string, jars: number, by = name) => {
    const wish = { lineNumber: 2, friendId: null, quantityThousandths: jars * 1000, toleranceThousandths: 0, note: "" };
    const place = { ...placeOf(name, by), request: null };
    return changeBasket(group.buying, place, () => ({ wishes: jars === 0 ? [] : [wish] }));
  };
  const confirm = (name: string, { by = name, version = stateOf(name)?.version ?? 0 } = {}) =>
    confirmBasket(group.buying, { ...placeOf(name, by), version });
  return { group, order, book, confirm, stateOf, placeOf };
}

t.test("a basket is to be confirmed from its first tap, and again after each change", async (t) => {
  const { book, confirm, stateOf } = start(t);
  t.match(sure(book("marta", 2)).basket, { state: "draft", version: 1, totalCents: 1800 });
  t.match(sure(confirm("marta")).basket, { state: "confirmed", version: 2, totalCents: 1800 });
  t.match(sure(book("marta", 3)).basket, { state: "draft", version: 3 });
  t.match(sure(confirm("marta")).basket, { state: "confirmed" });
  t.match(sure(book("marta", 0)).basket, { state: "cancelled" });
  t.match(confirm("marta"), { refused: "no-such-basket" }, "there is nothing to confirm");
  t.equal(stateOf("marta")?.version, 5);
});

t.test("who confirms a basket that another phone changed meanwhile is told, and nothing is confirmed", async (t) => {
  const { book, confirm, stateOf } = start(t);
  sure(book("marta", 2));
  sure(book("marta", 5));
  t.same(confirm("marta", { version: 1 }), { refused: "stale-version", version: 2 });
  t.match(stateOf("marta"), { state: "draft", version: 2 });
  t.match(sure(confirm("marta", { version: 2 })).basket, { state: "confirmed" });
  t.match(confirm("marta", { version: 2 }), { refused: "stale-version" }, "the second phone draws the page anew");
});

t.test("a confirmation that is sent again counts once", async (t) => {
  const { group, book, placeOf, stateOf } = start(t);
  sure(book("marta", 2));
  const press = { ...placeOf("marta"), version: 1, onceKey: "confirm-marta-1" };
  const answers = [1, 2, 3].map(() => JSON.stringify(confirmBasket(group.buying, press)));
  t.equal(new Set(answers).size, 1);
  t.match(stateOf("marta"), { state: "confirmed", version: 2 });
});

t.test(
  "a member confirms the own household alone, the referente every one; what a referente changes is asked again",
  async (t) => {
    const { book, confirm } = start(t);
    sure(book("marta", 2));
    t.match(confirm("marta", { by: "ada" }), { refused: "not-yours" });
    t.match(sure(confirm("marta", { by: "rita" })).basket, { state: "confirmed", savedBy: "rita" });
    t.match(sure(book("marta", 3, "rita")).basket, { state: "draft" });
  },
);

t.test("a confirmation is never held up by a credit that shrank since", async (t) => {
  const { group, book, confirm, placeOf } = start(t);
  sure(book("marta", 2));
  saveLimit(group.db.orm, { ...placeOf("marta"), cents: 0, personId: "rita", setAt: NOW });
  t.match(sure(confirm("marta")).basket, { state: "confirmed", totalCents: 1800 });
});

t.test("confirmed or not, a basket counts the same: totals, credit, the order that leaves", async (t) => {
  const { group, ...first } = start(t);
  const outcomeOf = (asksToConfirm: boolean, presses: readonly { who: string; jars: number; confirms: boolean }[]) => {
    const order = group.open({ policies: { ...ASKING.policies, asksToConfirm } });
    for (const { who, jars, confirms } of presses) {
      const place = { ...first.placeOf(who), orderId: order.id };
      const wishes = jars === 0 ? [] : [{ ...JAR, quantityThousandths: jars * 1000 }];
      const { basket } = sure(changeBasket(group.buying, { ...place, request: null }, () => ({ wishes })));
      if (confirms && jars > 0) sure(confirmBasket(group.buying, { ...place, version: basket.version }));
    }
    const free = ["marta", "ada"].map(
      (name) => creditOf(group.db.orm, group.gas.id, first.placeOf(name).householdId).freeCents,
    );
    const totals = [...bookedTotals(group.db.orm, order.id)];
    sure(closeOrder(group.buying, group.keyOf(order)));
    const { orderedCents, lines } = loadClosed(group.db.orm, order.id)!.content;
    const { state } = loadOrder(group.db.orm, group.gas.id, order.id)!;
    if (state === "closed") sure(cancelOrder(group.buying, group.keyOf(order), "prova"));
    return { free, totals, orderedCents, lines, state };
  };
  const press = fc.record({ who: fc.constantFrom("marta", "ada"), jars: fc.nat(9), confirms: fc.boolean() });
  fc.assert(
    fc.property(fc.array(press, { minLength: 1, maxLength: 8 }), (presses) => {
      t.same(outcomeOf(true, presses), outcomeOf(false, presses));
    }),
    { numRuns: 15 },
  );
});

t.test(
  "the closing takes an unconfirmed basket as it stands and says so; reopened it is to be confirmed again",
  async (t) => {
    const { group, order, book, confirm, stateOf, placeOf } = start(t);
    sure(book("marta", 2));
    sure(book("ada", 1));
    sure(confirm("ada"));
    const closed = sure(closeOrder(group.buying, group.keyOf(order)));
    const said = () => loadClosed(group.db.orm, order.id)!.content;
    t.same(said().unconfirmed, [placeOf("marta").householdId]);
    t.equal(said().orderedCents, 2700, "nothing of it is lost");
    t.match([stateOf("marta"), stateOf("ada")], [{ state: "locked" }, { state: "locked" }]);
    const key = { ...group.keyOf(order), personId: "rita" };
    const late = { householdId: placeOf("ada").householdId, lineNumber: 2, quantityThousandths: 3000 };
    sure(bookLate(group.buying, key, late));
    t.same(said().unconfirmed, [placeOf("marta").householdId], "a later cut-off remembers it");
    const again = { reason: "manca un collo", closesAt: CLOSING + DAY };
    sure(reopenOrder(group.buying, group.keyOf(closed), again));
    t.match([stateOf("marta"), stateOf("ada")], [{ state: "draft" }, { state: "confirmed" }]);
  },
);

t.test("where every basket is confirmed the closing has nothing to say", async (t) => {
  const { group, order, book, confirm } = start(t);
  sure(book("marta", 2));
  sure(confirm("marta"));
  sure(closeOrder(group.buying, group.keyOf(order)));
  t.notOk("unconfirmed" in loadClosed(group.db.orm, order.id)!.content);
});

t.test("the signed text of a group that buys with us is its word: nobody asks it to confirm", async (t) => {
  const { group, order, placeOf } = start(t);
  const wish = { lineNumber: 2, friendId: null, quantityThousandths: 4000, toleranceThousandths: 0, note: "" };
  const place = { ...placeOf("ada") };
  t.match(sure(bookForGroup(group.buying, group.db.orm, place, [wish])).basket, { state: "confirmed" });
  t.equal((loadOrder(group.db.orm, group.gas.id, order.id) as Order).state, "open");
});

t.test("a whole basket that is saved at once is to be confirmed too", async (t) => {
  const { group, placeOf } = start(t);
  const wish = { lineNumber: 2, friendId: null, quantityThousandths: 1000, toleranceThousandths: 0, note: "" };
  const saved = saveBasket(group.buying, { ...placeOf("marta"), seenVersion: 0, wishes: [wish] });
  t.match(sure(saved).basket, { state: "draft" });
});
