// An actor moves to another address: the new one says that it was the old, the old one that it is now the new, and who follows it is
// told. What others say of theirs is looked into. Pacts never move by themselves: people compare keys again. FEP-7628, PROTOCOL 11.
import type { RemoteActor } from "../../activitypub/actor.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { loadActor, updateActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { followActor } from "../follows/followActions.ts";
import { loadFollow } from "../store.ts";
import { listMourners } from "./activities.ts";
import { areBothClaimed, isKnownAs, writeMove } from "./moveActivities.ts";
import { listToldMoves, type PeerMove, saveMove } from "./moveStore.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So long a move is looked into again while one of the two addresses does not answer. */
const LOOKED_INTO_MS = 14 * 24 * HOUR;
const AT_ONCE = 20;

/** Which actor of ours, and who decided. */
export type MoveKey = { readonly actorId: string; readonly byId: string | null };

/** Says that an actor of ours was at that address before: half of a move. Refuses `no-such-actor`, `actor-retired`, `wrong-kind`. */
export function claimFormer(
  wire: Wire,
  { actorId, byId }: MoveKey,
  old: RemoteActor,
): { readonly claimed: string } | Refusal {
  const done = transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    if (!actor || actor.kind === "node" || old.id === actorId) return { refused: "no-such-actor" };
    if (actor.retiredAt !== null) return { refused: "actor-retired", name: actor.name };
    if (old.kind !== actor.kind) return { refused: "wrong-kind", name: old.name };
    const at = wire.clock.now();
    updateActor(tx, actorId, { alsoKnownAs: old.id, updatedAt: at });
    recordAudit(tx, { what: "former", actorId, byId, aboutId: null, detail: old.id, at });
    return { claimed: old.id };
  });
  wire.senders.forget(actorId);
  return done;
}

/**
 * Moves an actor of ours to the address that claims to have been it: its document says so from now on, and followers and partners are told.
 * Its pacts and orders stay here until people end them. Refuses `no-such-actor`, `actor-retired`, `already-moved`, `wrong-kind`,
 * `not-claimed` (the new address does not name this one).
 */
export function moveActor(
  wire: Wire,
  { actorId, byId }: MoveKey,
  target: RemoteActor,
): { readonly moved: string } | Refusal {
  const done = transact(wire.db, (tx) => {
    const from = loadActor(tx, actorId);
    if (!from || from.kind === "node" || target.id === actorId) return { refused: "no-such-actor" };
    if (from.retiredAt !== null) return { refused: "actor-retired", name: from.name };
    if (from.movedTo !== null) return { refused: "already-moved", name: from.name };
    if (target.kind !== from.kind) return { refused: "wrong-kind", name: target.name };
    if (!isKnownAs(target, actorId)) return { refused: "not-claimed", name: target.name };
    const now = wire.clock.now();
    updateActor(tx, actorId, { movedTo: target.id, updatedAt: now });
    const activity = writeMove({ id: mintIri(from, "activities"), actor: actorId, target: target.id, now });
    const recipients = listMourners(tx, actorId);
    wire.post(tx, {
      ...{ from, activity, lane: "social", thread: null, isPublic: true, isProven: false, recipients, now },
    });
    recordAudit(tx, { what: "moved-away", actorId, byId, aboutId: null, detail: target.id, at: now });
    return { moved: target.id };
  });
  wire.senders.forget(actorId);
  return done;
}

/** Looks into what others said of their moves. */
export function moveClockTask(wire: Wire): ClockTask {
  return {
    name: "look into moves of others",
    everyMs: MINUTE,
    run: async (now) => {
      for (const move of listToldMoves(wire.db.orm, now, AT_ONCE)) await lookInto(wire, move, now);
    },
  };
}

/** Both addresses are asked anew; where both say so, whoever follows the old one follows the new. */
async function lookInto(wire: Wire, move: PeerMove, now: number): Promise<void> {
  const old = await wire.senders.findActor(move.peer, { fresh: true });
  const target = "failed" in old ? old : await wire.senders.findActor(move.target, { fresh: true });
  if ("failed" in old || "failed" in target) {
    const isSilent = [old, target].some((one) => "failed" in one && one.failed === "unreachable");
    const again = isSilent && now - move.toldAt < LOOKED_INTO_MS;
    return settle(wire, again ? { ...move, dueAt: now + HOUR } : { ...move, state: "refused" });
  }
  if (!areBothClaimed(old, target) || old.kind !== target.kind) return settle(wire, { ...move, state: "refused" });
  settle(wire, { ...move, state: "proven" });
  const isFollowed = loadFollow(wire.db.orm, move.actorId, "out", move.peer)?.state === "accepted";
  const followed = isFollowed ? followActor(wire, move.actorId, target) : null;
  if (followed !== null && isRefusal(followed) && followed.refused === "blocked")
    settle(wire, { ...move, state: "refused" });
}

function settle(wire: Wire, move: PeerMove): void {
  transact(wire.db, (tx) => saveMove(tx, move));
}
