// What arrives about memberships and what it does here: Join, its answers, Leave, Add, Remove, a member's posts. PROTOCOL 9 and 13.
import { isPublic, readId, readMember, readObject, readType } from "../../activitypub/activityShape.ts";
import type { LocalActor, NetworkLevel, RemoteActor } from "../../activitypub/actor.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { endAtNetwork } from "./actions.ts";
import { announcePost, undoPost } from "./announceActions.ts";
import { isMembersOf, readAnsweredJoin, readJoinCharter, readPublicPost, readReason } from "./letters.ts";
import { loadAdmission, loadCharter } from "./listStore.ts";
import {
  isTurnedAway,
  type Membership,
  MOST_ASKING,
  MOST_ASKING_PER_HOST,
  MOST_MEMBERS,
  mayJoin,
  stepMembership,
  TURNED_AWAY,
} from "./membership.ts";
import { claimMemberships, postAnswer, postListing } from "./postActivities.ts";
import {
  countMemberships,
  findMembershipByJoin,
  listNetworksHere,
  listStandingWith,
  loadMembership,
  saveMembership,
} from "./store.ts";

/** What was true when it was written and is no more. Its sender hears that it came (200): it would hold back what it says next. */
const LATE = { refused: "stale" } as const;

/** The rules by which memberships arrive, and those that look on when members say something to everybody. */
export function membershipInboxRules(wire: Wire): InboxRule[] {
  const channel = "social" as const;
  const rule = (types: string[], receive: InboxRule["receive"]): InboxRule => ({ channel, types, receive });
  const witness = (types: string[], receive: InboxRule["receive"]): InboxRule => ({
    ...rule(types, receive),
    isWitness: true,
  });
  return [
    rule(["Join"], (tx, arrival) => takeJoin(wire, tx, arrival)),
    rule(["Accept", "Reject"], (tx, arrival) => takeAnswer(wire, tx, arrival)),
    rule(["Leave", "Undo"], (tx, arrival) => takeLeave(wire, tx, arrival)),
    rule(["Add", "Remove"], (tx, arrival) => takeListing(wire, tx, arrival)),
    witness(["Delete"], (tx, arrival) => seeDelete(wire, tx, arrival)),
    witness(["Create"], (tx, arrival) => seePost(wire, tx, arrival)),
    witness(["Update"], (tx, arrival) => seeEdit(wire, tx, arrival)),
  ];
}

function takeJoin(wire: Wire, tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receiver, receivedAt: now } = arrival;
  const network = findNetwork(tx, readId(readMember(activity, "object")));
  const joinIri = readId(activity);
  if (!network || joinIri === null) return "not-mine";
  if (receiver && receiver.id !== network.id) return { refused: "not-addressed" };
  if (network.retiredAt !== null) return { refused: "actor-retired" };
  if (sender.id === network.id) return { refused: "join-self" };
  const before = loadMembership(tx, network.id, "network", sender.id);
  const isKnown = before?.state === "member" || before?.state === "asked";
  if (!isKnown && isCrowded(tx, network.id, new URL(sender.id).host)) return { refused: "too-many-requests" };
  const no = refuseByRule(tx, network, arrival);
  // Who is none of those that may ever join is no member to be, and gets no letter.
  if (no?.refused === "cannot-join") return no;
  const asked = stepMembership(before ?? newHalf(network.id, sender, joinIri, now), "asked", now);
  if (isRefusal(asked)) return asked;
  const charter = no ? null : (loadCharter(tx, network.id) ?? null);
  const accepted = charter ? { charterVersion: charter.version, charterDigest: charter.digest } : {};
  const { id: peer, inbox } = sender;
  // Whom a person has turned away, a person lets in again.
  const code = isTurnedAway(before) ? TURNED_AWAY : null;
  const half: Membership = { ...asked, ...accepted, peer, inbox, joinIri, reason: null, code };
  if (half.state === "member") return answer(wire, tx, network, half, before);
  if (no) {
    const refused: Membership = { ...half, state: "refused" };
    answer(wire, tx, network, { ...refused, code: no.refused }, before);
    saveMembership(tx, { ...refused, code: code ?? no.refused });
    return "applied";
  }
  if (loadAdmission(tx, network.id) === "automatic" && code === null && !isHostFull(tx, network.id, sender.id))
    return answer(wire, tx, network, { ...half, state: "member", since: now }, before);
  saveMembership(tx, half);
  return "applied";
}

function answer(wire: Wire, tx: Tx, network: LocalActor, half: Membership, before: Membership | undefined): Outcome {
  saveMembership(tx, half);
  postAnswer(wire, tx, network, half);
  if (half.state === "member" && before?.state !== "member") postListing(wire, tx, network, half, "Add");
  return "applied";
}

/** Why no person need look at it: who it is, the charter, the room that is left. */
function refuseByRule(tx: Tx, network: LocalActor, { activity, sender }: Arrival): Refusal | null {
  const no = mayJoin(sender, network.level as NetworkLevel);
  if (no) return no;
  const charter = loadCharter(tx, network.id);
  // Word for word what is in force: somebody who read another version has not accepted this one.
  if (charter && readJoinCharter(activity)?.digest !== charter.digest) return { refused: "charter-changed" };
  const isFull = countMemberships(tx, network.id, "network", "member") >= MOST_MEMBERS;
  return isFull ? { refused: "network-full" } : null;
}

/** Where nobody decides, one host that makes up actors must not fill the network: from so many on a person looks. */
function isHostFull(tx: Tx, networkId: string, memberId: string): boolean {
  return countMemberships(tx, networkId, "network", "member", new URL(memberId).host) >= MOST_ASKING_PER_HOST;
}

