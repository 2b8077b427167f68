// An order that the group of the town leads for another on the same node: what that one ordered is held, and what it asked beyond
// its credit was refused. Its page, once there are groups on it.
import { loadActorByHandle } from "../../src/activitypub/store.ts";
import { transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { offerLines } from "../../src/orders/answers/counter.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder, offerLinesNow, sendOrder } from "../../src/orders/closeActions.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { listSources, loadSource } from "../../src/orders/sourceStore.ts";
import { loadOrder, saveOrder } from "../../src/orders/store.ts";
import { openShared } from "../../src/sharing/actions.ts";
import { FANO } from "../members/house.ts";
import { sure } from "../sales/cycles.ts";
import { makePact } from "../scenarios/orderTown.ts";
import { makeOrder } from "./shopping.ts";
import type { Town } from "./town.ts";

const HOUR = 3_600_000;
const made = new WeakMap<Town, Promise<string>>();

/** The address of the page of its groups; the order is made once for each town. */
export function ledOrder(town: Town): Promise<string> {
  const known = made.get(town) ?? lead(town);
  made.set(town, known);
  return known;
}

async function lead({ lived, season }: Town): Promise<string> {
  const { node, origin } = lived;
  const { wire, db } = node;
  const gas = loadActorByHandle(db.orm, "gas-fano")!;
  const personId = loadPersonByEmail(db.orm, FANO.email)!.id;
  const settle = async () => {
    for (let round = 0; round < 4; round++) await node.runDue();
  };
  const other = lived.addActor({ kind: "gas", handle: "gas-pergola", name: "GAS Pergola e Val Cesano" });
  await makePact({ farmHome: lived, gasHome: lived, farm: gas, gas: other, settle }, 0);
  const plan = { name: "Agrumi con Pergola", policies: { ...START_POLICIES, minimumCents: null } };
  const own = makeOrder(lived, gas.id, personId, season, plan);
  sure(openOrder(wire, { actorId: gas.id, orderId: own.id, personId }));
  const key = { actorId: gas.id, orderId: own.id, personId };
  sure(openShared(wire, key, { freezesAt: own.closesAt - HOUR, note: "Si ritira a Fano.", creditCents: 5000 }));
  await settle();
  insertSeat(db.orm, { personId, actorId: other.id, role: "referente", createdAt: 0 });
  insertSeat(db.orm, { personId, actorId: other.id, role: "member", createdAt: 0 });
  const householdId = householdOf(db.orm, other.id, personId)!.id;
  const limit = { actorId: other.id, householdId: null, cents: 1_000_000, personId: null, setAt: 0 };
  transact(db, (tx) => saveLimit(tx, limit));
  const now = wire.clock.now();
  const offer = listSources(db.orm, other.id, now).find(({ producerId }) => producerId === gas.id)!;
  const { producerId, cycleIri } = offer;
  const theirs = {
    ...{ name: "Agrumi con Fano", note: "", opensAt: null, closesAt: offer.endsAt!, completesUntil: null },
    ...{ pickups: [], policies: START_POLICIES, modifiers: [] },
  };
  const lines = loadSource(db.orm, other.id, offer, now)!.goods;
  const { id } = sure(createOrder(wire, { actorId: other.id, personId, producerId, cycleIri, plan: theirs, lines }));
  const theirKey = { actorId: other.id, orderId: id, personId };
  sure(openOrder(wire, theirKey));
  const { stepThousandths } = loadOrder(db.orm, other.id, id)!.lines[0]!.rules;
  const wish = { lineNumber: 1, friendId: null, toleranceThousandths: 0, note: "" };
  const wishes = [{ ...wish, quantityThousandths: 2 * stepThousandths }];
  sure(saveBasket(wire, { ...theirKey, householdId, seenVersion: 0, wishes }));
  sure(closeOrder(wire, theirKey));
  sure(sendOrder(wire, theirKey));
  await settle();
  // A revision beyond what it may owe: refused, and the page says by how much.
  transact(db, (tx) => {
    const sent = loadOrder(tx, other.id, id)!;
    const act = { buying: wire, tx, mover: "referente", personId, now: wire.clock.now() } as const;
    saveOrder(tx, offerLinesNow(act, sent, offerLines(sent, new Map([[1, 200 * stepThousandths]]))));
  });
  await settle();
  return `${origin}/desk/gas-fano/orders/${own.id}/groups`;
}
