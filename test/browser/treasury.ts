// A group's money at work: two households, an order that was charged and invoiced, a refund that waits for a second person.
import { transact } from "../../src/db/transact.ts";
import { moveMoney, topUp } from "../../src/ledger/moneyActions.ts";
import { chargeOrder } from "../../src/ledger/orderActions.ts";
import { requestMovement } from "../../src/ledger/requestActions.ts";
import { recordInvoice } from "../../src/ledger/supplierActions.ts";
import { ensureHousehold, householdOf, listFriends } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { nameFamily } from "../../src/orders/solidarity/familyActions.ts";
import { chooseRules } from "../../src/orders/solidarity/fundActions.ts";
import { insertSuspendedFriend } from "../../src/orders/solidarity/store.ts";
import { sure } from "../ledger/books.ts";
import type { TestNode } from "../tools/nodes.ts";

/** What the pages of money are about. */
export type Treasury = { readonly household: string; readonly order: string; readonly invoice: string };

/** Makes the administrator treasurer and member of their group too, and gives the group some weeks of money. */
export function addTreasury({ node, origin }: TestNode, groupHandle: string, email: string, farm: string): Treasury {
  const actorId = `${origin}/${groupHandle}`;
  const { orm } = node.db;
  const personId = loadPersonByEmail(orm, email)?.id ?? "";
  for (const role of ["treasurer", "member"] as const) insertSeat(orm, { personId, actorId, role, createdAt: 0 });
  const other = { id: "bianchi", name: "Bianca Bianchi Montefeltro", email: null, claimedEmail: null };
  insertPerson(orm, { ...other, nodeAdmin: false, createdAt: 0 });
  const at = node.wire.clock.now();
  addFund(node, actorId, personId);
  return transact(node.db, (tx) => {
    const [own, household] = [personId, "bianchi"].map((one) => ensureHousehold(tx, actorId, one, at)) as [
      string,
      string,
    ];
    const act = { actorId, memo: "Bonifico del 20 novembre", at, personId: "bianchi", ownHouseholdId: null };
    const producerId = `${origin}/${farm}`;
    const order = "arance-di-novembre";
    for (const [i, householdId] of [own, household].entries())
      sure(topUp(tx, { householdId, till: "bank", cents: 123_450 }, { ...act, businessKey: `browser:${i}` }));
    const charges = [own, household].map((householdId) => ({ householdId, cents: 4630 }));
    const amounts = { payableCents: 8960, transportCents: 300, stockCents: 0, roundingCents: 0 };
    sure(chargeOrder(tx, { actorId, orderId: order, producerId, version: 1, charges, ...amounts, at, personId }));
    const vat = [{ ratePercent: 4, taxableCents: 8646, vatCents: 346 }];
    const wish = { producerId, number: "2026/118", issuedOn: "2026-11-21", dueOn: "2026-12-21", note: "" };
    const orders = [{ orderId: order, cents: 8992 }];
    const who = { actorId, at, personId };
    const invoice = sure(recordInvoice(tx, { ...wish, totalCents: 8992, vat, orders }, who)).id;
    const refund = { kind: "refund", householdId: household, from: "household", till: "bank", cents: 1240 } as const;
    sure(requestMovement(tx, refund, { actorId, personId: "bianchi", reason: "Versato due volte", at }));
    return { household, order, invoice };
  });
}

/** A fund with two families, rules and something to share out. */
function addFund({ db, wire }: TestNode["node"], actorId: string, byId: string): void {
  const { clock } = wire;
  const house = { db, clock, origin: "", secret: Buffer.alloc(32), mailer: null, language: "it" } as const;
  for (const [points, service] of [
    [5, "Sportello Aurora, Fano"],
    [3, "Parrocchia di San Cristoforo"],
  ] as const)
    sure(nameFamily(house, actorId, { points, capCents: 8000, service }, byId));
  // What stands booked for a friend is what is left for others.
  const householdId = householdOf(db.orm, actorId, byId)?.id ?? "";
  const [friend] = listFriends(db.orm, householdId);
  if (friend) insertSuspendedFriend(db.orm, actorId, householdId, friend.id);
  chooseRules(wire, actorId, { perOrderCents: 50, roundsUp: true, monthlyPercent: 50 }, byId);
  const act = { actorId, memo: "Cena di autofinanziamento", at: clock.now(), personId: byId, ownHouseholdId: null };
  const wish = { kind: "donation", householdId: null, till: "bank", cents: 12_500 } as const;
  transact(db, (tx) => sure(moveMoney(tx, wish, { ...act, businessKey: "browser:fund" })));
}
