// What people do about follows: ask, take back, approve, reject, remove. Each is one synchronous transaction.

import type { LocalActor, RemoteActor } from "../../activitypub/actor.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { loadActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { loadFollow, saveFollow } from "../store.ts";
import { type Follow, type FollowEvent, nextState } from "./follow.ts";
import { follower, postFollowAnswer, writeFollow, writeUndoFollow } from "./followActivities.ts";

/** Asks to follow a peer. Refuses `no-such-actor`, `actor-retired`, `follow-self`, `blocked`, `already-following`. */
export function followActor(wire: Wire, actorId: string, peer: RemoteActor): Follow | Refusal {
  if (wire.isBlocked(new URL(peer.id).hostname)) return { refused: "blocked", host: new URL(peer.id).host };
  return transact(wire.db, (tx) => {
    const from = loadActor(tx, actorId);
    if (!from || from.kind === "node") return { refused: "no-such-actor" };
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    if (peer.id === actorId) return { refused: "follow-self" };
    const before = loadFollow(tx, actorId, "out", peer.id);
    if (before?.state === "accepted") return { refused: "already-following", name: peer.name };
    const now = wire.clock.now();
    const followIri = mintIri(from, "activities");
    const createdAt = before?.createdAt ?? now;
    const base = follower(actorId, peer, now);
    const follow: Follow = { ...base, direction: "out", followIri, state: "requested", createdAt };
    saveFollow(tx, follow);
    const activity = writeFollow({ id: followIri, actor: actorId, peer: peer.id });
    postAbout(wire, tx, from, follow, activity);
    return follow;
  });
}

/** Stops following, or takes a request back. Refuses `no-such-actor`, `no-such-follow`. */
export function unfollow(wire: Wire, actorId: string, peer: string): Follow | Refusal {
  return changeFollow(wire, actorId, "out", peer, "undone", (tx, from, follow) => {
    const id = mintIri(from, "activities");
    const activity = writeUndoFollow({ id, actor: actorId, peer, followIri: follow.followIri });
    postAbout(wire, tx, from, follow, activity);
  });
}

/** Lets a follower in. Refuses `no-such-actor`, `no-such-follow`, `actor-retired`. */
export function approveFollower(wire: Wire, actorId: string, peer: string): Follow | Refusal {
  return changeFollow(wire, actorId, "in", peer, "accepted", (tx, from, follow) =>
    postFollowAnswer(wire, tx, from, "Accept", follow),
  );
}

/** Says no to a request to follow, or removes a follower. Refuses `no-such-actor`, `no-such-follow`. */
export function rejectFollower(wire: Wire, actorId: string, peer: string): Follow | Refusal {
  return changeFollow(wire, actorId, "in", peer, "rejected", (tx, from, follow) =>
    postFollowAnswer(wire, tx, from, "Reject", follow),
  );
}

function changeFollow(
  wire: Wire,
  actorId: string,
  direction: Follow["direction"],
  peer: string,
  event: FollowEvent,
  tell: (tx: Tx, from: LocalActor, follow: Follow) => void,
): Follow | Refusal {
  return transact(wire.db, (tx) => {
    const from = loadActor(tx, actorId);
    if (!from) return { refused: "no-such-actor" };
    const retired = event === "accepted" ? refuseRetired(tx, actorId) : null;
    if (retired) return retired;
    const before = loadFollow(tx, actorId, direction, peer);
    const state = before ? nextState(before.state, event) : { refused: "no-such-follow" };
    if (!before || isRefusal(state)) return { refused: "no-such-follow" };
    // A double click on the same button says nothing twice.
    if (state === before.state) return before;
    const follow = { ...before, state, updatedAt: wire.clock.now() };
    saveFollow(tx, follow);
    tell(tx, from, follow);
    return follow;
  });
}

// The thread keeps an Undo behind its Follow on the way.
function postAbout(
  wire: Wire,
  tx: Tx,
  from: LocalActor,
  follow: Follow,
  activity: ReturnType<typeof writeFollow>,
): void {
  const { followIri: thread, inbox, peer, updatedAt: now } = follow;
  const recipients = [{ inbox, actorUri: peer }];
  wire.post(tx, { from, activity, lane: "social", thread, isPublic: false, isProven: false, recipients, now });
}
