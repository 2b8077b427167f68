// The counter line by line: several phones at once, the same form again and again, odd weights, undoing, the table out and back in.
import t, { type Test } from "tap";
import { transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { orderMoney } from "../../src/ledger/orderActions.ts";
import { decideRequest } from "../../src/ledger/requestActions.ts";
import { insertSeat } from "../../src/members/store.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder } from "../../src/orders/closeActions.ts";
import { closeDelivery, correctDelivery, markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import { listDamaged, listPortions, loadPortion, type Portion } from "../../src/orders/delivery/deliveryStore.ts";
import { previewSettlement } from "../../src/orders/delivery/settlementStore.ts";
import { handOutRest, undoPortion, writePortion } from "../../src/orders/handouts/actions.ts";
import {
  comparePortions,
  type Headings,
  PORTION_COLUMNS,
  readPortionRows,
  writePortionRows,
} from "../../src/orders/handouts/portionCsv.ts";
import { changeKey, listLastChanges } from "../../src/orders/handouts/store.ts";
import { listMoves, loadOrder } from "../../src/orders/store.ts";
import { makeGroup, NOW, sure } from "./group.ts";
import { makeGrove } from "./grove.ts";

/** 100 kg of oranges agreed with the grove, 60 for the one household and 40 for the other; two people at the counter. */
async function delivery(test: Test) {
  const group = makeGroup(test);
  const { buying, db } = group;
  const order = group.open({});
  const households = [60_000, 40_000].map((quantityThousandths, place) => {
    const who = group.addMember(`m${place}`);
    saveLimit(db.orm, { ...who, cents: 100_000, personId: "rita", setAt: NOW });
    const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" };
    sure(saveBasket(buying, { ...who, orderId: order.id, seenVersion: 0, wishes: [wish] }));
    return who.householdId;
  });
  const rita = { ...group.keyOf(order), personId: "rita" };
  insertSeat(db.orm, { personId: "m1", actorId: group.gas.id, role: "delivery", createdAt: NOW });
  sure(closeOrder(buying, rita));
  await makeGrove(group).accept(order.id);
  sure(markArrived(buying, rita));
  const at = (which: 0 | 1) => ({ householdId: households[which]!, lineNumber: 1, friendId: null });
  const written = (which: 0 | 1, numbers: number[], seenVersion: number | null = 0, isMeant = false) => ({
    ...{ place: at(which), numbers, seenVersion, isMeant },
  });
  return { ...group, orm: db.orm, id: order.id, rita, laura: { ...rita, personId: "m1" }, at, written };
}

t.test("C46 of two phones that write one line the slower is told both values, who and when", async (t) => {
  const { buying, rita, laura, written, orm, id, at, clock } = await delivery(t);
  clock.at = NOW + 60_000;
  t.match(writePortion(buying, laura, written(0, [59_000])), { deliveredThousandths: 59_000, version: 1 });
  clock.at = NOW + 120_000;
  t.match(writePortion(buying, rita, written(0, [61_000])), {
    ...{ refused: "clashing-weight", version: 1, personId: "m1", at: NOW + 60_000 },
    theirs: { deliveredThousandths: 59_000 },
  });
  t.match(loadPortion(orm, id, at(0)), { deliveredThousandths: 59_000 }, "nothing was overwritten");
  t.match(writePortion(buying, rita, written(0, [59_000])), { version: 1 }, "the same value is no clash");
  t.match(writePortion(buying, rita, written(0, [61_000], 1)), { deliveredThousandths: 61_000, version: 2 });
  t.match(listMoves(orm, id).at(-1), { to: "delivering" }, "the first line began the delivery");
});

t.test("A48 the form of a line counts once however often it is sent, and its key is of no other line", async (t) => {
  const { buying, rita, written, at, orm, id } = await delivery(t);
  for (let n = 0; n < 20; n++)
    t.match(writePortion(buying, rita, written(0, [59_000]), "form-0001"), {
      version: 1,
      deliveredThousandths: 59_000,
    });
  t.equal(listLastChanges(orm, id).get(changeKey(at(0)))?.version, 1);
  t.match(writePortion(buying, rita, written(1, [39_000]), "form-0001"), { refused: "key-reused" });
});

t.test("a weight nobody expects is asked about once and never in the way", async (t) => {
  const { buying, rita, written } = await delivery(t);
  t.match(writePortion(buying, rita, written(0, [600])), { refused: "implausible-weight" });
  t.match(writePortion(buying, rita, written(0, [600], 0, true)), { deliveredThousandths: 600 });
  t.match(writePortion(buying, rita, written(1, [0])), { deliveredThousandths: 0 }, "missing is never odd");
  t.match(writePortion(buying, rita, { ...written(1, [1]), place: { ...written(1, []).place, lineNumber: 2 } }), {
    refused: "no-such-portion",
  });
});

t.test("pieces are summed and kept apart; the last change can be taken back, and brought back", async (t) => {
  const { buying, rita, written, at } = await delivery(t);
  const undo = (seenVersion: number) => undoPortion(buying, rita, { place: at(0), seenVersion });
  t.match(undo(0), { refused: "nothing-to-undo" });
  t.match(writePortion(buying, rita, written(0, [30_120, 29_700])), {
    deliveredThousandths: 59_820,
    weights: [30_120, 29_700],
  });
  t.match(undo(0), { refused: "clashing-weight" });
  t.match(undo(1), { deliveredThousandths: null, weights: null, version: 2 });
  t.match(undo(2), { deliveredThousandths: 59_820, version: 3 });
});

t.test("what was charged is undone by reversal, once a second person says yes", async (t) => {
  const { buying, rita, written, at, orm, id, gas, db } = await delivery(t);
  sure(writePortion(buying, rita, written(0, [50_000])));
  t.match(closeDelivery(buying, rita), { state: "delivered", chargedCents: 15_750 });
  t.match(undoPortion(buying, rita, { place: at(0), seenVersion: 1 }), { refused: "wrong-state" });
  sure(correctDelivery(buying, rita, "La bilancia era in libbre"));
  sure(undoPortion(buying, rita, { place: at(0), seenVersion: 1 }));
  t.match(previewSettlement(orm, loadOrder(orm, gas.id, id)!), { chargedCents: 17_500 });
  const { requestId } = sure(closeDelivery(buying, rita, { memo: "La bilancia era in libbre" }));
  const decision = { ...{ actorId: gas.id, requestId: requestId ?? "", personId: "m1" }, reason: "", at: NOW };
  sure(transact(db, (tx) => decideRequest(tx, { ...decision, decision: "approved", ownHouseholdId: null })));
  t.match(orderMoney(orm, gas.id, id), { chargedCents: 17_500 });
});

t.test("as booked: whatever nobody has weighed yet, of one household or of a line, and twice is as once", async (t) => {
  const { buying, rita, written, orm, id, at } = await delivery(t);
  sure(writePortion(buying, rita, written(0, [59_000])));
  t.same(handOutRest(buying, rita, { householdIds: [at(1).householdId] }), { count: 1 });
  t.same(handOutRest(buying, rita, { lineNumber: 1 }), { count: 0 });
  const given = listPortions(orm, id).map(({ deliveredThousandths }) => deliveredThousandths);
  t.same(given.toSorted(), [40_000, 59_000]);
});

t.test("what came damaged is neither shared nor owed, and stays on record", async (t) => {
  const { buying, rita, orm, id, gas } = await delivery(t);
  sure(markArrived(buying, rita, new Map([[1, 90_000]]), new Map([[1, 10_000]])));
  t.same([...listDamaged(orm, id)], [[1, 10_000]]);
  t.equal(
    listPortions(orm, id).reduce((sum, { allocatedThousandths }) => sum + allocatedThousandths, 0),
    90_000,
  );
  t.match(previewSettlement(orm, loadOrder(orm, gas.id, id)!), { payableCents: 15_750 });
});

const HEADINGS = Object.fromEntries(PORTION_COLUMNS.map((column) => [column, column])) as Headings;

t.test("A51 a table that comes back two or three times changes the weights once", async (t) => {
  const { buying, rita, orm, id, written } = await delivery(t);
  sure(writePortion(buying, rita, written(1, [39_000])));
  const named = () => {
    const changes = listLastChanges(orm, id);
    return listPortions(orm, id).map((portion: Portion) => ({
      ...{ portion, version: changes.get(changeKey(portion))?.version ?? 0 },
      ...{ family: "Rossi", friend: "", product: "Arance", unit: "kg" },
    }));
  };
  const [head, ...rows] = writePortionRows(named(), HEADINGS).map((row) =>
    row.map((cell) => (typeof cell === "string" ? cell : cell.decimal)),
  );
  const filled = [head!, ...rows.map((row) => row.with(5, row[5] === "" ? "30,5 + 30" : row[5]!))];
  const shuffled = filled.map((row) => row.toReversed());
  for (let time = 1; time <= 3; time++) {
    const read = sure(readPortionRows(time === 2 ? shuffled : filled, [HEADINGS]));
    const { changes, bad, unchangedCount } = comparePortions(named(), read);
    t.same([changes.length, bad.length, unchangedCount], time === 1 ? [1, 0, 1] : [0, 0, 2], `time ${time}`);
    for (const { named: one, text } of changes) {
      const numbers = text.split("+").map((part) => Math.round(Number(part.trim().replace(",", ".")) * 1000));
      sure(writePortion(buying, rita, { place: one.portion, numbers, seenVersion: one.version, isMeant: true }));
    }
  }
});

t.test("a table says which rows it cannot read, which are odd, and which somebody changed since", async (t) => {
  const { orm, id } = await delivery(t);
  const portions = listPortions(orm, id).map((portion) => ({
    ...{ portion, version: 3, family: "Rossi", friend: "", product: "Arance", unit: "kg" },
  }));
  const rows = writePortionRows(portions, HEADINGS).map((row) =>
    row.map((cell) => (typeof cell === "string" ? cell : cell.decimal)),
  );
  const [head = [], one = [], two = []] = rows;
  const file = [
    head,
    one.with(5, "900").with(7, "2"),
    two.with(5, "un chilo"),
    one.with(5, "1"),
    one.with(6, "x").with(5, "1"),
  ];
  const { changes, bad } = comparePortions(portions, sure(readPortionRows(file, [HEADINGS])));
  t.match(changes, [{ isOdd: true, isClashing: true, text: "900" }]);
  t.same(
    bad.map(({ row, reason }) => [row, reason]),
    [
      [3, "not-a-number"],
      [4, "twice"],
      [5, "no-such-portion"],
    ],
  );
  t.match(readPortionRows([["a", "b"]], [HEADINGS]), { refused: "no-portion-columns" });
});
