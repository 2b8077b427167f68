// A town in which one group leads an order for another: two nodes, one producer who knows the lead alone.
import type { Test } from "tap";
import { transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { createOrder, openOrder } from "../../src/orders/actions.ts";
import { offerLines } from "../../src/orders/answers/counter.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder, offerLinesNow, sendOrder } from "../../src/orders/closeActions.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { listSources, loadSource } from "../../src/orders/sourceStore.ts";
import { loadOrder, saveOrder } from "../../src/orders/store.ts";
import { openShared } from "../../src/sharing/actions.ts";
import { sure } from "../sales/cycles.ts";
import { makePact, type OrderTown, openOrderTown } from "../scenarios/orderTown.ts";

const HOUR = 3_600_000;
/** Lets both sides hear of each other: what one carries the other answers a little later. */
export const carryOf =
  ({ settle, pass }: OrderTown) =>
  async () => {
    await settle();
    await pass({ minutes: 1 });
    await pass({ minutes: 1 });
  };

/** Another group, on the farm's node, with a pact with the group that leads, and one household of its own. */
export async function addJesi(town: OrderTown) {
  const { farmHome, gasHome, gas, settle, clock } = town;
  const jesi = farmHome.addActor({ kind: "gas", handle: "jesi", name: "GAS Jesi" });
  const parties = { farmHome: gasHome, gasHome: farmHome, farm: gas, gas: jesi, settle };
  await makePact(parties, 0);
  const householdId = transact(farmHome.node.db, (tx) => {
    saveLimit(tx, { actorId: jesi.id, householdId: null, cents: 100_000, personId: null, setAt: clock.at });
    insertPerson(tx, { id: "ugo", name: "Ugo Pratofiorito", email: "ugo@posta.example", createdAt: clock.at });
    for (const role of ["member", "referente"] as const)
      insertSeat(tx, { personId: "ugo", actorId: jesi.id, role, createdAt: clock.at });
    return householdOf(tx, jesi.id, "ugo")!.id;
  });
  const { wire } = farmHome.node;
  const keyOf = (orderId: string) => ({ actorId: jesi.id, orderId, personId: "ugo" });
  /** Opens an order on what the lead offers, books kilograms of oranges and jars for its household, and sends it. */
  const sendOrderOf = (kilograms: number, jars: number): string => {
    const offer = listSources(wire.db.orm, jesi.id, clock.at).find(({ producerId }) => producerId === gas.id)!;
    const lines = loadSource(wire.db.orm, jesi.id, offer, clock.at)!.goods;
    const plan = {
      ...{ name: "Agrumi con Fano", note: "", opensAt: null, closesAt: offer.endsAt!, completesUntil: null },
      ...{ pickups: [], policies: START_POLICIES, modifiers: [] },
    };
    const { producerId, cycleIri } = offer;
    const made = sure(createOrder(wire, { ...keyOf(""), producerId, cycleIri, plan, lines }));
    const key = keyOf(made.id);
    sure(openOrder(wire, key));
    const wishes = [kilograms, jars].map((units, i) => ({
      ...{ lineNumber: i + 1, quantityThousandths: units * 1000 },
      ...{ friendId: null, toleranceThousandths: 0, note: "per Ugo" },
    }));
    sure(saveBasket(wire, { ...key, householdId, seenVersion: 0, wishes }));
    sure(closeOrder(wire, key));
    sure(sendOrder(wire, key));
    return made.id;
  };
  /** Sends a revision with other kilograms of oranges, as software may that lets a held order be changed. */
  const revise = (orderId: string, kilograms: number) =>
    transact(farmHome.node.db, (tx) => {
      const order = loadOrder(tx, jesi.id, orderId)!;
      const act = { buying: wire, tx, mover: "referente", personId: "ugo", now: clock.at } as const;
      saveOrder(tx, offerLinesNow(act, order, offerLines(order, new Map([[1, kilograms * 1000]]))));
    });
  return {
    jesi,
    householdId,
    keyOf,
    sendOrderOf,
    revise,
    orderAt: (id: string) => loadOrder(wire.db.orm, jesi.id, id)!,
  };
}

/** An order with nothing booked yet, open to the other group, which may owe so much. */
export async function openLed(t: Test, creditCents: number, answers: "automatic" | "hand" = "automatic") {
  const town = await openOrderTown(t, { rules: { answers } });
  const lead = town.gasHome.node.wire;
  const other = await addJesi(town);
  const order = town.openNewOrder();
  const key = town.keyOf(order);
  sure(openShared(lead, key, { freezesAt: order.closesAt - 24 * HOUR, note: "", creditCents }));
  await town.settle();
  await town.settle();
  return { town, other, order, key, lead, orm: lead.db.orm, carry: carryOf(town) };
}
