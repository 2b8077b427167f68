// What Follow, its answers and its end look like on the wire, and what they do here. PROTOCOL 3, 11 and 13.

import { readId, readIris, readMember, readObject, readType } from "../../activitypub/activityShape.ts";
import type { LocalActor, RemoteActor } from "../../activitypub/actor.ts";
import { HUMAN } from "../../activitypub/context.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { expireRemoteActor, loadActor, markRemoteActorGone } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { countOpenReports, insertReport } from "../reports/reportStore.ts";
import { countFollows, findFollowByIri, listStandingFollows, loadFollow, saveFollow } from "../store.ts";
import { type Follow, MOST_ACCEPTED_PER_HOST, MOST_PENDING, MOST_PENDING_PER_HOST, nextState } from "./follow.ts";

/** Asks to follow. The object is a bare string: Gancio reads nothing else. */
export function writeFollow({ id, actor, peer }: { id: string; actor: string; peer: string }): JsonObject {
  return { "@context": HUMAN, type: "Follow", id, actor, object: peer, to: [peer] };
}

/** Takes a Follow back. The Follow is embedded, because some servers keep no ids. */
export function writeUndoFollow(undo: { id: string; actor: string; peer: string; followIri: string }): JsonObject {
  const { id, actor, peer, followIri } = undo;
  const follow = { type: "Follow", id: followIri, actor, object: peer };
  return { "@context": HUMAN, type: "Undo", id, actor, object: follow, to: [peer] };
}

/** Tells another node that something of its actor should be looked at. The node itself says so: nobody is named (PROTOCOL 11). */
export function writeFlag(flag: {
  id: string;
  actor: string;
  peer: string;
  objects: readonly string[];
  content: string;
}): JsonObject {
  const { id, actor, peer, objects, content } = flag;
  return { "@context": HUMAN, type: "Flag", id, actor, object: [...objects], content, to: [peer] };
}

/** Accept or Reject of a follower's Follow, which is embedded as it came. A later Reject removes the follower. */
export function writeFollowAnswer(
  type: "Accept" | "Reject",
  answer: { id: string; actor: string; peer: string; followIri: string },
): JsonObject {
  const { id, actor, peer, followIri } = answer;
  const follow = { type: "Follow", id: followIri, actor: peer, object: actor };
  return { "@context": HUMAN, type, id, actor, object: follow, to: [peer] };
}

/** Owes an answer about a follow to the follower alone. Inside the caller's transaction. */
export function postFollowAnswer(
  wire: Wire,
  tx: Tx,
  from: LocalActor,
  type: "Accept" | "Reject",
  follow: Follow,
): void {
  const { peer, followIri, inbox } = follow;
  const activity = writeFollowAnswer(type, { id: mintIri(from, "activities"), actor: from.id, peer, followIri });
  const recipients = [{ inbox, actorUri: peer }];
  const now = follow.updatedAt;
  wire.post(tx, {
    from,
    activity,
    lane: "social",
    thread: followIri,
    isPublic: false,
    isProven: false,
    recipients,
    now,
  });
}

/** The rules by which follows, and people's reports, arrive. */
export function followInboxRules(wire: Wire): InboxRule[] {
  const rule = (types: string[], receive: InboxRule["receive"]): InboxRule => ({ channel: "social", types, receive });
  return [
    rule(["Follow"], (tx, arrival) => takeFollow(wire, tx, arrival)),
    rule(["Accept", "Reject"], takeAnswer),
    rule(["Undo"], takeUndo),
    rule(["Delete"], (tx, arrival) => takeFarewell(wire, tx, arrival)),
    rule(["Update"], (tx, arrival) => takeNewDescription(wire, tx, arrival)),
    rule(["Flag"], takeReport),
  ];
}

function takeFollow(wire: Wire, tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receiver, receivedAt } = arrival;
  const objectIri = readId(readMember(activity, "object"));
  const actor = objectIri === null ? undefined : loadActor(tx, objectIri);
  const followIri = readId(activity);
  if (!actor || actor.kind === "node" || followIri === null) return "not-mine";
  if (receiver && receiver.id !== actor.id) return { refused: "not-addressed" };
  if (sender.id === actor.id) return { refused: "follow-self" };
  if (actor.retiredAt !== null) return { refused: "actor-retired" };
  const before = loadFollow(tx, actor.id, "in", sender.id);
  const isKnown = before?.state === "accepted" || before?.state === "requested";
  const host = new URL(sender.id).host;
  const isCrowded = countFollows(tx, actor.id, "in", "accepted", host) >= MOST_ACCEPTED_PER_HOST;
  const isAutomatic = before?.state === "accepted" || (!actor.approvesFollowers && !isCrowded);
  if (!isKnown && !isAutomatic && isFull(tx, actor.id, host)) return { refused: "too-many-requests" };
  const state = nextState(before?.state ?? null, "asked");
  if (isRefusal(state)) return state;
  const follow: Follow = {
    ...follower(actor.id, sender, receivedAt),
    direction: "in",
    followIri,
    state: isAutomatic ? "accepted" : state,
    createdAt: before?.createdAt ?? receivedAt,
  };
  saveFollow(tx, follow);
  if (isAutomatic) postFollowAnswer(wire, tx, actor, "Accept", follow);
  return "applied";
}

