// What can happen to a gathering, each thing one synchronous transaction, with what is owed to others and to who has booked because of it.
import { randomBytes } from "node:crypto";
import type { LocalActor } from "../activitypub/actor.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { loadActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { followerInboxes } from "../partners/store.ts";
import { recordAudit } from "../web/auditStore.ts";
import { eventUrls, writeChange, writePublication } from "./activities.ts";
import { settleAt } from "./bookingActions.ts";
import { oweToAll } from "./bookingStore.ts";
import {
  type Gathering,
  type GatheringFacts,
  isMoved,
  laterThan,
  mayRemove,
  reviseGathering,
  stepGathering,
} from "./gathering.ts";
import { dropMaterials } from "./materialStore.ts";
import { countGatherings, deleteGathering, loadGathering, saveGatheringRow } from "./store.ts";
import { findPathOfLesson } from "./training/store.ts";

/** What gatherings need of the node to speak. */
export type GatheringDesk = Pick<Wire, "db" | "clock" | "post">;

/** A gathering of an actor; `seen` its `updatedAt` as the person saw it: where another hand was faster, `stale-version`. */
export type GatheringKey = {
  readonly actorId: string;
  readonly id: string;
  readonly byId: string;
  readonly seen?: number;
};

/** What is kept of a picture beside a gathering. */
export type GatheringPicture = { readonly hash: string; readonly alt: string };

/** Some time past the longest a place can be counted on: who plans for later plans twice. */
const AHEAD_MAX_MS = 2 * 366 * 86_400_000;
/** Drafts and what was published, of one actor: beyond it somebody's program writes them. */
const GATHERINGS_MAX = 5000;

/**
 * Makes a draft, or changes a gathering (`id`). A change of what was published is told to followers; of its time or place also to who has
 * booked; more places let in who waits. Refuses `not-found`, `stale-version`, `gathering-cancelled`, `gathering-too-far`,
 * `too-many-gatherings`.
 */
export function saveGathering(
  desk: GatheringDesk,
  actorId: string,
  wish: GatheringFacts & {
    readonly id?: string;
    readonly seen?: number;
    readonly lesson?: { readonly pathId: string; readonly moduleNumber: number };
  },
  byId: string,
): Gathering | Refusal {
  const { id, seen, lesson, ...facts } = wish;
  const now = desk.clock.now();
  if (facts.startsAt > now + AHEAD_MAX_MS) return { refused: "gathering-too-far" };
  if (id !== undefined)
    return changeGathering(desk, { actorId, id, byId, ...(seen === undefined ? {} : { seen }) }, (before) =>
      reviseGathering(before, facts, now),
    );
  return transact(desk.db, (tx) => {
    if (!loadActor(tx, actorId)) return { refused: "not-found" };
    if (countGatherings(tx, actorId) >= GATHERINGS_MAX) return { refused: "too-many-gatherings" };
    const { pathId = null, moduleNumber = null } = lesson ?? {};
    const made: Gathering = {
      ...{ ...facts, id: encodeId(randomBytes(16)), actorId, state: "draft", cancelReason: null, sequence: 0 },
      ...{ picture: null, pictureAlt: null, pathId, moduleNumber, createdBy: byId, createdAt: now, updatedAt: now },
      ...{ publishedAt: null, removedAt: null },
    };
    saveGatheringRow(tx, made);
    note(tx, made, "draft", byId, now);
    return made;
  });
}

/** Lets everybody know. Refuses `not-found`, `stale-version`, `actor-retired`, `gathering-over`, `gathering-cancelled`. */
export function publishGathering(desk: GatheringDesk, key: GatheringKey): Gathering | Refusal {
  const now = desk.clock.now();
  return changeGathering(desk, key, (before, actor) => {
    if (actor.retiredAt !== null) return { refused: "actor-retired", name: actor.name };
    return stepGathering(before, { state: "published" }, now);
  });
}

/**
 * Calls a published gathering off: followers hear it as a change, who has booked by mail. Refuses `not-found`, `stale-version`,
 * `gathering-not-published`, `gathering-cancelled`, `gathering-over`.
 */
