// What the farm of the demo does about the orders it receives, and what its database says of them.
import { setAvailability } from "../../src/sales/actions.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { stateOf } from "../../src/sales/received.ts";
import { loadNote, loadReceived } from "../../src/sales/receivedStore.ts";
import { loadCycle } from "../../src/sales/store.ts";
import { actorOf, demand, dieNow, type Home, type Looking } from "./lookup.ts";

/** An order as the farm names it. */
export type SaleName = { readonly handle: string; readonly thread: string };

/** What of a line, by its address; thousandths of its unit. */
export type Amounts = readonly { readonly lineIri: string; readonly quantityThousandths: number }[];

export const saleVerbs = {
  /** An order as the farm holds it; null before it has come. */
  showSale: ({ db }: Looking, { handle, thread }: SaleName) => {
    const order = loadReceived(db.orm, actorOf(db, handle).id, thread);
    if (!order) return null;
    const { latest, agreed, buyer, status } = order;
    const note = loadNote(db.orm, order.actorId, thread);
    return { state: stateOf(order), buyer, status, lines: latest.lines, agreed, noteState: note?.state ?? null };
  },

  showCycle: ({ db }: Looking, { handle, cycleId }: { handle: string; cycleId: string }) =>
    loadCycle(db.orm, actorOf(db, handle).id, cycleId)?.state ?? null,

  /** There is only so much of a product in a cycle: pieces as they are sold. */
  setAvailability: (
    { node, db }: Home,
    { handle, cycleId, productIri, pieces }: { handle: string; cycleId: string; productIri: string; pieces: number },
  ) => {
    const { id: actorId } = actorOf(db, handle);
    const line = loadCycle(db.orm, actorId, cycleId)?.lines.find(({ goods }) => goods.productIri === productIri);
    if (!line) throw new Error(`no line of ${productIri}`);
    demand(setAvailability(node.wire, { actorId, cycleId }, new Map([[line.number, pieces * 1000]])));
  },

  /** Proposes less of some lines. With `diesAfter` the process is killed before the letter leaves. */
  proposeLess: (
    { node, db }: Home,
    { handle, thread, wishes, note, diesAfter }: SaleName & { wishes: Amounts; note: string; diesAfter: boolean },
  ) => {
    const answer = { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note } as const;
    demand(answerOrder(node.wire, { actorId: actorOf(db, handle).id, thread }, answer));
    if (diesAfter) dieNow();
  },

  /** Loads the van: the order is on its way, with a note of what it carries. */
  shipOrder: ({ node, db }: Home, { handle, thread, came }: SaleName & { came: Amounts }) => {
    const key = { actorId: actorOf(db, handle).id, thread };
    demand(moveOrder(node.wire, key, "ship", ""));
    const deliveredByLine = new Map(came.map(({ lineIri, quantityThousandths }) => [lineIri, quantityThousandths]));
    demand(writeDeliveryNote(node.wire, key, { deliveredByLine, charges: [] }));
  },
};
