// Orders that arrive at a farm over the order channel, proven and judged, and what the farm says of itself or by hand.
import t from "tap";
import { suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { findPact } from "../../src/partners/pacts/pactStore.ts";
import { closeEarly, withdrawLine } from "../../src/sales/actions.ts";
import { cancelCycle, confirmCycle, freezeCycle } from "../../src/sales/closingActions.ts";
import { answerOrder, answerRequest, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { setQuotas } from "../../src/sales/quotaActions.ts";
import { stateOf } from "../../src/sales/received.ts";
import { loadNote } from "../../src/sales/receivedStore.ts";
import { readOwnCycle } from "../../src/sales/routes.ts";
import { sure } from "./cycles.ts";
import { openMarket } from "./market.ts";

for (const where of ["two", "one"] as const)
  t.test(
    `an order crosses from Offer to closed ${where === "two" ? "between two nodes" : "on one node"}`,
    async (t) => {
      const market = await openMarket(t, { where });
      const { gas, oranges, honey, settle, order, orderKey, said, wire, pass, cycle, key } = market;
      gas.offer([oranges(10), honey(3)]);
      await settle();
      t.match(order(), { status: "accepted", buyer: gas.actor.id, pickup: 1, priceDeltaHundredthsPercent: -500 });
      t.match(said(), [{ kind: "accepted", revision: 1, sequence: 1, status: "accepted" }]);
      await pass({ days: 8, minutes: 1 });
      t.equal(cycle().state, "closed");
      t.equal(order()?.status, "accepted", "a person confirms");
      sure(confirmCycle(wire(), key));
      t.match(order(), { status: "confirmed" });
      sure(moveOrder(wire(), orderKey(), "ship", "Parte domattina"));
      const delivered = new Map([[oranges(1).lineIri, 99_400]]);
      const note = sure(
        writeDeliveryNote(wire(), orderKey(), {
          deliveredByLine: delivered,
          charges: [{ name: "Trasporto", cents: 500 }],
        }),
      );
      t.match(note.fulfilments, [
        { quantityThousandths: 99_400, amountCents: 18_886 },
        { quantityThousandths: 3000, amountCents: 2850 },
      ]);
      await settle();
      const kept = said(gas).at(-1)!;
      t.match(kept, { kind: "delivery-note", sequence: 1, charges: [{ cents: 500 }] });
      const { digest } = market.lastSaid();
      const answerIri = `${gas.actor.id}/activities/thanks`;
      const about = { documentIri: note.documentIri, documentDigest: digest, thread: gas.thread };
      gas.say({ kind: "note-accepted", answerIri, ...about, text: "Grazie" });
      await settle();
      t.match(loadNote(wire().db.orm, market.farm.id, gas.thread), { state: "accepted", answer: "Grazie" });
      t.match(order(), { status: "closed" });
      t.same(
        said().map((message) => ("status" in message ? message.status : message.kind)),
        ["accepted", "confirmed", "shipped", "delivery-note", "delivered", "closed"],
      );
    },
  );

t.test(
  "I15 stock goes down with acceptance: the last crates go to the first, and more waits for the farmer",
  async (t) => {
    const { groups, oranges, settle, order, orderKey, said, wire } = await openMarket(t, { groups: 2, stock: 150 });
    const [first, second] = groups;
    first!.offer([oranges(10)]);
    await settle();
    second!.offer([oranges(8)]);
    await settle();
    t.match(order(first), { status: "accepted" });
    t.match(order(second), { status: null, waiting: ["not-available"] });
    const accept = { kind: "accept", mayOverdraw: false, note: "" } as const;
    t.match(answerOrder(wire(), orderKey(second), accept), { refused: "not-available" });
    const wishes = [{ lineIri: oranges(1).lineIri, quantityThousandths: 60_000 }];
    const change = { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note: "Ne restano 5" } as const;
    t.match(answerOrder(wire(), orderKey(second), change), {
      refused: "invalid-wishes",
      faults: [{ fault: "not-available" }],
    });
    const five = [{ lineIri: oranges(1).lineIri, quantityThousandths: 50_000 }];
    sure(answerOrder(wire(), orderKey(second), { ...change, wishes: five }));
    t.match(said(second), [{ kind: "countered", reason: "not-available", note: "Ne restano 5", lines: [oranges(5)] }]);
    second!.offer([oranges(5)], 2);
    await settle();
    t.match(order(second), { status: "accepted", agreed: { revision: 2 } });
  },
);

t.test("I15 a group sees and gets what its producer gives it, and another group learns nothing of it", async (t) => {
  const market = await openMarket(t, { groups: 2, stock: null });
  const { groups, oranges, settle, order, orderKey, pass, cycle, farm, gasHome, iri } = market;
  const wire = market.wire();
  const [first, second] = [groups[0]!, groups[1]!];
  const shown = (reader: string) => {
    const page = readOwnCycle(wire, `${iri}/lines`, reader) as {
      items: { publishes: { availableQuantity?: object } }[];
    };
    const left = page.items[0]!.publishes.availableQuantity;
    return { left, all: JSON.stringify([readOwnCycle(wire, iri, reader), page]) };
  };
  const before = shown(second.actor.id);
  const productId = `${farm.id}/catalog/${cycle().lines[0]!.goods.productIri.split("/").at(-1)}`;
  const set = (mostThousandths: number | null) =>
    setQuotas(wire, { actorId: farm.id, peer: first.actor.id, byId: null }, [{ productId, mostThousandths }]);
  t.match(set(73_000), { changed: 1 });
  t.match(set(73_000), { changed: 0 }, "the same again tells nobody");
  t.equal(cycle().sequence, 2);
  t.same(shown(first.actor.id).left, { hasUnit: "kilogram", hasNumericalValue: "73" });
  const told = (text: string) => text.replaceAll(/"(updated|revision|sequence)":("[^"]*"|\d+)/g, "");
  t.equal(told(shown(second.actor.id).all), told(before.all), "the other reads what it read before");
  first.offer([oranges(8)]);
  second.offer([oranges(20)]);
  await settle();
  t.match(order(first), { status: null, waiting: ["not-available"] });
  t.match(order(second), { status: "accepted" });
  const accept = { kind: "accept", mayOverdraw: false, note: "" } as const;
  t.match(answerOrder(wire, orderKey(first), accept), { refused: "not-available" });
  first.offer([oranges(7)], 2);
  await settle();
  t.match(order(first), { status: "accepted", agreed: { revision: 2 } });
  const letters = "SELECT count(*) FROM activities WHERE json LIKE '%\"73\"%'";
  t.equal(gasHome.node.db.raw.prepare(letters).pluck().get(), 0, "no letter says how much");
  t.match(set(null), { changed: 1 });
  t.equal(shown(first.actor.id).left, undefined);
  const stranger = { actorId: farm.id, peer: "https://x.example/x", byId: null };
  t.match(setQuotas(wire, stranger, [{ productId, mostThousandths: 1 }]), { refused: "no-such-pact" });
  await pass({ minutes: 1 });
});

t.test("I15 the farmer may promise more than there is, by saying so", async (t) => {
  const { gas, oranges, settle, order, orderKey, wire } = await openMarket(t, { stock: 50 });
  gas.offer([oranges(8)]);
  await settle();
  sure(answerOrder(wire(), orderKey(), { kind: "accept", mayOverdraw: true, note: "" }));
  t.match(order(), { status: "accepted" });
});

t.test("an Offer with a mistake is refused by itself, and the next revision is taken", async (t) => {
  const { gas, oranges, honey, settle, order, said } = await openMarket(t);
  gas.offer([{ ...oranges(2), amountCents: 1 }]);
  await settle();
  gas.offer([{ ...oranges(2), quantityThousandths: 15_000 }], 2);
  await settle();
  gas.offer([{ ...honey(2), unit: "kilogram" }], 3);
  await settle();
  gas.offer([{ ...honey(2), lineIri: `${honey(2).lineIri}9` }], 4);
  await settle();
  gas.offer([oranges(2)], 5);
  await settle();
  t.match(said(), [
    { kind: "rejected", reason: "amount" },
    { kind: "rejected", reason: "not-multiple" },
    { kind: "rejected", reason: "unit" },
    { kind: "rejected", reason: "unknown-line" },
    { kind: "accepted", revision: 5 },
  ]);
  t.match(order(), { agreed: { lines: [oranges(2)] } });
});

t.test(
  "C6 I12 an order at another's price, dearer or cheaper, is refused, and so is what comes after the delivery",
  async (t) => {
    const { gas, oranges, settle, order, orderKey, said, wire } = await openMarket(t);
    // 19.00 a crate under this pact; 20.00 on the list, 18.00 under a pact with twice the discount.
    for (const [place, crateCents] of [2000, 1800].entries()) {
      gas.offer([{ ...oranges(2), amountCents: 2 * crateCents }], place + 1);
      await settle();
      t.match(said().at(-1), { kind: "rejected", reason: "amount" }, `${crateCents}`);
    }
    gas.offer([oranges(2)], 3);
    await settle();
    t.match(order(), { status: "accepted", agreed: { lines: [oranges(2)] } });
    sure(moveOrder(wire(), orderKey(), "confirm", ""));
    sure(moveOrder(wire(), orderKey(), "ship", ""));
    sure(moveOrder(wire(), orderKey(), "deliver", ""));
    const before = order();
    const count = said().length;
    gas.offer([oranges(9)], 4);
    await settle();
    t.match(order(), { status: "delivered", agreed: before?.agreed });
    t.match(said().slice(count), [{ kind: "rejected" }]);
    const accept = { kind: "accept", mayOverdraw: true, note: "" } as const;
    t.match(answerOrder(wire(), orderKey(), accept), { refused: String });
    for (const act of ["confirm", "ship", "deliver", "cancel"] as const)
      t.match(moveOrder(wire(), orderKey(), act, "ripensato"), { refused: String }, act);
    t.match(order(), { status: "delivered", agreed: before?.agreed });
  },
);

t.test(
  "6.4 an order is in time for ten minutes after closing, then it is closed; a frozen cycle takes none",
  async (t) => {
    const { groups, oranges, settle, said, pass, wire, key } = await openMarket(t, { groups: 4 });
    const [early, late, tooLate, frozen] = groups;
    early!.offer([oranges(1)]);
    await pass({ days: 8, minutes: 2 });
    late!.offer([oranges(1)]);
    await settle();
    t.match(said(late), [{ kind: "accepted" }]);
    await pass({ minutes: 9 });
    tooLate!.offer([oranges(1)]);
    await settle();
    t.match(said(tooLate), [{ kind: "rejected", reason: "closed" }]);
    t.match(freezeCycle(wire(), key), { refused: "wrong-state" });
    frozen!.offer([oranges(1)]);
    await settle();
    t.match(said(frozen), [{ kind: "rejected", reason: "closed" }]);
  },
);

t.test("a frozen cycle refuses new orders as frozen and confirms what it holds", async (t) => {
  const { groups, oranges, settle, said, wire, key, order } = await openMarket(t, { groups: 2 });
  const [held, late] = groups;
  held!.offer([oranges(1)]);
  await settle();
  sure(freezeCycle(wire(), key));
  late!.offer([oranges(1)]);
  await settle();
  t.match(said(late), [{ kind: "rejected", reason: "frozen" }]);
  sure(closeEarly(wire(), key));
  sure(confirmCycle(wire(), key));
  t.match(order(held), { status: "confirmed" });
  t.match(order(late), { status: null });
});

t.test("a cycle is not confirmed while an order waits for its answer", async (t) => {
  const { gas, oranges, settle, wire, key, orderKey, order, cycle } = await openMarket(t, {
    rules: { answers: "hand" },
  });
  gas.offer([oranges(1)]);
  await settle();
  t.match(order(), { waiting: ["by-hand"], status: null });
  sure(closeEarly(wire(), key));
  t.match(confirmCycle(wire(), key), { refused: "orders-waiting", count: 1 });
  sure(answerOrder(wire(), orderKey(), { kind: "refuse", note: "Finite" }));
  sure(confirmCycle(wire(), key));
  t.equal(cycle().state, "confirmed");
  t.equal(stateOf(order()!), "rejected");
});

t.test(
  "6.4 a cycle that confirms itself does so ten minutes after closing, with what is agreed later too",
  async (t) => {
    const market = await openMarket(t, { groups: 2, rules: { confirms: "clock" }, stock: 100 });
    const { groups, oranges, settle, order, orderKey, pass, cycle, wire } = market;
    const [one, two] = groups;
    one!.offer([oranges(6)]);
    await settle();
    two!.offer([oranges(6)]);
    await pass({ days: 8 });
    t.match(order(one), { status: "accepted" });
    await pass({ minutes: 11 });
    t.match(order(one), { status: "confirmed" });
    t.equal(cycle().state, "closed", "one still waits");
    const wishes = [{ lineIri: oranges(1).lineIri, quantityThousandths: 40_000 }];
    sure(
      answerOrder(wire(), orderKey(two), {
        kind: "change",
        wishes,
        mayOverdraw: false,
        whenSilent: "cancel",
        note: "",
      }),
    );
    two!.offer([oranges(4)], 2);
    await settle();
    t.match(order(two), { status: "confirmed", agreed: { lines: [oranges(4)] } });
    t.equal(cycle().state, "confirmed");
  },
);

t.test("6.4 a proposal nobody answers lapses: refused, or what was agreed is confirmed or cancelled", async (t) => {
  const market = await openMarket(t, { groups: 3, rules: { answerHours: 24 }, stock: 60 });
  const { groups, oranges, settle, orderKey, pass, wire, key, said } = market;
  const [fresh, kept, dropped] = groups;
  for (const [group, crates] of [
    [kept, 2],
    [dropped, 2],
    [fresh, 9],
  ] as const) {
    group!.offer([oranges(crates)]);
    await settle();
  }
  sure(closeEarly(wire(), key));
  for (const [group, whenSilent] of [
    [fresh, "confirm"],
    [kept, "confirm"],
    [dropped, "cancel"],
  ] as const) {
    const wishes = [{ lineIri: oranges(1).lineIri, quantityThousandths: 10_000 }];
    const change = { kind: "change", wishes, mayOverdraw: false, whenSilent, note: "" } as const;
    sure(answerOrder(wire(), orderKey(group), change));
    t.match(answerOrder(wire(), orderKey(group), change), { refused: "wrong-state" }, "one proposal a revision");
  }
  await pass({ hours: 24, minutes: 5 });
  t.match(said(fresh).at(-1), { kind: "countered" });
  await pass({ minutes: 10 });
  t.match(said(fresh).at(-1), { kind: "rejected", reason: "not-available" });
  t.match(said(kept).at(-1), { kind: "status", status: "confirmed" });
  t.match(said(dropped).at(-1), { kind: "status", status: "cancelled" });
});

t.test("an Undo ends an order before it is confirmed; afterwards it is asked, and a person answers", async (t) => {
  const { groups, oranges, settle, order, orderKey, said, wire } = await openMarket(t, { groups: 3 });
  const [early, asked, early2] = groups;
  for (const group of [early, asked]) group!.offer([oranges(1)]);
  early2!.offer([{ ...oranges(1), amountCents: 1 }]);
  await settle();
  early!.undo();
  early2!.undo();
  sure(moveOrder(wire(), orderKey(asked), "confirm", ""));
  asked!.undo();
  await settle();
  t.match(said(early), [{ kind: "accepted" }, { kind: "status", status: "cancelled" }]);
  t.equal(stateOf(order(early2)!), "cancelled");
  t.match(order(asked), { status: "confirmed", request: {} });
  early!.offer([oranges(2)], 2);
  await settle();
  t.match(said(early).at(-1), { kind: "rejected", reason: "withdrawn" });
  sure(answerRequest(wire(), orderKey(asked), false, "Già raccolte"));
  t.match(said(asked).at(-1), { kind: "rejected", reason: "refused-by-producer", note: "Già raccolte" });
  t.match(order(asked), { status: "confirmed", request: null });
});

t.test("6.3.8 an Undo that comes before its Offer leaves a tombstone: the Offer is refused as withdrawn", async (t) => {
  const { gas, oranges, settle, said, order, gasHome, wire } = await openMarket(t, { where: "two" });
  gas.offer([oranges(1)]);
  const hold = gasHome.node.db.raw.prepare("UPDATE outbox SET next_at = ? WHERE lane = 'order' AND state = 'pending'");
  hold.run(Date.UTC(2030, 0, 1));
  gas.undo();
  t.ok(wire());
  gasHome.node.db.raw.prepare("UPDATE outbox SET thread = NULL WHERE state = 'pending'").run();
  await settle();
  gasHome.node.db.raw.prepare("UPDATE outbox SET next_at = 0 WHERE state = 'pending'").run();
  gasHome.node.db.raw.prepare("UPDATE peers SET next_at = 0").run();
  await settle();
  t.match(said(), [{ kind: "rejected", reason: "withdrawn" }]);
  t.equal(order() && stateOf(order()!), "cancelled");
});

t.test(
  "B15 B44 a suspended pact begins no order; one that runs is revised, confirmed and read at its prices",
  async (t) => {
    const { groups, oranges, settle, said, order, wire, farm } = await openMarket(t, { groups: 2 });
    const [runs, fresh] = groups;
    runs!.offer([oranges(2)]);
    await settle();
    for (const group of groups)
      sure(
        suspendPact(
          wire(),
          { actorId: farm.id, iri: findPact(wire().db.orm, farm.id, group.actor.id)!.pact.iri },
          null,
        ),
      );
    await settle();
    fresh!.offer([oranges(2)]);
    runs!.offer([oranges(1)], 2);
    await settle();
    t.match(said(fresh), [{ kind: "rejected", reason: "pact-suspended" }]);
    t.equal(order(fresh), undefined, "nothing of it is listed");
    t.match(order(runs), { status: "accepted", agreed: { revision: 2 } });
  },
);

t.test("a cancelled cycle cancels what is agreed in it and refuses what is not", async (t) => {
  const { groups, oranges, settle, said, wire, key } = await openMarket(t, { groups: 2, stock: 50 });
  const [agreed, waiting] = groups;
  agreed!.offer([oranges(3)]);
  await settle();
  waiting!.offer([oranges(9)]);
  await settle();
  sure(cancelCycle(wire(), key, "Grandine"));
  t.match(said(agreed).at(-1), { kind: "status", status: "cancelled", note: "Grandine" });
  t.match(said(waiting).at(-1), { kind: "rejected", reason: "refused-by-producer" });
});

t.test("of a line taken off the offer a group keeps what it has, and asks the farmer for more", async (t) => {
  const { gas, oranges, honey, settle, order, wire, key, said } = await openMarket(t);
  gas.offer([oranges(2), honey(1)]);
  await settle();
  sure(withdrawLine(wire(), key, 1));
  gas.offer([oranges(2), honey(4)], 2);
  await settle();
  t.match(said().at(-1), { kind: "accepted", revision: 2 });
  gas.offer([oranges(3), honey(4)], 3);
  await settle();
  t.match(order(), { waiting: ["not-available"], agreed: { revision: 2 } });
});