export function cancelGathering(desk: GatheringDesk, key: GatheringKey, reason: string): Gathering | Refusal {
  return changeGathering(desk, key, (before) =>
    stepGathering(before, { state: "cancelled", reason }, desk.clock.now()),
  );
}

/** Puts a picture beside it, or takes it away (null). Refuses as `saveGathering`. */
export function setPicture(
  desk: GatheringDesk,
  key: GatheringKey,
  picture: GatheringPicture | null,
): Gathering | Refusal {
  return changeGathering(desk, key, (before) => {
    const shown = { ...before, picture: picture?.hash ?? null, pictureAlt: picture?.alt ?? null };
    return reviseGathering(shown, shown, desk.clock.now());
  });
}

/**
 * Takes it away: a draft without a trace, the rest leaves a tombstone. Refuses `not-found`, `stale-version`, `gathering-running`,
 * `gathering-is-lesson` {name of the path}.
 */
export function removeGathering(desk: GatheringDesk, key: GatheringKey): Gathering | Refusal {
  const now = desk.clock.now();
  return changeGathering(desk, key, (before) => {
    const refusal = mayRemove(before, now);
    return refusal ?? { ...before, removedAt: now, updatedAt: laterThan(before, now), sequence: before.sequence + 1 };
  });
}

/** Changes one gathering, with everything that is owed because of it. */
function changeGathering(
  desk: GatheringDesk,
  { actorId, id, byId, seen }: GatheringKey,
  decide: (before: Gathering, actor: LocalActor) => Gathering | Refusal,
): Gathering | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const actor = loadActor(tx, actorId);
    const before = loadGathering(tx, actorId, id);
    if (!actor || !before || before.removedAt !== null) return { refused: "not-found" };
    if (seen !== undefined && seen !== before.updatedAt) return { refused: "stale-version" };
    const after = decide(before, actor);
    if (isRefusal(after) || after === before) return after;
    if (after.removedAt !== null && before.publishedAt === null) {
      // Nobody could see it; but who learns would look for a lesson that is nowhere.
      const path = findPathOfLesson(tx, before.id);
      if (path) return { refused: "gathering-is-lesson", name: path.name };
      dropMaterials(tx, before.id);
      deleteGathering(tx, before.id);
      note(tx, after, "removed", byId, now);
      return after;
    }
    if (after.removedAt !== null) dropMaterials(tx, before.id);
    saveGatheringRow(tx, after);
    for (const activity of tidings(before, after)) tell(tx, desk, actor, after, activity, now);
    tellBooked(tx, before, after, now);
    note(tx, after, after.removedAt === null ? after.state : "removed", byId, now);
    return after;
  });
}

function tidings(before: Gathering, after: Gathering): JsonObject[] {
  if (after.publishedAt === null) return [];
  if (before.publishedAt === null) return [writePublication(after)];
  const change = writeChange(before, after);
  return change === null ? [] : [change];
}

function tell(
  tx: Tx,
  desk: GatheringDesk,
  from: LocalActor,
  gathering: Gathering,
  activity: JsonObject,
  now: number,
): void {
  desk.post(tx, {
    ...{ from, activity, lane: "social", isPublic: true, isProven: false, now },
    // In its order: no change before what it changes.
    thread: eventUrls(from.id, gathering.id).event,
    recipients: followerInboxes(tx, from.id),
  });
}

/** Who has a place or waits for one hears of what changes their evening; more room lets in who waits. */
function tellBooked(tx: Tx, before: Gathering, after: Gathering, now: number): void {
  if (after.state === "cancelled" && before.state === "published") oweToAll(tx, after.id, "cancelled", now);
  if (after.state !== "published" || after.removedAt !== null || after.endsAt <= now) return;
  if (before.state === "published" && isMoved(before, after)) oweToAll(tx, after.id, "moved", now);
  settleAt(tx, after, now);
}

function note(tx: Tx, { actorId, name }: Gathering, became: string, byId: string, at: number): void {
  recordAudit(tx, { what: "gathering", actorId, byId, aboutId: null, detail: `${name}: ${became}`, at });
}
