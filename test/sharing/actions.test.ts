// An order that one group leads for another: two nodes, one producer who knows the lead alone.
import { Command } from "commander";
import t, { type Test } from "tap";
import { addOrderVerbs } from "../../src/cli/orderVerbs.ts";
import { readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { type Db, transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { loadBalance } from "../../src/ledger/store.ts";
import { listGroupHouseholds } from "../../src/members/households/groupStore.ts";
import { editOrder } from "../../src/orders/actions.ts";
import { refusalNote, takeCounter } from "../../src/orders/answers/answerActions.ts";
import { listHouseholdBookings } from "../../src/orders/booking/bookingStore.ts";
import type { OrderKey } from "../../src/orders/changeActions.ts";
import { closeOrder, reopenOrder, sendOrder } from "../../src/orders/closeActions.ts";
import { listDeliveryNotes, loadAgreement } from "../../src/orders/dealingStore.ts";
import { closeDelivery, correctDelivery, enterMoney, markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import type { Order } from "../../src/orders/order.ts";
import type { Modifier } from "../../src/orders/planning/modifiers.ts";
import { listSources } from "../../src/orders/sourceStore.ts";
import { answerNote, cancelOrder } from "../../src/orders/withdrawActions.ts";
import { closeEarly } from "../../src/sales/actions.ts";
import { dueCents } from "../../src/sales/deliveryNote.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { answerGroups, openShared, stopShared, viewShared } from "../../src/sharing/actions.ts";
import { loadShared } from "../../src/sharing/store.ts";
import { words } from "../../src/web/words.ts";
import { sure } from "../sales/cycles.ts";
import { confirmAll, type OrderTown, openOrderTown } from "../scenarios/orderTown.ts";
import { addJesi, carryOf, openLed } from "./led.ts";

const HOUR = 3_600_000;
const TRANSPORT: Modifier = {
  ...{ id: "m1", name: "Trasporto", kind: "transport", value: { cents: 1000 }, thresholdOn: null, thresholds: [] },
  ...{ splitBy: "weight", isRecomputedOnDelivery: true },
};

/** The order is closed and sent, and the farm has two crates of what it asks. Returns how much that was, in thousandths. */
async function shortenAtFarm(town: OrderTown, order: Order): Promise<number> {
  const sent = town.closeAndSend(order);
  await town.settle();
  const [oranges] = town.atFarm(town.atGas(sent).thread!)!.latest.lines;
  const wishes = [{ lineIri: oranges!.lineIri, quantityThousandths: 20_000 }];
  const change = { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note: "" } as const;
  sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), change));
  await town.settle();
  return oranges!.quantityThousandths;
}

/** The farm ships, the goods arrive, and the lead hands them out as they were allotted. */
async function handOut(town: OrderTown, order: Order, atCounter: () => void = () => {}): Promise<void> {
  const [farm, lead] = [town.farmHome.node.wire, town.gasHome.node.wire];
  sure(closeEarly(farm, town.cycleKey));
  await town.settle();
  confirmAll(town);
  sure(moveOrder(farm, town.farmKey(order), "ship", ""));
  sure(writeDeliveryNote(farm, town.farmKey(order), { deliveredByLine: new Map(), charges: [] }));
  await town.settle();
  sure(markArrived(lead, town.keyOf(order)));
  atCounter();
  sure(closeDelivery(lead, town.keyOf(order)));
}

/** Totals alone: nobody of theirs is known to us, and they are unknown to the farm. */
async function seeTotalsAlone(t: Test, { gasHome, farmHome, gas, farm }: OrderTown, { id }: Order): Promise<void> {
  const said = await showOrder(t, gasHome.node.db, id);
  t.match(said, /^altri gruppi {2}\S+ {2}1\n {2}confermato {2}[^\n]+\/jesi$/m, "the command line tells the same");
  const heard = ({ node }: OrderTown["gasHome"], actorId: string) =>
    node.db.raw
      .prepare("SELECT group_concat(CAST(bytes AS TEXT)) FROM thread_messages WHERE actor_id = ?")
      .pluck()
      .get(actorId);
  t.notMatch(heard(gasHome, gas.id), /Ugo|Pratofiorito|ugo@/);
  t.notMatch(heard(farmHome, farm.id), /jesi/);
}