function isCrowded(tx: Tx, networkId: string, host: string): boolean {
  return (
    countMemberships(tx, networkId, "network", "asked", host) >= MOST_ASKING_PER_HOST ||
    countMemberships(tx, networkId, "network", "asked") >= MOST_ASKING
  );
}

/** The half of a membership that begins with a Join. */
function newHalf(networkId: string, { id: peer, inbox }: RemoteActor, joinIri: string, now: number): Membership {
  return {
    ...{ actorId: networkId, side: "network", peer, host: new URL(peer).host, state: "asked", joinIri, inbox },
    ...{ charterVersion: null, charterDigest: null, charterText: null, reason: null, code: null, since: null },
    ...{ createdAt: now, updatedAt: now },
  };
}

// Only who was asked may answer, and only the Join that is in force.
function takeAnswer(wire: Wire, tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome {
  const { iri, member } = readAnsweredJoin(activity);
  const half = iri === null ? undefined : findMembershipByJoin(tx, "member", iri);
  if (!half) return member !== null && loadActor(tx, member) ? { refused: "no-such-membership" } : "not-mine";
  if (half.peer !== sender.id) return { refused: "not-owner" };
  const isYes = readType(activity) === "Accept";
  const after = stepMembership(half, isYes ? "accepted" : "rejected", now);
  if (isRefusal(after)) return LATE;
  saveMembership(tx, {
    ...after,
    inbox: sender.inbox,
    ...(isYes ? { reason: null, code: null } : readReason(activity)),
  });
  if (after.state !== half.state && isYes) claimMemberships(wire, tx, half.actorId, recipientOf(sender), now);
  return "applied";
}

function takeLeave(wire: Wire, tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome {
  const isUndo = readType(activity) === "Undo";
  const { iri, network: named } = readAnsweredJoin(activity);
  const byJoin = isUndo && iri !== null ? findMembershipByJoin(tx, "network", iri) : undefined;
  if (byJoin && byJoin.peer !== sender.id) return { refused: "not-owner" };
  const network = findNetwork(tx, byJoin?.actorId ?? (isUndo ? named : iri));
  if (!network) return "not-mine";
  const half = byJoin ?? loadMembership(tx, network.id, "network", sender.id);
  if (!half) return { refused: "no-such-membership" };
  const after = stepMembership(half, "left", now);
  if (isRefusal(after)) return LATE;
  endAtNetwork(wire, tx, network, half, after);
  return "applied";
}

/**
 * A network's own list: that we are in it, or no more. Of others' members this room wants to know nothing: who reads the network asks the
 * collection itself.
 */
function takeListing(wire: Wire, tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome {
  const own = loadActor(tx, readId(readMember(activity, "object")) ?? "");
  if (!own) return "not-mine";
  const target = readId(readMember(activity, "target"));
  // Other software tells by Add whom it put into a list of another kind, as its followers.
  if (!isMembersOf(target, sender)) return isBeneath(target, sender.id) ? "not-mine" : { refused: "not-owner" };
  const half = loadMembership(tx, own.id, "member", sender.id);
  if (!half) return { refused: "no-such-membership" };
  const after = stepMembership(half, readType(activity) === "Add" ? "accepted" : "removed", now);
  if (isRefusal(after)) return LATE;
  if (after.state === half.state) return "applied";
  saveMembership(tx, after);
  claimMemberships(wire, tx, own.id, recipientOf(sender), now);
  return "applied";
}

/** Whether the address is one of the actor's own, below its id. */
function isBeneath(iri: string | null, actorId: string): boolean {
  return iri !== null && URL.canParse(iri) && new URL(iri).href.startsWith(`${new URL(actorId).href}/`);
}

/** An actor that is no more takes its memberships along; a post that is no more is announced no longer. */
function seeDelete(wire: Wire, tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome {
  const objectIri = readId(readMember(activity, "object"));
  if (objectIri === null) return "not-mine";
  if (objectIri !== sender.id)
    return undoPost(wire, tx, { member: sender.id, objectIri, now }) ? "applied" : "not-mine";
  const standing = listStandingWith(tx, sender.id);
  for (const half of standing) {
    const after = stepMembership(half, "gone", now);
    if (isRefusal(after)) continue;
    if (half.side === "network") endAtNetwork(wire, tx, loadActor(tx, half.actorId)!, half, after);
    else {
      saveMembership(tx, after);
      claimMemberships(wire, tx, half.actorId, recipientOf(sender), now);
    }
  }
  return standing.length > 0 ? "applied" : "not-mine";
}

function seePost(wire: Wire, tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome {
  const objectIri = readPublicPost(activity, sender.id, isPublic);
  const networks = objectIri === null ? [] : listNetworksHere(tx, sender.id);
  if (objectIri === null || networks.length === 0) return "not-mine";
  for (const networkId of networks) announcePost(wire, tx, { networkId, member: sender.id, objectIri, now });
  return "applied";
}

/** A post that its author shows to everybody no more is announced no longer. */
function seeEdit(wire: Wire, tx: Tx, { activity, sender, receivedAt: now }: Arrival): Outcome {
  const post = readObject(activity);
  const objectIri = post === null ? null : readId(post);
  if (post === null || objectIri === null || isPublic(post)) return "not-mine";
  return undoPost(wire, tx, { member: sender.id, objectIri, now }) ? "applied" : "not-mine";
}

function findNetwork(tx: Tx, iri: string | null): LocalActor | null {
  const actor = iri === null ? undefined : loadActor(tx, iri);
  return actor?.kind === "district" && actor.level !== null ? actor : null;
}

function recipientOf({ id, inbox }: RemoteActor) {
  return { inbox, actorUri: id };
}
