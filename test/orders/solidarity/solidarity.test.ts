// A group shares with families it knows by trees: gifts that go with orders, the fund, goods left for others; on one database.
import t, { type Test } from "tap";
import { transact } from "../../../src/db/transact.ts";
import { instantOfRome } from "../../../src/kernel/time.ts";
import { checkLedger } from "../../../src/ledger/checkStore.ts";
import { saveLimit } from "../../../src/ledger/creditStore.ts";
import { moveMoney, topUp } from "../../../src/ledger/moneyActions.ts";
import { reverse } from "../../../src/ledger/postActions.ts";
import { findByKey, loadBalance } from "../../../src/ledger/store.ts";
import { acceptInvitation, checkInvitation } from "../../../src/members/actions.ts";
import { householdOf } from "../../../src/members/households/householdStore.ts";
import { leaveGroup } from "../../../src/members/households/leaveActions.ts";
import { insertSeat, loadPersonRow } from "../../../src/members/store.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { listHouseholdBookings } from "../../../src/orders/booking/bookingStore.ts";
import { closeOrder } from "../../../src/orders/closeActions.ts";
import { closeDelivery, markArrived } from "../../../src/orders/delivery/deliveryActions.ts";
import {
  moveFamily,
  nameFamily,
  renewFamilyCode,
  renewFamilyLink,
} from "../../../src/orders/solidarity/familyActions.ts";
import {
  allocate,
  chooseGift,
  chooseRules,
  fundClockTasks,
  giftClockTasks,
  proposeShares,
} from "../../../src/orders/solidarity/fundActions.ts";
import {
  countHelped,
  listDueGifts,
  listFamilies,
  listGiftRuns,
  listPassed,
  listSuspended,
  listTurns,
} from "../../../src/orders/solidarity/store.ts";
import {
  giveSuspended,
  leaveSuspended,
  listPresent,
  settleSuspended,
  takeBackPass,
} from "../../../src/orders/solidarity/suspendedActions.ts";
import { DAY, MINUTE, makeGroup, sure } from "../group.ts";
import { makeGrove } from "../grove.ts";

const KEYS = Array.from({ length: 20 }, (_, i) => `${"abcdefghijklmnopqrstuvwxyz"[i]}`.repeat(26));
const SETTLED = () => ({ balanceCents: 0, reservedCents: 0, depositCents: 0 });

/** A group with a treasurer and a household that has 500 euros; `named` makes families. */
function makeFund(test: Test) {
  const group = makeGroup(test);
  const { db, clock, gas } = group;
  const house = {
    db,
    clock,
    origin: "https://g.example",
    secret: Buffer.alloc(32, 7),
    mailer: null,
    language: "it",
  } as const;
  const anna = group.addMember("anna");
  insertSeat(db.orm, { personId: "rita", actorId: gas.id, role: "treasurer", createdAt: clock.at });
  const act = { actorId: gas.id, memo: "", at: clock.at, personId: "rita", ownHouseholdId: null };
  const fill = (cents: number, businessKey: string) =>
    transact(db, (tx) =>
      sure(topUp(tx, { householdId: anna.householdId, till: "bank", cents }, { ...act, businessKey })),
    );
  fill(50_000, "fill");
  const named = (points: number, capCents: number, service = "Sportello Aurora") =>
    sure(nameFamily(house, gas.id, { points, capCents, service }, "rita"));
  const fundCents = () => loadBalance(db.orm, gas.id, { kind: "solidarity" });
  const balanceOf = (householdId: string) => loadBalance(db.orm, gas.id, { kind: "household", ref: householdId });
  const bring = () => giftClockTasks(house)[0]!.run(clock.at);
  const share = (onceKey: string) =>
    allocate(group.buying, gas.id, "rita", {
      ...{ onceKey, memo: "Fondo" },
      stamp: proposeShares(db.orm, gas.id, clock.at).stamp,
    });
  return { ...group, house, anna, named, fundCents, balanceOf, bring, share, act };
}