/** What `filiera order show` says of the lead's order. */
async function showOrder(t: Test, db: Db, id: string): Promise<string> {
  const lines: string[] = [];
  const program = new Command();
  const { config } = readConfig([], { FILIERA_DATA: t.testdir() });
  addOrderVerbs(program, { config, say: words("it"), db: () => db, tell: (line) => lines.push(line) });
  await program.parseAsync(["order", "show", id, "--actor", "fano"], { from: "user" });
  return lines.join("\n");
}

/** What their note says is what our books charge them; they agree, and it is over. */
async function settleTheirs(
  t: Test,
  { farmHome, gasHome, gas }: OrderTown,
  side: { theirs: string; theirKey: OrderKey; householdId: string; carry: () => Promise<void> },
): Promise<void> {
  const { theirs, theirKey, householdId, carry } = side;
  const { wire, db } = farmHome.node;
  const [note] = listDeliveryNotes(db.orm, theirs);
  const owed = -loadBalance(gasHome.node.db.orm, gas.id, { kind: "household", ref: householdId });
  t.equal(dueCents(note!), owed, "to the cent");
  t.ok(
    note!.charges.some(({ name, cents }) => name === "Trasporto" && cents > 0),
    "with their share of the transport",
  );
  // Their households bear what they owe us, transport too, and not a cent besides.
  sure(markArrived(wire, theirKey));
  sure(closeDelivery(wire, { ...theirKey, personId: "ugo" }));
  t.equal(
    loadBalance(db.orm, theirKey.actorId, { kind: "producer", ref: gas.id }),
    owed,
    "their books say what ours say",
  );
  sure(answerNote(wire, theirKey, { documentIri: note!.documentIri, isAccepted: true, text: "" }));
  await carry();
  t.match(loadAgreement(db.orm, theirs), { status: "closed" });
}

t.test(
  "8.1 a group leads an order for another: one sum goes to the farm, what is short is shared, the note comes to the cent",
  async (t) => {
    const town = await openOrderTown(t, { rules: { answers: "hand" } });
    const { gasHome, farmHome, gas, settle, keyOf } = town;
    const carry = carryOf(town);
    const lead = gasHome.node.wire;
    const { orm } = lead.db;
    const other = await addJesi(town);
    const order = town.openNewOrder({ whenCaseOpen: "up" }, [TRANSPORT]);
    sure(town.book(order, 0, 1, 1));
    const key = keyOf(order);
    const tooLate = { freezesAt: order.closesAt, note: "", creditCents: 20_000 };
    t.match(openShared(lead, key, tooLate), { refused: "freeze-too-late" });
    sure(openShared(lead, key, { ...tooLate, freezesAt: order.closesAt - 24 * HOUR }));
    t.match(openShared(lead, key, tooLate), { refused: "already-shared" });
    await settle();
    await settle();

    const theirs = other.sendOrderOf(12, 2);
    await carry();
    const view = () => viewShared(orm, loadShared(orm, gas.id, order.id)!)!;
    t.equal(view().groups.length, 1);
    t.equal(view().groups[0]!.group?.problem, null);
    const [household] = listGroupHouseholds(orm, gas.id);
    t.equal(household?.peer, other.jesi.id);
    t.same(
      listHouseholdBookings(orm, order.id, household!.id).map((one) => `${one.lineNumber}: ${one.quantityThousandths}`),
      ["1: 12000", "2: 2000"],
      "what they signed stands in our own order, in kilograms and jars",
    );
    t.equal(other.orderAt(theirs).state, "confirmed", "held for them");

    t.equal(await shortenAtFarm(town, order), 30_000, "10 kg of ours and 12 kg of theirs: three crates");
    t.match(answerGroups(lead, key), { refused: "not-allotted" }, "nothing is agreed with the farm yet");
    sure(takeCounter(lead, key));
    await carry();
    t.equal(town.atGas(order).state, "confirmed");

    // Theirs is less than they asked: nothing is said by itself, the lead's word tells them.
    const [waiting] = view().groups;
    t.equal(waiting!.received.status, "accepted");
    const share = waiting!.allotted![0]!.quantityThousandths;
    t.ok(share < 12_000 && share > 9000, `${share} of twenty kilograms`);
    t.same(sure(answerGroups(lead, key)), { count: 1 });
    await settle();
    const theirKey = other.keyOf(theirs);
    sure(takeCounter(farmHome.node.wire, theirKey));
    await carry();

    const agreement = loadAgreement(farmHome.node.db.orm, theirs)!;
    t.match(agreement, { status: "confirmed" });
    t.equal(agreement.lines[0]!.quantityThousandths, share, "their members are allotted what there is");

    await handOut(town, order);
    await carry();
    await seeTotalsAlone(t, town, order);
    await settleTheirs(t, town, { theirs, theirKey, householdId: household!.id, carry });
    for (const home of [gasHome, farmHome]) t.same(findDamage(home.node.db), []);
  },
);

