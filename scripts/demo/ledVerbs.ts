// What a group of the demo does when it leads an order for others, and what its database says of them.
import { previewSettlement } from "../../src/orders/delivery/settlementStore.ts";
import { totalOf } from "../../src/partners/threads/agreement.ts";
import { dueCents } from "../../src/sales/deliveryNote.ts";
import { stateOf } from "../../src/sales/received.ts";
import { loadNote } from "../../src/sales/receivedStore.ts";
import { answerGroups, openShared, type SharedWish, viewShared } from "../../src/sharing/actions.ts";
import { loadShared } from "../../src/sharing/store.ts";
import { actorOf, demand, type Home, type Looking, personOf } from "./lookup.ts";
import type { Acting, OrderName } from "./orderVerbs.ts";

/** A group as whoever leads sees it: totals and no name. Cents; null where nobody knows yet. */
export type GroupShown = {
  readonly buyer: string;
  readonly state: string;
  readonly problem: string | null;
  readonly orderedCents: number;
  readonly allottedCents: number | null;
  readonly chargedCents: number;
  readonly noteCents: number | null;
};

export const ledVerbs = {
  /** Opens an order to the groups that have a pact. */
  shareOrder: ({ node, db }: Home, { handle, orderId, email, ...wish }: Acting & SharedWish) => {
    const { id: actorId } = actorOf(db, handle);
    const { cycleId } = demand(openShared(node.wire, { actorId, orderId, personId: personOf(db, email) }, wish));
    return { cycleId, iri: `${actorId}/cycles/${cycleId}` };
  },

  /** Tells every group that waits what there is for it. */
  answerGroups: ({ node, db }: Home, { handle, orderId, email }: Acting) =>
    demand(answerGroups(node.wire, { actorId: actorOf(db, handle).id, orderId, personId: personOf(db, email) })),

  /** The groups of a led order. */
  showGroups: ({ db }: Looking, { handle, orderId }: OrderName): GroupShown[] => {
    const { id: actorId } = actorOf(db, handle);
    const shared = loadShared(db.orm, actorId, orderId);
    const view = shared && viewShared(db.orm, shared);
    if (!view) throw new Error(`no led order ${orderId}`);
    const { charges } = previewSettlement(db.orm, view.order);
    const charged = new Map(charges.map(({ householdId, cents }) => [householdId, cents]));
    return view.groups.map(({ received, group, text, allotted }) => {
      const note = loadNote(db.orm, actorId, received.thread);
      return {
        ...{ buyer: received.buyer, state: stateOf(received), problem: group?.problem?.refused ?? null },
        ...{ orderedCents: totalOf(text), allottedCents: allotted && totalOf(allotted) },
        chargedCents: charged.get(group?.householdId ?? "") ?? 0,
        noteCents: note ? dueCents(note) : null,
      };
    });
  },
};