/** An order of which anna has 40 kg, delivered and charged; `leave`: so much of it for others. */
async function chargeAnna(fund: ReturnType<typeof makeFund>, { leave = 0, isClosed = true, berta = "" } = {}) {
  const { buying, db, anna, keyOf, clock } = fund;
  saveLimit(db.orm, { ...anna, cents: 100_000, setAt: clock.at });
  const order = fund.open({ closesAt: clock.at + 7 * DAY, pickups: [] });
  const wish = { lineNumber: 1, friendId: null, quantityThousandths: 41_000, toleranceThousandths: 0, note: "" };
  sure(saveBasket(buying, { ...anna, orderId: order.id, seenVersion: 0, wishes: [wish] }));
  if (berta !== "") {
    const other = { actorId: fund.gas.id, householdId: berta, personId: "berta" };
    saveLimit(db.orm, { ...other, cents: 100_000, setAt: clock.at });
    sure(saveBasket(buying, { ...other, orderId: order.id, seenVersion: 0, wishes: [wish] }));
  }
  if (leave > 0)
    sure(leaveSuspended(buying, { ...anna, orderId: order.id, name: "Spesa sospesa", onceKey: KEYS[9]! }, 1, leave));
  const rita = keyOf(order);
  sure(closeOrder(buying, rita));
  await makeGrove(fund).accept(order.id);
  sure(markArrived(buying, rita));
  if (isClosed) sure(closeDelivery(buying, rita));
  return { order, rita };
}

t.test("A48 a gift goes with an order once, whatever the clock does, and only from what is free", async (t) => {
  const fund = makeFund(t);
  const { db, anna, gas, bring, fundCents, clock } = fund;
  chooseGift(fund.buying, anna, { centsPerOrder: 100, roundsUp: true });
  clock.at += MINUTE;
  const berta = fund.addMember("berta");
  chooseGift(fund.buying, berta, { centsPerOrder: 100, roundsUp: false });
  const { order } = await chargeAnna(fund, { berta: berta.householdId });
  const charged = 50_000 - fund.balanceOf(anna.householdId);
  const gift = 100 + ((100 - (charged % 100)) % 100);
  t.equal(listDueGifts(db.orm, 0, 10).length, 2);
  for (let i = 0; i < 3; i++) bring();
  t.equal(fundCents(), gift);
  t.equal(fund.balanceOf(anna.householdId), 50_000 - charged - gift);
  t.match(listGiftRuns(db.orm, gas.id, anna.householdId, 9), [{ orderId: order.id, state: "given", cents: gift }]);
  t.match(listGiftRuns(db.orm, gas.id, berta.householdId, 9), [{ state: "skipped" }], "never on credit, and said once");
  t.same(listDueGifts(db.orm, 0, 10), []);
  t.same(checkLedger(db.orm), []);
});

t.test("a gift that is changed goes with the orders to come, never with those charged before", async (t) => {
  const fund = makeFund(t);
  const { db, anna, gas, clock, bring, balanceOf } = fund;
  chooseGift(fund.buying, anna, { centsPerOrder: 0, roundsUp: true });
  await chargeAnna(fund);
  const left = balanceOf(anna.householdId);
  t.equal((50_000 - left) % 100, 0, "a charge of whole euros, which rounding up gives nothing with");
  bring();
  clock.at += MINUTE;
  chooseGift(fund.buying, anna, { centsPerOrder: 200, roundsUp: false });
  bring();
  t.equal(balanceOf(anna.householdId), left);
  t.same(listGiftRuns(db.orm, gas.id, anna.householdId, 9), []);
});

t.test("a family that left has no part in the fund, nor a turn, nor a new link", async (t) => {
  const fund = makeFund(t);
  const { house, gas, db, clock } = fund;
  const [elm, lime] = [fund.named(5, 3000), fund.named(3, 3000)];
  const token = elm.url.split("/").at(-1)!;
  const { personId } = sure(acceptInvitation(house, token, { name: "", email: null }, SETTLED));
  const desk = { ...fund.buying, standingOf: SETTLED };
  sure(leaveGroup(desk, { actorId: gas.id, personId }, personId));
  const { shares } = proposeShares(db.orm, gas.id, clock.at);
  t.same(
    shares.map(({ family }) => family.name),
    [lime.name],
  );
  t.match(listTurns(db.orm, gas.id, 0), [{ name: lime.name }]);
  t.equal(listTurns(db.orm, gas.id, 0).length, 1);
  t.match(renewFamilyLink(house, gas.id, elm.code, "rita"), { refused: "family-ended" });
});