t.test(
  "8.1 what a group may not owe it is told at once and both sides keep what was agreed; a lead that stops says why",
  async (t) => {
    const { town, other, order, key, lead, orm, carry } = await openLed(t, 1000);
    const { farmHome, gas, settle } = town;
    const { wire } = farmHome.node;
    const theirs = other.sendOrderOf(12, 0);
    const theirKey = other.keyOf(theirs);
    await carry();
    const view = () => viewShared(orm, loadShared(orm, gas.id, order.id)!)!;
    const problem = () => view().groups[0]!.group?.problem ?? null;
    t.match(problem(), { refused: "credit-too-low", missingCents: 1280 }, "12 kg are 12.80 more than 10 euro");
    const [household] = listGroupHouseholds(orm, gas.id);
    const booked = () => listHouseholdBookings(orm, order.id, household!.id).map((one) => one.quantityThousandths);
    t.same(booked(), []);
    t.match(other.orderAt(theirs), { state: "closed", needsPerson: "refused" }, "nobody there thinks it is held");
    t.match(refusalNote(wire.db.orm, other.orderAt(theirs)), /^Superate di 12,80\s€/, "and they read by how much");
    const limit = { actorId: gas.id, householdId: household!.id, cents: 10_000, personId: "person0" };
    transact(lead.db, (tx) => saveLimit(tx, { ...limit, setAt: 0 }));
    sure(sendOrder(wire, theirKey));
    await carry();
    t.equal(problem(), null);
    t.same(booked(), [12_000]);

    // More than that again: the text before stands, here and there.
    other.revise(theirs, 90);
    await carry();
    t.match(problem(), { refused: "credit-too-low" });
    t.same(booked(), [12_000]);
    t.match(other.orderAt(theirs), { state: "confirmed", needsPerson: "revision-refused" });
    t.equal(loadAgreement(wire.db.orm, theirs)!.lines[0]!.quantityThousandths, 12_000);

    // It gives up when we have closed and sent nothing: the sum goes out without it.
    sure(town.book(order, 0, 1, 0));
    sure(closeOrder(lead, key));
    sure(cancelOrder(wire, theirKey, "abbiamo cambiato idea"));
    await carry();
    t.same(booked(), []);
    t.same([problem(), town.atGas(order).needsPerson], [null, null]);
    sure(reopenOrder(lead, key, { reason: "ancora un giorno", closesAt: order.closesAt }));
    const oranges = { lineIri: town.atGas(order).lines[0]!.goods.lineIri };
    sure(editOrder(lead, key, { lines: [oranges] }));
    await carry();
    t.same(
      view().cycle.lines.map(({ withdrawnAt }) => withdrawnAt === null),
      [true, false],
      "no honey for them either, and nothing else has changed",
    );
    t.match(stopShared(lead, key, " "), { refused: "no-reason" });
    sure(stopShared(lead, key, "Il furgone è rotto."));
    await carry();
    await settle();
    const offers = listSources(farmHome.node.db.orm, other.jesi.id, town.clock.at);
    t.notOk(
      offers.some(({ producerId }) => producerId === gas.id),
      "nobody orders there any more",
    );
    t.same(findDamage(lead.db), []);
  },
);

