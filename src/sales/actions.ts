// What can happen to an order cycle, each thing one synchronous transaction with what is owed to others because of it.
import { randomBytes } from "node:crypto";
import type { LocalActor } from "../activitypub/actor.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { loadActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { listAudience } from "../partners/pactStore.ts";
import { isPublic, writeAnnouncement, writeChanges } from "./activities.ts";
import type { Cycle, NewLine, Plan } from "./cycle.ts";
import * as cycles from "./cycle.ts";
import { cycleUrls } from "./offer.ts";
import { deleteCycle, listDue, loadCycle, saveCycle } from "./store.ts";

/** What a cycle's actions need of the node. */
export type Desk = Pick<Wire, "db" | "clock" | "post">;

/** A cycle, and the `updatedAt` that the person saw: when another hand was faster, `stale-version` and nothing changes. */
export type CycleKey = { readonly actorId: string; readonly cycleId: string; readonly seenUpdatedAt?: number };

/** A new draft with its first lines. Refuses `not-found`, and what `draftCycle` and `addLines` refuse. */
export function createCycle(desk: Desk, actorId: string, plan: Plan, lines: readonly NewLine[]): Cycle | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    if (loadActor(tx, actorId)?.kind !== "producer") return { refused: "not-found" };
    const draft = cycles.draftCycle(plan, encodeId(randomBytes(16)), actorId, now);
    const cycle = isRefusal(draft) ? draft : cycles.addLines(draft, lines, now);
    if (!isRefusal(cycle)) saveCycle(tx, cycle);
    return cycle;
  });
}

/** Opens it now and announces it. */
export function openCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.openCycle(cycle, "producer", now));
}

/** Lets the clock open it at its opening time. */
export function scheduleCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return change(desk, key, cycles.scheduleCycle);
}

/** Takes a scheduled cycle back to the drawer. */
export function unscheduleCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.unscheduleCycle(cycle, "producer", now));
}

/** New dates, words, minimum; before the opening also new visibility. Told at once to whom it was announced. */
export function editCycle(desk: Desk, key: CycleKey, plan: Partial<Plan>): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.editCycle(cycle, plan, now));
}

/** More lines, or corrected ones. */
export function addLines(desk: Desk, key: CycleKey, lines: readonly NewLine[]): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.addLines(cycle, lines, now));
}

/** One line less. */
export function withdrawLine(desk: Desk, key: CycleKey, number: number): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.withdrawLine(cycle, number, now));
}

/** How much there is of each line, by number; null: enough for everyone. */
export function setAvailability(
  desk: Desk,
  key: CycleKey,
  availableByLine: ReadonlyMap<number, number | null>,
): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.setAvailability(cycle, availableByLine, now));
}

/** Takes no more orders from now on. */
export function closeEarly(desk: Desk, key: CycleKey): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.closeCycle(cycle, "producer", now));
}

/** Calls it off with a reason that everyone who heard of it hears too. */
export function cancelCycle(desk: Desk, key: CycleKey, reason: string): Cycle | Refusal {
  return change(desk, key, (cycle, now) => cycles.cancelCycle(cycle, "producer", reason, now));
}

/** Takes a cancelled cycle and its announcement off for ever. */
export function removeCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return change(desk, key, cycles.removeCycle);
}

/** Throws a draft away. Refuses `not-found`, and `wrong-state` for what others know of. */
export function discardDraft(desk: Desk, { actorId, cycleId }: CycleKey): { discarded: string } | Refusal {
  return transact(desk.db, (tx) => {
    const cycle = loadCycle(tx, actorId, cycleId);
    if (!cycle) return { refused: "not-found" };
    if (cycle.state !== "draft") return { refused: "wrong-state", state: cycle.state };
    deleteCycle(tx, cycleId);
    return { discarded: cycleId };
  });
}

/** Opens and closes at the minute. A minute that the node slept through is made up for at the start, once. */
export function salesClockTasks(wire: Desk): ClockTask[] {
  return [{ name: "cycles-open-and-close", everyMs: 5000, run: () => moveDueCycles(wire) }];
}

const DUE_AT_ONCE = 100;

function moveDueCycles(desk: Desk): void {
  for (const { id, actorId } of listDue(desk.db.orm, desk.clock.now(), DUE_AT_ONCE)) {
    // One transaction each: a cycle that meets a bug does not hold the others.
    change(desk, { actorId, cycleId: id }, (cycle, now) => {
      const due = cycles.dueMove(cycle, now);
      if (due === "open") return cycles.openCycle(cycle, "clock", now);
      if (due === "close") return cycles.closeCycle(cycle, "clock", now);
      return due === "miss" ? cycles.unscheduleCycle(cycle, "clock", now) : cycle;
    });
  }
}

type Decide = (cycle: Cycle, now: number) => Cycle | Refusal;

function change(desk: Desk, { actorId, cycleId, seenUpdatedAt }: CycleKey, decide: Decide): Cycle | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const actor = loadActor(tx, actorId);
    const before = loadCycle(tx, actorId, cycleId);
    if (!actor || !before || before.removedAt !== null) return { refused: "not-found" };
    if (seenUpdatedAt !== undefined && seenUpdatedAt !== before.updatedAt) return { refused: "stale-version" };
    const after = decide(before, now);
    if (isRefusal(after) || after === before) return after;
    saveCycle(tx, after);
    // One commit with the change: after a crash it is made and owed, or neither.
    for (const activity of tidings(before, after)) tell(tx, desk, actor, after, activity, now);
    return after;
  });
}

function tidings(before: Cycle, after: Cycle): JsonObject[] {
  if (!cycles.isAnnounced(after)) return [];
  return cycles.isAnnounced(before) ? writeChanges(before, after) : [writeAnnouncement(after)];
}

function tell(tx: Tx, desk: Desk, from: LocalActor, cycle: Cycle, activity: JsonObject, now: number): void {
  desk.post(tx, {
    from,
    activity,
    lane: "social",
    thread: cycleUrls(from.id, cycle.id).iri,
    isPublic: isPublic(cycle),
    isProven: true,
    recipients: listAudience(tx, from.id, cycle.visibility === "partners" ? "partners" : "everyone"),
    now,
  });
}