t.test("I9 I10 after a month of gifts, grants and a reversal the fund is what the ledger says", async (t) => {
  const fund = makeFund(t);
  const { db, gas, clock, fundCents, balanceOf, share, buying } = fund;
  chooseRules(buying, gas.id, { perOrderCents: 100, roundsUp: false, monthlyPercent: 50 }, "rita");
  chooseGift(buying, fund.anna, { centsPerOrder: 10_000, roundsUp: false });
  await chargeAnna(fund);
  fund.bring();
  t.equal(fundCents(), 10_000);
  const [elm, lime] = [fund.named(3, 9000), fund.named(2, 9000)];
  t.equal(sure(share(KEYS[0]!)).cents, 5000);
  t.same([balanceOf(elm.householdId), balanceOf(lime.householdId), fundCents()], [3000, 2000, 5000]);
  t.match(share(KEYS[1]!), { refused: "nobody-next" }, "once a month");
  const grant = (householdId: string) => {
    const { id } = listFamilies(db.orm, gas.id).find((one) => one.householdId === householdId)!;
    return findByKey(db.orm, gas.id, `fund:2026-11:${id}`)!.id;
  };
  const undo = { actorId: gas.id, at: clock.at, personId: "rita", approvedBy: "anna", memo: "sbaglio" };
  transact(db, (tx) => sure(reverse(tx, { ...undo, transactionId: grant(lime.householdId) })));
  t.same([balanceOf(lime.householdId), fundCents()], [0, 7000]);
  t.match(share(KEYS[2]!), { granted: 1, cents: 3500 }, "who had it taken back gets it anew");
  t.equal(balanceOf(elm.householdId), 3000);
  t.equal(countHelped(db.orm, gas.id, "2026-01-01"), 2);
  t.same(checkLedger(db.orm), []);
});

t.test("A48 sharing out is sent twice and happens once; what is no more as it was seen is refused", async (t) => {
  const fund = makeFund(t);
  const { buying, gas, db, clock, anna } = fund;
  chooseGift(buying, anna, { centsPerOrder: 10_000, roundsUp: false });
  await chargeAnna(fund);
  fund.bring();
  const elm = fund.named(3, 9000);
  const { stamp } = proposeShares(db.orm, gas.id, clock.at);
  const form = { stamp, onceKey: KEYS[3]!, memo: "" };
  t.match(allocate(buying, gas.id, "rita", form), { granted: 1 });
  t.match(allocate(buying, gas.id, "rita", form), { granted: 1 });
  t.equal(fund.balanceOf(elm.householdId), 5000);
  fund.named(4, 9000);
  t.match(allocate(buying, gas.id, "rita", { stamp, onceKey: KEYS[4]!, memo: "" }), { refused: "stale-version" });
  t.equal(fund.balanceOf(elm.householdId), 5000);
});

t.test("who shares out is no family of it: their own household waits for another treasurer", async (t) => {
  const fund = makeFund(t);
  const { house, gas, db } = fund;
  const elm = fund.named(3, 9000);
  const token = elm.url.split("/").at(-1)!;
  const { personId } = sure(acceptInvitation(house, token, { name: "x", email: null }, SETTLED));
  insertSeat(db.orm, { personId, actorId: gas.id, role: "treasurer", createdAt: 0 });
  chooseGift(fund.buying, fund.anna, { centsPerOrder: 10_000, roundsUp: false });
  await chargeAnna(fund);
  fund.bring();
  const { stamp } = proposeShares(db.orm, gas.id, fund.clock.at);
  t.match(allocate(fund.buying, gas.id, personId, { stamp, onceKey: KEYS[5]!, memo: "" }), { refused: "own-balance" });
  t.equal(fund.fundCents(), 10_000);
});

t.test("B39 a family is nowhere by another name than its tree, not even where somebody typed one", async (t) => {
  const fund = makeFund(t);
  const { house, gas, db } = fund;
  const elm = fund.named(5, 3000);
  t.match(elm.name, /^Famiglia \p{Lu}\p{Ll}+$/u);
  const token = elm.url.split("/").at(-1)!;
  const typed = { name: "Immacolata Esposito", email: "imma@posta.example" };
  const { personId } = sure(acceptInvitation(house, token, typed, SETTLED));
  t.equal(loadPersonRow(db.orm, personId)?.name, elm.name);
  t.equal(householdOf(db.orm, gas.id, personId)?.id, elm.householdId);
  const tables = db.raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const all = tables
    .flatMap((name) => db.raw.prepare(`SELECT * FROM "${name}"`).all())
    .map((row) => JSON.stringify(row));
  for (const secret of ["Immacolata", "imma@", elm.code])
    t.notOk(
      all.some((row) => row.includes(secret)),
      `${secret} stands nowhere`,
    );
  const other = fund.named(5, 3000);
  t.not(other.name, elm.name, "each has a tree of its own");
  const renewed = sure(renewFamilyLink(house, gas.id, elm.code.toUpperCase(), "rita"));
  t.equal(renewed.name, elm.name);
  t.not(loadPersonRow(db.orm, personId)?.disabledAt, null, "the lost phone is out");
  t.match(renewFamilyLink(house, gas.id, "a".repeat(26), "rita"), { refused: "not-found" });
  const { id: familyId } = listFamilies(db.orm, gas.id).find(({ name }) => name === elm.name)!;
  sure(moveFamily(house, gas.id, { familyId, to: "ended" }, "rita"));
  t.match(renewFamilyLink(house, gas.id, elm.code, "rita"), { refused: "family-ended" });
  t.match(moveFamily(house, gas.id, { familyId, to: "active" }, "rita"), { refused: "family-ended" });
});

