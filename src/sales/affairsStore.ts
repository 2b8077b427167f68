// What a producer still has in hand: cycles that are planned or open, and orders received that have not come to their end.
import { loadRemoteActor } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import type { Affair } from "../partners/leaving/leaving.ts";
import type { CycleState } from "./cycle.ts";
import { orderName } from "./orderPages.ts";
import { listReceived, RUNNING } from "./receivedStore.ts";
import { listCycles } from "./store.ts";

const OFFERING: readonly CycleState[] = ["scheduled", "open", "frozen"];
const MOST = 100;

/** The affairs that keep a producer from closing; at most a hundred of each kind. */
export function listSellerAffairs(tx: Tx, actorId: string): Affair[] {
  const cycles = listCycles(tx, actorId, MOST, 0).filter(({ state }) => OFFERING.includes(state));
  const orders = listReceived(tx, actorId, { states: RUNNING, limit: MOST });
  return [
    ...cycles.map(({ id, name }): Affair => ({ what: "cycle", name, path: `cycles/${id}` })),
    ...orders.map(({ thread, buyer }): Affair => {
      const name = loadRemoteActor(tx, buyer)?.name ?? new URL(buyer).host;
      return { what: "sale", name, path: `sales/${orderName(thread)}` };
    }),
  ];
}
