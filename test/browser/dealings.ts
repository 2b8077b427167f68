// Orders that the group of the town sent to the farm: one that waits for an answer, one that was answered with less, one that is
// being handed out with its delivery note. Both desks live on the same node, so every page of both sides can be looked at.
import { householdOf } from "../../src/members/households/householdStore.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import { openOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { closeOrder, sendOrder } from "../../src/orders/closeActions.ts";
import { startDelivery } from "../../src/orders/delivery/deliveryActions.ts";
import { START_POLICIES } from "../../src/orders/planning/plan.ts";
import { loadOrder } from "../../src/orders/store.ts";
import { createCycle, openCycle } from "../../src/sales/actions.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { loadNote, loadReceived } from "../../src/sales/receivedStore.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import { loadCycle } from "../../src/sales/store.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Season } from "./season.ts";
import { makeOrder } from "./shopping.ts";

type Side = { readonly order: string; readonly thread: string };

/** The group's order and its thread, by how it stands; the cycle of the first two; the delivery note of the last. */
export type Dealings = Readonly<Record<"waiting" | "countered" | "delivering", Side>> & {
  readonly cycle: string;
  readonly note: string;
};

const NOTE = { deliveredByLine: new Map<string, number>(), charges: [{ name: "Trasporto", cents: 500 }] };

/** Sends them, has them answered and, one of them, handed out. The farm answers by hand. */
export async function addDealings(
  home: TestNode,
  groupHandle: string,
  email: string,
  season: Season,
): Promise<Dealings> {
  const { node, origin } = home;
  const { wire, db } = node;
  const [actorId, farmId] = [`${origin}/${groupHandle}`, `${origin}/${season.farm}`];
  const personId = loadPersonByEmail(db.orm, email)?.id ?? "";
  const settle = async () => {
    for (let round = 0; round < 4; round++) await node.runDue();
  };
  const households = [personId, "giulia"].map((id) => householdOf(db.orm, actorId, id)!.id);
  const deal = async (name: string): Promise<Side & { readonly cycle: string }> => {
    const cycle = await addCycle(home, farmId, season, settle);
    const plan = { name, policies: { ...START_POLICIES, minimumCents: null } };
    const made = makeOrder(home, actorId, personId, { ...season, open: cycle }, plan);
    const key = { actorId, orderId: made.id, personId };
    sure(openOrder(wire, key));
    for (const [i, householdId] of households.entries()) {
      const wish = { lineNumber: 1, friendId: null, toleranceThousandths: 0, note: "" };
      const wishes = [
        { ...wish, quantityThousandths: 12_000 + 4000 * i },
        { ...wish, lineNumber: 2, quantityThousandths: 3000 + 500 * i },
      ];
      sure(
        saveBasket(wire, { actorId, householdId, orderId: made.id, personId, seenVersion: 0, pickupId: "a", wishes }),
      );
    }
    sure(closeOrder(wire, key));
    sure(sendOrder(wire, key));
    await settle();
    const thread = loadOrder(db.orm, actorId, made.id)?.thread ?? "";
    return { order: made.id, thread, cycle };
  };
  const waiting = await deal("Agrumi di gennaio");
  const countered = await deal("Agrumi dopo la gelata");
  const less = loadReceived(db.orm, farmId, countered.thread)!.latest.lines.map(({ lineIri, quantityThousandths }) => ({
    lineIri,
    quantityThousandths: quantityThousandths / 2,
  }));
  const answer = { kind: "change", wishes: less, mayOverdraw: false, whenSilent: "confirm" } as const;
  sure(answerOrder(wire, { actorId: farmId, thread: countered.thread }, { ...answer, note: "Gelata: ne resta metà" }));
  const delivering = await deal("Agrumi di novembre");
  const key = { actorId: farmId, thread: delivering.thread };
  sure(answerOrder(wire, key, { kind: "accept", mayOverdraw: true, note: "" }));
  sure(moveOrder(wire, key, "confirm", ""));
  await settle();
  sure(startDelivery(wire, { actorId, orderId: delivering.order, personId }));
  sure(writeDeliveryNote(wire, key, NOTE));
  await settle();
  return {
    waiting,
    countered,
    delivering,
    cycle: waiting.cycle,
    note: loadNote(db.orm, farmId, delivering.thread)!.id,
  };
}

/** A cycle like the season's, answered by hand, of which the group has heard. */
async function addCycle(
  { node }: TestNode,
  farmId: string,
  season: Season,
  settle: () => Promise<void>,
): Promise<string> {
  const { name, note, opensAt, closesAt, deliveries, minimumOrderCents, visibility, ...rest } = loadCycle(
    node.db.orm,
    farmId,
    season.open,
  )!;
  const plan = { name, note, opensAt, closesAt, deliveries, minimumOrderCents, visibility };
  const lines = rest.lines.map(({ goods, availableThousandths }) => ({ goods, availableThousandths }));
  const rules = { ...DEFAULT_RULES, answers: "hand" } as const;
  const { id } = sure(createCycle(node.wire, farmId, { ...plan, rules }, lines));
  sure(openCycle(node.wire, { actorId: farmId, cycleId: id }));
  await settle();
  return id;
}