t.test("goods left are booked, charged and handed out as all goods, and go to the tree whose turn it is", async (t) => {
  const fund = makeFund(t);
  const { buying, db, anna, balanceOf } = fund;
  const [elm, lime] = [fund.named(5, 3000), fund.named(3, 3000)];
  const { order, rita } = await chargeAnna(fund, { leave: 9000, isClosed: false });
  t.equal(listHouseholdBookings(db.orm, order.id, anna.householdId).length, 2);
  t.match(listSuspended(db.orm, order.id), [{ lineNumber: 1, quantityThousandths: 9000, state: null }]);
  const give = (onceKey: string) => giveSuspended(buying, rita, { lineNumber: 1, onceKey });
  t.same(give(KEYS[6]!), { familyName: elm.name, quantityThousandths: 9000 });
  t.same(give(KEYS[6]!), { familyName: elm.name, quantityThousandths: 9000 }, "A48 sent again");
  t.match(give(KEYS[7]!), { refused: "nothing-left" });
  const { id } = listFamilies(db.orm, fund.gas.id).find(({ name }) => name === elm.name)!;
  const instead = { householdId: anna.householdId, not: id };
  t.match(giveSuspended(buying, rita, { lineNumber: 1, onceKey: KEYS[8]!, instead }), { familyName: lime.name });
  const line = { householdId: anna.householdId, lineNumber: 1 };
  sure(settleSuspended(buying, rita, line, null));
  sure(settleSuspended(buying, rita, line, "returned"));
  t.match(settleSuspended(buying, rita, line, "kept"), { refused: "nothing-left" });
  sure(closeDelivery(buying, rita));
  t.equal(balanceOf(anna.householdId), 50_000 - Math.round((50_000 * 1750) / 10_000), "who leaves it pays for it");
  t.equal(balanceOf(elm.householdId), 0);
});

t.test(
  "a family that is not there is passed over at every line until it comes, whoever stands at the counter",
  async (t) => {
    const fund = makeFund(t);
    const { buying, db, anna, gas, clock } = fund;
    const trees = [fund.named(5, 3000), fund.named(4, 3000), fund.named(3, 3000)].map(({ name }) => name);
    const { order, rita } = await chargeAnna(fund, { leave: 9000, isClosed: false });
    sure(giveSuspended(buying, rita, { lineNumber: 1, onceKey: KEYS[0]! }));
    const idOf = (tree?: string) => listFamilies(db.orm, gas.id).find(({ name }) => name === tree)!.id;
    const another = (absent: string | undefined, onceKey: string) => {
      const instead = { householdId: anna.householdId, not: idOf(absent) };
      return giveSuspended(buying, rita, { lineNumber: 1, onceKey, instead });
    };
    t.match(another(trees[0], KEYS[1]!), { familyName: trees[1] });
    t.match(another(trees[0], KEYS[2]!), { refused: "stale-version" }, "two who tap at once pass one family over");
    t.match(another(trees[1], KEYS[3]!), { familyName: trees[2] });
    t.match(another(trees[2], KEYS[4]!), { familyName: null }, "nobody is left, and that is kept too");
    t.same(listPassed(db.orm, order.id).toSorted(), trees.map(idOf).toSorted());
    t.match(listSuspended(db.orm, order.id), [{ state: null }]);
    t.match(giveSuspended(buying, rita, { lineNumber: 1, onceKey: KEYS[5]! }), { refused: "nobody-next" });
    t.same(listPresent(db.orm, order, clock.at), []);
    sure(takeBackPass(buying, rita, idOf(trees[1])));
    t.match(giveSuspended(buying, rita, { lineNumber: 1, onceKey: KEYS[6]! }), { familyName: trees[1] });
  },
);

