// What happens to a path: it is written, opened, closed, taken away, its modules with it; and what followers are told because of it, once each.
import { randomBytes } from "node:crypto";
import { loadActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { followerInboxes } from "../../partners/store.ts";
import { laterThan } from "../gathering.ts";
import { articleIri, type ToldPath, writeTidings } from "./activities.ts";
import {
  countLearners,
  deleteModule,
  deleteModules,
  deletePath,
  findPath,
  listModules,
  loadPath,
  nextModuleNumber,
  saveModuleRow,
  savePathRow,
  type TrainingPath,
} from "./store.ts";
import { type PathModule, type PathState, slugOf, stepPath } from "./training.ts";

/** What paths need of the node to be told of. */
export type TrainingDesk = Pick<Wire, "db" | "clock" | "post">;

/** What an actor writes about a path. */
export type PathWish = Pick<TrainingPath, "name" | "summary" | "forWhom" | "hoursThousandths" | "requiredPercent">;

/** Writes a new path (`id` null) or changes one. Refuses `bad-name`, `name-taken`, `not-found`, `actor-retired`. */
export function savePath(
  desk: TrainingDesk,
  actorId: string,
  id: string | null,
  wish: PathWish,
): TrainingPath | Refusal {
  if (id !== null)
    return changePath(desk, actorId, id, (tx, path) => refuseRetired(tx, actorId) ?? { ...path, ...wish });
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    const slug = freeSlug(tx, actorId, slugOf(wish.name));
    if (isRefusal(slug)) return slug;
    const start = { id: encodeId(randomBytes(16)), actorId, slug, state: "draft", createdAt: now } as const;
    const path: TrainingPath = { ...start, ...wish, updatedAt: now, announcedAt: null, removedAt: null };
    savePathRow(tx, path);
    return path;
  });
}

/** An address is for ever: beside one that was taken away stands "name-2". */
function freeSlug(tx: Tx, actorId: string, slug: string): string | Refusal {
  if (slug === "") return { refused: "bad-name" };
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? slug : `${slug}-${n}`;
    const there = findPath(tx, actorId, tried);
    if (!there) return tried;
    if (there.removedAt === null) return { refused: "name-taken" };
  }
}

/** Opens a path to everybody, or closes it. Refuses `not-found`, `no-modules`, `actor-retired`. */
export function movePath(desk: TrainingDesk, actorId: string, id: string, to: PathState): TrainingPath | Refusal {
  return changePath(desk, actorId, id, (tx, path) => {
    const retired = to === "published" ? refuseRetired(tx, actorId) : null;
    const state = retired ?? stepPath(path.state, to, listModules(tx, id).length);
    return isRefusal(state) ? state : { ...path, state };
  });
}

/** Takes a path away that nobody follows: a draft without a trace, the rest leaves a tombstone. Refuses `not-found`, `path-followed` {count}. */
export function removePath(desk: TrainingDesk, actorId: string, id: string): TrainingPath | Refusal {
  const now = desk.clock.now();
  return changePath(desk, actorId, id, (tx, path) => {
    const count = countLearners(tx, id);
    return count > 0 ? { refused: "path-followed", count } : { ...path, removedAt: now };
  });
}

/** Writes a module: the next one (`number` null), or one that is there, whose kind stays. Refuses `not-found`. */
export function saveModule(
  desk: TrainingDesk,
  { actorId, id }: Pick<TrainingPath, "actorId" | "id">,
  number: number | null,
  wish: Omit<PathModule, "number">,
): PathModule | Refusal {
  let saved: PathModule | null = null;
  const changed = changePath(desk, actorId, id, (tx, path) => {
    const before = listModules(tx, id).find((module) => module.number === number);
    if (number !== null && !before) return { refused: "not-found" };
    saved = { ...wish, kind: before?.kind ?? wish.kind, number: number ?? nextModuleNumber(tx, id) };
    saveModuleRow(tx, path, saved);
    return path;
  });
  return isRefusal(changed) ? changed : saved!;
}

/** Takes a module out that nobody has done. Refuses `not-found`, `module-done`. */
export function removeModule(
  desk: TrainingDesk,
  { actorId, id }: Pick<TrainingPath, "actorId" | "id">,
  number: number,
): Refusal | null {
  const changed = changePath(desk, actorId, id, (tx, path) =>
    deleteModule(tx, id, number) ? path : { refused: "module-done" },
  );
  return isRefusal(changed) ? changed : null;
}

/** Changes one path, or its modules by the way, and owes followers the news. */
function changePath(
  desk: TrainingDesk,
  actorId: string,
  id: string,
  decide: (tx: Tx, path: TrainingPath) => TrainingPath | Refusal,
): TrainingPath | Refusal {
  const now = desk.clock.now();
  return transact(desk.db, (tx) => {
    const path = loadPath(tx, actorId, id);
    if (!path || path.removedAt !== null) return { refused: "not-found" };
    const before = { path, modules: listModules(tx, id) };
    const decided = decide(tx, path);
    if (isRefusal(decided)) return decided;
    if (decided.removedAt !== null) deleteModules(tx, id);
    if (decided.removedAt !== null && path.state === "draft") {
      deletePath(tx, id);
      return decided;
    }
    const updatedAt = laterThan(path, now);
    const announcedAt = decided.announcedAt ?? (decided.state === "published" ? updatedAt : null);
    const after = { ...decided, announcedAt, updatedAt };
    savePathRow(tx, after);
    tell(tx, desk, before, { path: after, modules: listModules(tx, id) });
    return after;
  });
}

function tell(tx: Tx, { post, clock }: TrainingDesk, before: ToldPath, after: ToldPath): void {
  const activity = writeTidings(before, after);
  const from = activity && loadActor(tx, after.path.actorId);
  if (!activity || !from) return;
  post(tx, {
    ...{ from, activity, lane: "social", isPublic: true, isProven: false, now: clock.now() },
    // In its order: no change before what it changes.
    thread: articleIri(after.path),
    recipients: followerInboxes(tx, from.id),
  });
}
