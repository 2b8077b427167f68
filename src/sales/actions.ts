// What can happen to an order cycle, each thing one synchronous transaction with what is owed to others because of it.
import { randomBytes } from "node:crypto";
import { loadActor, refuseRetired } from "../activitypub/store.ts";
import { transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { Cycle, NewLine, Plan } from "./cycle.ts";
import * as cycles from "./cycle.ts";
import { type CycleKey, changeCycle, type Desk, noteCycle } from "./publishActions.ts";
import { deleteCycle, loadCycle, numbersToldBefore, saveCycle } from "./store.ts";

/** A new draft with its first lines. Refuses `not-found`, `actor-retired`, and what `draftCycle` and `addLines` refuse. */
export function createCycle(
  desk: Desk,
  actorId: string,
  plan: Plan,
  lines: readonly NewLine[],
  byId?: string,
): Cycle | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    if (loadActor(tx, actorId)?.kind !== "producer") return { refused: "not-found" };
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const draft = cycles.draftCycle(plan, encodeId(randomBytes(16)), actorId, now);
    const cycle = isRefusal(draft) ? draft : cycles.addLines(draft, lines, now);
    if (isRefusal(cycle)) return cycle;
    saveCycle(tx, cycle);
    noteCycle(tx, { actorId, ...(byId === undefined ? {} : { byId }) }, cycle, cycle.state, now);
    return cycle;
  });
}

/** Opens it now and announces it. */
export function openCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now) => cycles.openCycle(cycle, "producer", now));
}

/** Lets the clock open it at its opening time. */
export function scheduleCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(desk, key, cycles.scheduleCycle);
}

/** Takes a scheduled cycle back to the drawer. */
export function unscheduleCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now) => cycles.unscheduleCycle(cycle, "producer", now));
}

/** New dates, words, minimum; before the opening also new visibility. Told at once to whom it was announced. */
export function editCycle(desk: Desk, key: CycleKey, plan: Partial<Plan>): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now) => cycles.editCycle(cycle, plan, now));
}

/** More lines, or corrected ones. */
export function addLines(desk: Desk, key: CycleKey, lines: readonly NewLine[]): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now, tx) => cycles.addLines(cycle, lines, now, numbersToldBefore(tx)));
}

/** One line less. */
export function withdrawLine(desk: Desk, key: CycleKey, number: number): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now) => cycles.withdrawLine(cycle, number, now));
}

/** How much there is of each line, by number; null: enough for everyone. */
export function setAvailability(
  desk: Desk,
  key: CycleKey,
  availableByLine: ReadonlyMap<number, number | null>,
): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now) => cycles.setAvailability(cycle, availableByLine, now));
}

/** Takes no more orders from now on. */
export function closeEarly(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(desk, key, (cycle, now) => cycles.closeCycle(cycle, "producer", now));
}

/** Takes a cancelled cycle and its announcement off for ever. */
export function removeCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(desk, key, cycles.removeCycle);
}

/** Throws a draft away. Refuses `not-found`, and `wrong-state` for what others know of. */
export function discardDraft(desk: Desk, key: CycleKey): { discarded: string } | Refusal {
  const { actorId, cycleId } = key;
  return transact(desk.db, (tx) => {
    const cycle = loadCycle(tx, actorId, cycleId);
    if (!cycle) return { refused: "not-found" };
    if (cycle.state !== "draft") return { refused: "wrong-state", state: cycle.state };
    deleteCycle(tx, cycleId);
    noteCycle(tx, key, cycle, "draft → discarded", desk.clock.now());
    return { discarded: cycleId };
  });
}