t.test("B39 a code that nobody saw is made anew by the tree alone, and the first one opens nothing", async (t) => {
  const { house, gas, db, named } = makeFund(t);
  const elm = named(5, 3000);
  const { id } = listFamilies(db.orm, gas.id)[0]!;
  const first = sure(renewFamilyCode(house, gas.id, id, "rita", KEYS[0]!));
  t.match(first, { name: elm.name, code: /^[a-z2-7]{26}$/ });
  t.ok(first.link, "nobody has come in: the link is made anew too");
  t.match(checkInvitation(house, elm.url.split("/").at(-1)!), { refused: "link-spent" });
  t.match(renewFamilyCode(house, gas.id, id, "rita", KEYS[0]!), { refused: "shown-once" }, "A48");
  t.match(renewFamilyLink(house, gas.id, elm.code, "rita"), { refused: "not-found" });
  sure(acceptInvitation(house, first.link!.url.split("/").at(-1)!, { name: "", email: null }, SETTLED));
  const second = sure(renewFamilyCode(house, gas.id, id, "rita", KEYS[1]!));
  t.equal(second.link, null, "who is in keeps the phone they have");
  t.match(renewFamilyLink(house, gas.id, second.code, "rita"), { name: elm.name });
  sure(moveFamily(house, gas.id, { familyId: id, to: "ended" }, "rita"));
  t.match(renewFamilyCode(house, gas.id, id, "rita", KEYS[2]!), { refused: "family-ended" });
  t.match(renewFamilyCode(house, gas.id, "other", "rita", KEYS[3]!), { refused: "not-found" });
});

t.test("treasurers read on the first of the month what the fund would share out, once, and of no family", async (t) => {
  const fund = makeFund(t);
  const { db, clock, named } = fund;
  const house = { ...fund.house, mailer: { send: async () => {}, close: () => {} } };
  const tell = (date: string, time = "09:00") => {
    clock.at = instantOfRome({ date, time })!;
    fundClockTasks(house)[0]!.run(clock.at);
  };
  const letters = () =>
    db.raw
      .prepare("SELECT person_id, subject, body FROM notice_queue WHERE kind = 'fund' ORDER BY id")
      .raw()
      .all() as string[][];
  db.raw.prepare("UPDATE people SET email = id || '@posta.example'").run();
  const elm = named(5, 3000);
  tell("2026-12-01");
  t.same(letters(), [], "there is nothing to share out");
  const gift = { kind: "donation", householdId: fund.anna.householdId, till: "bank", cents: 8000 } as const;
  transact(db, (tx) => sure(moveMoney(tx, gift, { ...fund.act, at: clock.at, businessKey: "gift" })));
  tell("2026-12-15");
  t.same(letters(), [], "in the middle of a month it is no news");
  tell("2027-01-01", "07:00");
  tell("2027-01-01");
  tell("2027-01-02");
  t.same(
    letters().map(([personId]) => personId),
    ["rita"],
  );
  t.match(letters()[0]![1], /gennaio 2027/);
  t.match(letters()[0]![2], /80,00[\s\S]*30,00[\s\S]*\/solidarity/);
  t.notMatch(letters()[0]!.join(), elm.name);
  tell("2027-02-01");
  t.equal(letters().length, 2);
});

t.test("A48 a family is named once though its form is sent twice, and its code is kept nowhere", async (t) => {
  const { house, gas, db } = makeFund(t);
  const wish = { points: 5, capCents: 3000, service: "" };
  const name = () => nameFamily(house, gas.id, wish, "rita", KEYS[0]!);
  const { code, url } = sure(name());
  t.match(name(), { refused: "shown-once" });
  t.equal(listFamilies(db.orm, gas.id).length, 1);
  const links = () => db.raw.prepare("SELECT count(*) FROM invitations").pluck().get();
  const before = Number(links());
  const renewed = sure(renewFamilyLink(house, gas.id, code, "rita", KEYS[1]!));
  t.match(renewFamilyLink(house, gas.id, code, "rita", KEYS[1]!), { refused: "shown-once" });
  t.equal(links(), before, "a link that nobody used ends with the next");
  const kept = JSON.stringify(db.raw.prepare("SELECT * FROM once_keys").all());
  for (const secret of [code, url.split("/").at(-1)!, renewed.url.split("/").at(-1)!]) t.notOk(kept.includes(secret));
});
