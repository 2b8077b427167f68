// What is owed to others when a membership changes: the answer, the network's own list, the member's own document.
import type { LocalActor } from "../../activitypub/actor.ts";
import { describeActor } from "../../activitypub/actors.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { mintIri, type Recipient } from "../../activitypub/outbox.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { tellProfile } from "../../partners/profileActions.ts";
import { followerInboxes } from "../../partners/store.ts";
import { writeAnnounce, writeJoinAccept, writeJoinReject, writeListing, writeUndoAnnounce } from "./letters.ts";
import { isDiscoverable } from "./listStore.ts";
import type { Membership } from "./membership.ts";
import { listMemberships } from "./store.ts";

/** Letters between two sides leave in their order, whichever Join they are about. */
function threadOf(networkId: string, memberId: string): string {
  return `${networkId}/members#${memberId}`;
}

/** A letter to the other side alone, inside the caller's transaction. */
export function postToPeer(wire: Wire, tx: Tx, from: LocalActor, half: Membership, activity: JsonObject): void {
  const thread = half.side === "network" ? threadOf(from.id, half.peer) : threadOf(half.peer, from.id);
  const recipients = [{ inbox: half.inbox, actorUri: half.peer }];
  const now = half.updatedAt;
  wire.post(tx, { ...{ from, activity, lane: "social", thread, isPublic: false, isProven: false, recipients, now } });
}

/** The network's answer to a Join. */
export function postAnswer(wire: Wire, tx: Tx, network: LocalActor, half: Membership): void {
  const letter = { id: mintIri(network, "activities"), actor: network.id };
  const join = { iri: half.joinIri, member: half.peer };
  const activity = half.state === "member" ? writeJoinAccept(letter, join) : writeJoinReject(letter, join, half);
  postToPeer(wire, tx, network, half, activity);
}

/**
 * The network's own word that somebody is in, or no more: to the member, and to everybody who follows the network where the member lets
 * itself be listed.
 */
export function postListing(wire: Wire, tx: Tx, network: LocalActor, half: Membership, type: "Add" | "Remove"): void {
  const isListed = isDiscoverable(tx, half.peer);
  const letter = { id: mintIri(network, "activities"), actor: network.id };
  const activity = writeListing(type, letter, { member: half.peer, isListed });
  const member: Recipient = { inbox: half.inbox, actorUri: half.peer };
  const recipients = isListed ? eachOnce([member, ...followerInboxes(tx, network.id)]) : [member];
  const thread = threadOf(network.id, half.peer);
  wire.post(tx, {
    ...{ from: network, activity, lane: "social", thread, isPublic: isListed, isProven: false },
    ...{ recipients, now: half.updatedAt },
  });
}

/** Shows a member's post to who follows the network. Returns the Announce's address. */
export function postAnnounce(wire: Wire, tx: Tx, network: LocalActor, objectIri: string, now: number): string {
  const id = mintIri(network, "activities");
  const activity = writeAnnounce({ id, actor: network.id }, objectIri, now);
  postToFollowers(wire, tx, network, activity, id, now);
  return id;
}

/** Takes an Announce back. */
export function postUndoAnnounce(
  wire: Wire,
  tx: Tx,
  network: LocalActor,
  announce: { readonly iri: string; readonly objectIri: string },
  now: number,
): void {
  const letter = { id: mintIri(network, "activities"), actor: network.id };
  postToFollowers(wire, tx, network, writeUndoAnnounce(letter, announce), announce.iri, now);
}

function postToFollowers(
  wire: Wire,
  tx: Tx,
  from: LocalActor,
  activity: JsonObject,
  thread: string,
  now: number,
): void {
  const recipients = followerInboxes(tx, from.id);
  wire.post(tx, { ...{ from, activity, lane: "social", thread, isPublic: true, isProven: false, recipients, now } });
}

/** Makes the actor's document say which networks it is in now, and tells who would notice, that network among them. */
export function claimMemberships(wire: Wire, tx: Tx, actorId: string, network: Recipient, now: number): void {
  const memberOf = listMemberships(tx, actorId).map(({ uri }) => uri);
  const after = describeActor(tx, actorId, { memberOf }, now);
  if (isRefusal(after)) return;
  tellProfile(wire, tx, after, now, [network]);
  wire.senders.forget(actorId);
}

function eachOnce(recipients: readonly Recipient[]): Recipient[] {
  return [...new Map(recipients.map((one) => [one.inbox, one])).values()];
}
