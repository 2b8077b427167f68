// A change of a cycle and what is owed to others because of it, written together.
import type { LocalActor } from "../activitypub/actor.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { loadActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { listAudience } from "../partners/pacts/pactStore.ts";
import { recordAudit } from "../web/auditStore.ts";
import { isPublic, writeAnnouncement, writeChanges } from "./activities.ts";
import { type Cycle, isAnnounced } from "./cycle.ts";
import { cycleUrls } from "./offer.ts";
import { loadCycle, saveCycle } from "./store.ts";

/** What a cycle's actions need of the node. */
export type Desk = Pick<Wire, "db" | "clock" | "post">;

/** A cycle, and the `updatedAt` that the person saw: when another hand was faster, `stale-version` and nothing changes. */
export type CycleKey = {
  readonly actorId: string;
  readonly cycleId: string;
  readonly seenUpdatedAt?: number;
  /** Who does it; absent for the clock. */
  readonly byId?: string;
};

/** What becomes of the cycle; it may look at its orders through `tx`. */
export type Decide = (cycle: Cycle, now: number, tx: Tx) => Cycle | Refusal;

/** What else happens in the transaction, once the cycle is written and its tidings are owed. */
export type Effect = (tx: Tx, actor: LocalActor, after: Cycle, now: number) => void;

const BEGINNING: readonly Cycle["state"][] = ["scheduled", "open"];

/** Changes one cycle, with everything that is owed because of it. Refuses `not-found`, `stale-version`, `actor-retired`, and what `decide` refuses. */
export function changeCycle(desk: Desk, key: CycleKey, decide: Decide, effect?: Effect): Cycle | Refusal {
  const { actorId, cycleId, seenUpdatedAt } = key;
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const actor = loadActor(tx, actorId);
    const before = loadCycle(tx, actorId, cycleId);
    if (!actor || !before || before.removedAt !== null) return { refused: "not-found" };
    if (seenUpdatedAt !== undefined && seenUpdatedAt !== before.updatedAt) return { refused: "stale-version" };
    const after = decide(before, now, tx);
    if (isRefusal(after) || after === before) return after;
    // What would begin now could not be brought to its end.
    if (actor.retiredAt !== null && BEGINNING.includes(after.state))
      return { refused: "actor-retired", name: actor.name };
    publishCycle(tx, desk, actor, before, after, now);
    noteCycle(tx, key, after, before.state === after.state ? after.state : `${before.state} → ${after.state}`, now);
    effect?.(tx, actor, after, now);
    return after;
  });
}

/** Writes into the log what became of a cycle. */
export function noteCycle(
  tx: Tx,
  { actorId, byId }: Pick<CycleKey, "actorId" | "byId">,
  { name }: Pick<Cycle, "name">,
  became: string,
  at: number,
): void {
  recordAudit(tx, { what: "cycle", actorId, byId: byId ?? null, aboutId: null, detail: `${name}: ${became}`, at });
}

/** Writes a cycle as it now is and owes its tidings: one commit, so that after a crash both are there or neither. */
export function publishCycle(tx: Tx, desk: Desk, actor: LocalActor, before: Cycle, after: Cycle, now: number): void {
  saveCycle(tx, after);
  for (const activity of tidings(before, after)) tell(tx, desk, actor, after, activity, now);
}

function tidings(before: Cycle, after: Cycle): JsonObject[] {
  if (!isAnnounced(after)) return [];
  return isAnnounced(before) ? writeChanges(before, after) : [writeAnnouncement(after)];
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