t.test(
  "8.1 a group that takes its order back and orders again gets the second, of two that run the first, and nothing of what it gives up late",
  async (t) => {
    const { town, other, order, key, lead, orm, carry } = await openLed(t, 50_000);
    const { farmHome, gas } = town;
    const { wire } = farmHome.node;
    const householdId = () => listGroupHouseholds(orm, gas.id)[0]!.id;
    const booked = () => listHouseholdBookings(orm, order.id, householdId()).map((one) => one.quantityThousandths);
    const problems = () => {
      const { groups } = viewShared(orm, loadShared(orm, gas.id, order.id)!)!;
      return groups.map(({ group }) => group?.problem?.refused ?? null).sort();
    };
    const first = other.sendOrderOf(12, 0);
    await carry();
    sure(cancelOrder(wire, other.keyOf(first), "abbiamo sbagliato"));
    await carry();
    const second = other.sendOrderOf(7, 0);
    await carry();
    await carry();
    t.same(booked(), [7000], "what they took back does not wipe out what they ordered after it");
    t.same(problems(), [null, null]);

    const beside = other.sendOrderOf(5, 0);
    await carry();
    t.same(booked(), [7000], "and a second order beside it neither");
    t.match(other.orderAt(beside), { state: "closed", needsPerson: "refused" }, "they are told in the same moment");
    t.match(refusalNote(wire.db.orm, other.orderAt(beside)), /aggiungete a quello/);

    sure(town.book(order, 0, 1, 0));
    sure(closeOrder(lead, key));
    sure(sendOrder(lead, key));
    await carry();
    other.revise(second, 9);
    await carry();
    t.match(other.orderAt(second), { state: "confirmed", needsPerson: "revision-refused" }, "our sum is out");

    sure(cancelOrder(wire, other.keyOf(second), "troppo tardi"));
    await carry();
    t.same(booked(), [7000], "what was booked stays on record");
    t.ok(problems().includes("gave-up-late"), "and whoever hands out reads that these goods are nobody's");
    await handOut(town, order);
    await carry();
    t.equal(loadBalance(orm, gas.id, { kind: "household", ref: householdId() }), 0, "they are charged nothing");
    t.match(loadAgreement(wire.db.orm, second), { status: "cancelled" });
    t.same(findDamage(lead.db), []);
  },
);

t.test(
  "8.1 a group that was not answered is confirmed when we hand out; a sum made at the counter is called one; a change after its yes is shown",
  async (t) => {
    const { town, other, order, key, lead, orm, carry } = await openLed(t, 50_000, "hand");
    const { gas } = town;
    const { wire } = town.farmHome.node;
    const theirs = other.sendOrderOf(12, 0);
    await carry();
    sure(town.book(order, 0, 1, 0));
    await shortenAtFarm(town, order);
    await carry();
    const householdId = listGroupHouseholds(orm, gas.id)[0]!.id;
    const group = () => viewShared(orm, loadShared(orm, gas.id, order.id)!)!.groups[0]!;
    t.equal(group().received.status, "accepted", "what there is for it is less than it asked, and nobody said so");
    const sum = { householdId, cents: 2500, memo: "si è contato insieme" };
    await handOut(town, order, () => void sure(enterMoney(lead, key, sum)));
    await carry();
    t.match(loadAgreement(wire.db.orm, theirs), { status: "confirmed" }, "what was agreed stands");
    const [note] = listDeliveryNotes(wire.db.orm, theirs);
    t.equal(dueCents(note!), 2500);
    t.match(note!.charges, [{ name: "Conto fatto al banco, al posto delle quantità" }]);
    sure(answerNote(wire, other.keyOf(theirs), { documentIri: note!.documentIri, isAccepted: true, text: "" }));
    await carry();
    t.match(loadAgreement(wire.db.orm, theirs), { status: "closed" });

    sure(correctDelivery(lead, key, "il conto era un altro"));
    sure(enterMoney(lead, key, { householdId, cents: 2600, memo: "una cassa in più" }));
    sure(closeDelivery(lead, key, { memo: "corretto" }));
    await carry();
    t.match(group().group?.problem, { refused: "note-settled", toldCents: 2500, chargedCents: 2600 });
    t.equal(listDeliveryNotes(wire.db.orm, theirs).length, 1, "what they signed is not written anew");
  },
);