/** The parts of a follow that its peer's document says. */
export function follower(actorId: string, peer: RemoteActor, now: number) {
  const { id, inbox, sharedInbox } = peer;
  return { actorId, peer: id, host: new URL(id).host, inbox, sharedInbox, updatedAt: now };
}

function isFull(tx: Tx, actorId: string, host: string): boolean {
  return (
    countFollows(tx, actorId, "in", "requested", host) >= MOST_PENDING_PER_HOST ||
    countFollows(tx, actorId, "in", "requested") >= MOST_PENDING
  );
}

// Only who was asked may answer: the follow is looked for among those with the sender.
function takeAnswer(tx: Tx, { activity, sender, receivedAt }: Arrival): Outcome {
  const objectIri = readId(readMember(activity, "object"));
  const embedded = readObject(activity);
  // An answer to something else (a Join) is none to our Follow.
  if (embedded && (readType(embedded) ?? "Follow") !== "Follow") return "not-mine";
  const claimed = embedded && readId(readMember(embedded, "actor"));
  const byIri = objectIri === null ? undefined : findFollowByIri(tx, "out", objectIri);
  if (byIri && byIri.peer !== sender.id) return { refused: "not-owner" };
  const follow = byIri ?? (claimed ? loadFollow(tx, claimed, "out", sender.id) : undefined);
  if (!follow) return "not-mine";
  const state = nextState(follow.state, readType(activity) === "Accept" ? "accepted" : "rejected");
  if (isRefusal(state)) return { refused: "stale" };
  saveFollow(tx, { ...follow, state, updatedAt: receivedAt });
  return "applied";
}

// activitypub-bot embeds a Follow without `actor`, others a fresh id: the sender and the actor followed are enough.
function takeUndo(tx: Tx, { activity, sender, receivedAt }: Arrival): Outcome {
  const followIri = readId(readMember(activity, "object"));
  const embedded = readObject(activity);
  const followed = embedded && readType(embedded) === "Follow" ? readId(readMember(embedded, "object")) : null;
  const byIri = followIri === null ? undefined : findFollowByIri(tx, "in", followIri);
  if (byIri && byIri.peer !== sender.id) return { refused: "not-owner" };
  const follow = byIri ?? (followed ? loadFollow(tx, followed, "in", sender.id) : undefined);
  if (!follow) {
    const isOurs = followed !== null && loadActor(tx, followed) !== undefined;
    return isOurs && followIri !== null ? { parkedFor: followIri } : "not-mine";
  }
  const state = nextState(follow.state, "undone");
  if (isRefusal(state)) return { refused: "stale" };
  saveFollow(tx, { ...follow, state, updatedAt: receivedAt });
  return "applied";
}

// An actor that leaves takes its follows along. A pact and its running orders stay: a person decides (PROTOCOL 15).
function takeFarewell(wire: Wire, tx: Tx, { activity, sender, receivedAt }: Arrival): Outcome {
  if (readId(readMember(activity, "object")) !== sender.id) return "not-mine";
  for (const follow of listStandingFollows(tx, sender.id)) {
    saveFollow(tx, { ...follow, state: "ended", updatedAt: receivedAt });
  }
  markRemoteActorGone(tx, sender.id, receivedAt);
  wire.senders.forget(sender.id);
  return "applied";
}

// What the Update says of the actor is not believed: its own origin is asked when the actor is needed next.
function takeNewDescription(wire: Wire, tx: Tx, { activity, sender }: Arrival): Outcome {
  if (readId(readMember(activity, "object")) !== sender.id) return "not-mine";
  expireRemoteActor(tx, sender.id);
  wire.senders.forget(sender.id);
  return "applied";
}

const MOST_REPORTS_PER_HOST = 100;
const LONGEST_REPORT = 5000;

function takeReport(tx: Tx, { activity, sender, receivedAt }: Arrival): Outcome {
  const host = new URL(sender.id).host;
  if (countOpenReports(tx, host) >= MOST_REPORTS_PER_HOST) return { refused: "too-many-requests" };
  const objects = readIris(readMember(activity, "object")).slice(0, 50).join("\n").slice(0, LONGEST_REPORT);
  const said = readMember(activity, "content");
  const content = typeof said === "string" ? said.slice(0, LONGEST_REPORT) : "";
  const fromElsewhere = { actorId: null, personId: null, accused: null };
  insertReport(tx, { ...fromElsewhere, sender: sender.id, host, objects, content, at: receivedAt });
  return "applied";
}
